"""MobileNet Atlas: the MobileNet family as data, numbers, pictures and torch modules.

Importing this package needs neither torch nor Streamlit; ``build`` imports torch when it is called.
What needs a library that is not installed raises ``MissingExtra``, which says how to install it.
"""

import os
from typing import TYPE_CHECKING, Unpack

from viz.drawing.comparison import Comparison, compare
from viz.drawing.diagrams import Diagram, diagram
from viz.extras import MissingExtra, needed_by
from viz.facts.arena import Arena, arena_of
from viz.facts.steps import RecipeSteps, recipe_steps
from viz.lab.errors import RunError
from viz.net.choices import Choices
from viz.net.config import CHANNELS, SIZE, Config, configure
from viz.net.design import design
from viz.net.fields import ConfigError, sides_of
from viz.net.trace import Trace, trace
from viz.net.zoo import ZOO, Network
from viz.reading.answer import Identification
from viz.reading.tensors import ReadError

__version__ = "0.1.0"

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from torch import nn

    from viz.hardware.space import SpaceRow
    from viz.lab.quantize.report import Quantized
    from viz.net.fields import Resolution
    from viz.reading.load_errors import ErrorAnswer

__all__ = [
    "ZOO",
    "Arena",
    "Choices",
    "Comparison",
    "Config",
    "ConfigError",
    "Diagram",
    "Identification",
    "MissingExtra",
    "ReadError",
    "RecipeSteps",
    "RunError",
    "Trace",
    "__version__",
    "arena",
    "build",
    "compare",
    "configure",
    "design",
    "diagram",
    "fuse",
    "identify",
    "identify_error",
    "load",
    "quantize",
    "read",
    "recipe",
    "sweep",
    "trace",
]


def arena(
    variant: "str | Network | Path",
    *,
    precision: str = "int8",
    input: str = "",
    depthwise_in_place: bool = False,
    patches: tuple[int, int] | None = None,
    **chosen: Unpack[Choices],
) -> Arena:
    """Plan the memory of one inference as TFLite Micro does: offset, size and life of each tensor.

    ``variant`` is a network, or a TFLite file (its path has a dot), which is read in a
    process of its own. ``precision`` (int8 or float32) is the network's, ``input`` that of its
    input: a float input of an int8 network is copied once. ``head`` is exact,
    ``tail`` that of tflite-micro's package on x86-64. ``patches`` (K, N) runs the first K blocks in
    N x N pieces of the picture, which TFLite Micro does not. Other keywords are those of
    ``configure``. Raises ``ConfigError`` and ``ReadError``.
    """
    from viz.facts.micro import program_of, with_input
    from viz.facts.patches import patched, patches_of
    from viz.reading.programs import read_program

    if isinstance(variant, os.PathLike) or (isinstance(variant, str) and "." in variant):
        for name, value in chosen.items():
            raise ConfigError(name, value, "left out: a file's network is as it is")
        program = with_input(read_program(variant), input)
        if patches is not None:
            raise ConfigError("patches", f"{patches}", "left out: a file's network is as it is")
    else:
        traced = trace(variant, **chosen)
        program = program_of(traced, precision, input)
        if patches is not None:
            program = patched(program, traced, patches_of(traced, *patches))
    return arena_of(program, depthwise_in_place=depthwise_in_place)


def build(variant: "str | Network", **chosen: Unpack[Choices]) -> "nn.Module":
    """Build the torch module of one network; arguments and errors as for ``trace``."""
    with needed_by("build"):
        from viz.pytorch import modules

    return modules.build(variant, **chosen)


def fuse(trained: "nn.Module", variant: "str | Network", **chosen: Unpack[Choices]) -> "nn.Module":
    """Fold branches and batch norms of a trained module into single kernels, for inference.

    The other arguments are those that it was built with. Raises ``ConfigError`` for a network
    without the option ``fused``. See ``viz.pytorch.fusing``.
    """
    with needed_by("fuse"):
        from viz.pytorch import fusing

    return fusing.fuse(trained, variant, **chosen)


def identify(source: "str | Path | Mapping[str, Any]") -> Identification:
    """Say which network a weights file, or a state_dict, is.

    Files are PyTorch checkpoints, safetensors, ONNX, Keras (.h5, .weights.h5, .keras) or TFLite;
    they are read in a process of their own, and nothing in them is run. Raises ``ReadError`` for
    what cannot be read.
    """
    from viz.reading import identify as identification

    return identification.identify(source)


def identify_error(text: str) -> "ErrorAnswer":
    """Say which networks the two sides of a pasted load_state_dict error are, and what to change.

    Raises ``ReadError`` where the text holds no such error.
    """
    from viz.reading import load_errors

    return load_errors.identify_error(text)


