"""How an implementation departs from the papers' block, as data."""

from dataclasses import dataclass
from typing import Literal

from viz.activations import Gate

Squeezing = Literal["rounded", "floor", "input"]


@dataclass(frozen=True, slots=True)
class Norm:
    """Batch normalisation's constants; ``momentum`` as PyTorch means it."""

    eps: float
    momentum: float


@dataclass(frozen=True, slots=True)
class Dialect:
    """The choices that a table of rows leaves open; the defaults are the papers' and torchvision's.

    ``bias`` puts one on every convolution before batch normalisation; ``keeps_expansion`` keeps
    the 1x1 expansion where it changes no width; ``same_padding`` pads as TensorFlow does, on the
    far side first; ``layer_scale`` puts learned factors before the addition of a UIB. ``squeeze``
    says of what SE's waist is a quarter, and how that becomes a whole number.
    """

    bias: bool = False
    keeps_expansion: bool = False
    activates_depthwise: bool = True
    activates_projection: bool = False
    squeeze: Squeezing = "rounded"
    squeeze_bias: bool = True
    squeeze_activation: Literal["relu", "relu6", "silu"] = "relu"
    gate: Gate = "hardsigmoid"
    same_padding: bool = False
    layer_scale: bool = False


PAPERS = Dialect()
