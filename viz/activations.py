"""Each activation of the family: formula, values, derivative, range, and what 8 bits make of it.

A leaf: needs numpy only. Names are those that the operations carry.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Activation:
    """A function from the real line to itself, with its derivative.

    ``formula`` and ``outputs`` (the set of values) are LaTeX. At a kink the derivative is the
    right-hand one. ``source`` says where the family's papers take it from.
    """

    key: str
    label: str
    formula: str
    outputs: str
    source: str
    values: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def _hard_sigmoid(x: Array) -> Array:
    return np.clip(x + 3.0, 0.0, 6.0) / 6.0


def _inside(x: Array, low: float, high: float) -> Array:
    return ((x >= low) & (x < high)).astype(float)


def _hard_swish_derivative(x: Array) -> Array:
    return np.where(x < -3.0, 0.0, np.where(x < 3.0, (2.0 * x + 3.0) / 6.0, 1.0))


def _swish_derivative(x: Array) -> Array:
    gate = _sigmoid(x)
    return gate * (1.0 + x * (1.0 - gate))


ACTIVATIONS: dict[str, Activation] = {
    activation.key: activation
    for activation in (
        Activation(
            "relu",
            "ReLU",
            r"\mathrm{ReLU}(x) = \max(x, 0)",
            r"[0, \infty)",
            "MobileNetV3, Table 1: RE",
            lambda x: np.maximum(x, 0.0),
            lambda x: (x >= 0).astype(float),
        ),
        Activation(
            "relu6",
            "ReLU6",
            r"\mathrm{ReLU6}(x) = \min(\max(x, 0), 6)",
            "[0, 6]",
            "MobileNetV2, section 3",
            lambda x: np.clip(x, 0.0, 6.0),
            lambda x: _inside(x, 0.0, 6.0),
        ),
        Activation(
            "sigmoid",
            "sigmoid",
            r"\sigma(x) = \dfrac{1}{1 + e^{-x}}",
            "(0, 1)",
            "Squeeze-and-Excitation Networks, section 3",
            _sigmoid,
            lambda x: _sigmoid(x) * (1.0 - _sigmoid(x)),
        ),
        Activation(
            "hardsigmoid",
            "h-sigmoid",
            r"\text{h-}\sigma(x) = \dfrac{\mathrm{ReLU6}(x + 3)}{6}",
            "[0, 1]",
            "MobileNetV3, section 5.2",
            _hard_sigmoid,
            lambda x: _inside(x, -3.0, 3.0) / 6.0,
        ),
        Activation(
            "silu",
            "swish (SiLU)",
            r"\mathrm{swish}(x) = x \cdot \sigma(x)",
            r"[-0.2785, \infty)",
            "MobileNetV3, section 5.2",
            lambda x: x * _sigmoid(x),
            _swish_derivative,
        ),
        Activation(
            "hardswish",
            "h-swish",
            r"\text{h-swish}(x) = x \cdot \dfrac{\mathrm{ReLU6}(x + 3)}{6}",
            r"[-0.375, \infty)",
            "MobileNetV3, section 5.2: HS",
            lambda x: x * _hard_sigmoid(x),
            _hard_swish_derivative,
        ),
        Activation(
            "identity",
            "linear (none)",
            r"f(x) = x",
            r"(-\infty, \infty)",
            "MobileNetV2, section 3.2: linear bottleneck",
            lambda x: x,
            np.ones_like,
        ),
    )
}


def largest_gap(first: str, second: str, low: float, high: float) -> tuple[float, float]:
    """Where in [low, high] two activations are furthest apart, and by how much (first - second).

    Read off a grid of 20,001 points, to which the family's kinks are added.
    """
    grid = np.linspace(low, high, 20_001)
    kinks = [x for x in (-3.0, 0.0, 3.0, 6.0) if low <= x <= high]
    x = np.concatenate([kinks, grid])
    gap = ACTIVATIONS[first].values(x) - ACTIVATIONS[second].values(x)
    at = int(np.argmax(np.abs(gap)))
    return float(x[at]), float(gap[at])


def lowest_point(key: str, low: float, high: float) -> tuple[float, float]:
    """Where in [low, high] an activation is lowest, and its value there."""
    x = np.linspace(low, high, 20_001)
    y = ACTIVATIONS[key].values(x)
    at = int(np.argmin(y))
    return float(x[at]), float(y[at])


def grid_step(top: float, bits: int = 8) -> float:
    """Distance between neighbouring levels when [0, top] is stored in unsigned ``bits``."""
    return float(top / (2**bits - 1))


def quantise(values: Array, top: float, bits: int = 8) -> Array:
    """Round to the nearest of the levels that divide [0, top]; values outside are cut off."""
    step = grid_step(top, bits)
    return np.clip(np.round(values / step), 0, 2**bits - 1) * step