def load(
    module: "nn.Module",
    source: "str | Path | Mapping[str, Any]",
    *,
    strict: bool = True,
    by_order: bool = False,
) -> "nn.Module":
    """Carry the weights of a file or a state_dict of any implementation into a torch module.

    See ``viz.pytorch.loading``. Raises ``ReadError``.
    """
    with needed_by("load"):
        from viz.pytorch import loading

    return loading.load(module, source, strict=strict, by_order=by_order)


def quantize(
    source: "str | Path | RecipeSteps",
    scheme: str = "",
    *,
    weights: str | None = None,
    calibrate: str = "flowers",
    pictures: int = 32,
    measure: str = "",
    inputs: int = 16,
    accuracy: int = 0,
    **chosen: Unpack[Choices],
) -> "Quantized":
    """Quantise a network, a recipe or an ONNX file by onnxruntime, and measure what that costs.

    A recipe has its scheme and all choices as steps: replayed it gives the same bytes.
    ``scheme`` is words with commas, such as ``"per-channel,reduce-range"`` (``viz.lab.quantize``);
    ``weights`` as in the shell, by default ``"atlas"``. Ranges are taken from so many ``pictures``:
    drawn ``"flowers"``, ``"noise"``, or a folder; signal to error (dB) is measured on so many
    ``inputs``, of ``measure`` or of the same kind, in float arithmetic and as this processor runs
    it. ``accuracy`` is how many flowers of each kind are answered before and after. ``content`` of
    the answer is the ONNX file. Other keywords are those of ``configure``. Raises ``ConfigError``,
    ``ReadError``, and ``RunError`` for weights or pictures that do not fit.
    """
    from viz.lab.quantize.asked import asked, texts_of

    with needed_by("quantize"):
        return asked(
            source.recipe if isinstance(source, RecipeSteps) else source,
            scheme,
            texts_of(chosen),
            weights=weights,
            calibrate=calibrate,
            pictures=pictures,
            measure=measure,
            inputs=inputs,
            accuracy=accuracy,
        ).carry_out()


def read(
    source: "nn.Module | str | Path",
    resolution: "int | str | tuple[int, int]" = 224,
    in_channels: int = 3,
) -> Trace:
    """Read any CNN, a torch module or an ONNX file, as a trace.

    A module is run once in the caller's own Python, without computing (``torch.export``); a file
    is read in a process of its own, and nothing in it is run. ``resolution`` (pixels) and
    ``in_channels`` are the input's, where a file leaves them open. What is not known is an
    operation under its own name, listed in ``Trace.uncounted``. Raises ``ReadError``, and
    ``ConfigError`` for a size that cannot be.
    """
    from viz.reading.graphs.files import read_file

    size = SIZE.check("resolution", resolution)
    channels = int(CHANNELS.check("in_channels", in_channels))
    if isinstance(source, (str, os.PathLike)):
        return read_file(source, size, channels)
    with needed_by("read"):
        from viz.pytorch.exported import check_module, graph_of
    check_module(source)
    from viz.reading.graphs.network import trace_of

    return trace_of(graph_of(source, sides_of(size), channels))


def recipe(text: str) -> RecipeSteps:
    """Read a network's whole name, such as ``"v2 | width 0.35 | int8 per-channel | patches 4x3"``.

    First a network, then steps: ``design ROWS``, then choices by the names of ``configure`` with
    their values (options alone), then ``int8`` (to ``int2``) with words of a scheme, then
    ``patches KxN``. ``rows`` of the answer say what the network is after each step: parameters,
    MACs, and bytes of weights, arena and peak as TFLite Micro has them; ``trace()`` and ``arena()``
    are those of the last, ``without(N)`` undoes the N-th step, and ``viz.quantize`` takes it.
    Raises ``ConfigError`` that names the step and what is allowed.
    """
    return recipe_steps(text)


def sweep(
    networks: "Sequence[str] | None" = None,
    widths: "Iterable[float] | None" = None,
    resolutions: "Iterable[Resolution] | None" = None,
    *,
    rules: "Sequence[str] | None" = None,
    ridge: float | None = None,
    precision: str = "int8",
    **chosen: Unpack[Choices],
) -> "list[SpaceRow]":
    """Costs of every network at every width and resolution under every width rule, by arrays.

    Rows have ``params``, ``macs``, ``peak_bytes`` of activations and ``time``: roofline time, in
    multiply-adds that a device with this ``ridge`` point (MACs per byte) could have done meanwhile.
    Each is what ``trace`` would give. By default all networks and rules, 39 widths from 0.1 to 2.0,
    10 resolutions from 96 to 384 pixels, a Pixel 6 CPU. A network is left out under a rule that it
    does not have. ``precision`` is int8, float16 or float32; other keywords are those of
    ``configure``. Raises ``ConfigError``.
    """
    with needed_by("sweep"):
        import numpy  # noqa: F401 - which the base package does not bring
    from viz.hardware import space

    given = {"widths": widths, "resolutions": resolutions, "ridge": ridge}
    said: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return space.sweep(networks, rules=rules, precision=precision, **said, **chosen)
