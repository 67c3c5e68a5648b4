"""Pictures of more, or of less, than one network: pairs, and what the pages of lessons show.

Charts are made by functions that import plotly when they are called: the server asks this module
which names there are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from viz.activations import ACTIVATIONS
from viz.drawing.diagrams import (
    Diagram,
    Look,
    draw_blocks,
    draw_convolution,
    draw_pair,
    draw_residuals,
    draw_windows,
)
from viz.drawing.engine import png
from viz.exports.fields import Field, configured, switch, values_of, whole, word, words
from viz.exports.order import SCALES, THEMES, one_of, order_of
from viz.facts.compare import align, marks
from viz.facts.sweep import family_rows, staircase
from viz.lessons import convolution, dialects, residual, windows
from viz.lessons.squeeze import GATES, excitation_steps, se_blocks, squeeze_rows
from viz.lessons.tail import last_stage, stem
from viz.net.config import Config, ConfigError, configure
from viz.net.dialect import Gate
from viz.net.trace import trace, trace_config
from viz.net.zoo import ZOO

SECOND = "b_"
CURVES = ("relu", "relu6", "silu", "hardswish")


@dataclass(frozen=True, slots=True)
class Figure:
    """A diagram, or a chart, with the name of its files."""

    picture: Any
    name: str
    look: Look = field(default_factory=Look)
    scale: int = 2


@dataclass(frozen=True, slots=True)
class _Kind:
    fields: Mapping[str, Field]
    make: Callable[[Any, Look], Any]


def _convolution(v: Any, look: Look) -> Diagram:
    return draw_convolution(convolution.convolution_cost(v["m"], v["n"], v["k"], v["size"]), look)


def _windows(v: Any, look: Look) -> Diagram:
    ours = windows.pytorch_windows(v["w"], v["f"], v["s"], v["p"])
    theirs = windows.tensorflow_windows(v["w"], v["f"], v["s"])
    if not ours.out:
        raise ConfigError("f", v["f"], f"at most the padded side, {ours.padded}")
    return draw_windows([("PyTorch", ours), ("TensorFlow same", theirs)], look)


def _residual(v: Any, look: Look) -> Diagram:
    stride, same = 1 + v["stride2"], bool(v["same"])
    blocks = [
        residual.resnet_bottleneck(v["channels"], v["size"], stride, same=same),
        residual.inverted_residual(v["channels"], v["size"], stride, v["t"], same=same),
    ]
    return draw_residuals(blocks, look)


def _difference(v: Any, look: Look) -> Diagram:
    return draw_blocks(dialects.sides(v["point"], v["in"]), look)


def _last_stage(v: Any, look: Look) -> Any:
    from viz.charts.lessons import change_chart

    change = last_stage(v["map"], v["classes"])
    return change_chart(change.rows(), change.macs, look.mode)


def _stem(v: Any, look: Look) -> Any:
    from viz.charts.lessons import change_chart

    change = stem(v["filters"], v["image"])
    return change_chart(change.rows(), change.macs, look.mode)


def _spirals(v: Any, look: Look) -> Any:
    from viz.charts.lessons import spiral_chart
    from viz.lessons.manifold import passages

    found = passages(v["activation"], v["seed"], v["radius"])
    return spiral_chart(found, v["radius"], look.mode)


def _squeezes(_v: Any, look: Look) -> Any:
    from viz.charts.squeeze import squeeze_chart

    return squeeze_chart(squeeze_rows([trace("v3-large"), trace("v3-small")]), look.mode)


def _family(_v: Any, look: Look) -> Any:
    from viz.charts.lessons import family_chart

    return family_chart(family_rows(), look.mode)


def in_process(config: Config, gate: Gate, seed: int) -> Sequence[Mapping[str, Any]]:
    """Run torch here; a server sets ``excite`` to ask its worker instead."""
    from viz.pytorch.excitations import excitations

    return excitations(trace_config(config), gate, seed)


excite: Callable[[Config, Gate, int], Sequence[Mapping[str, Any]]] = in_process


def _config(v: Any) -> Config:
    return configure(v["network"], width=v["width"], resolution=int(v["resolution"]))


def _excitation(v: Any, look: Look) -> Any:
    from viz.charts.squeeze import excitation_chart

    config = _config(v)
    blocks = se_blocks(trace_config(config))
    if v["se_block"] not in blocks:
        raise ConfigError("se_block", v["se_block"], "one of " + ", ".join(map(str, blocks)))
    answers = excite(config, v["gate"], v["seed"])
    own = next(answer for answer in answers if answer["block"] == v["se_block"])
    return excitation_chart(excitation_steps(own, v["gate"]), look.mode)


def _activations(v: Any, look: Look) -> Any:
    from viz.charts.network import curve_chart

    return curve_chart(v["curves"], -v["reach"], v["reach"], look.mode)


def _rounding(v: Any, look: Look) -> Any:
    from viz.charts.network import staircase_chart

    return staircase_chart(staircase(v["divisor"], v["up_to"]), v["divisor"], look.mode)


def _scaling(v: Any, look: Look) -> Any:
    from viz.charts.lessons import grid_chart
    from viz.charts.network import METRIC_OF
    from viz.lessons.scaling import grid_rows

    config = _config(v)
    chosen = (config.width, config.resolution)
    return grid_chart(grid_rows(config), METRIC_OF[v["metric"]], chosen, look.mode)


def _ranges(limits: Mapping[str, tuple[int, int, int]]) -> dict[str, Field]:
    return {name: whole(*ends) for name, ends in limits.items()}


_IMPLEMENTATIONS = [key for key in dialects.COUNTERPARTS if ZOO[key].group == "posts"]
FIGURES: dict[str, _Kind] = {
    "convolution": _Kind(_ranges(convolution.LIMITS), _convolution),
    "windows": _Kind(_ranges(windows.LIMITS), _windows),
    "residual": _Kind(
        {**_ranges(residual.LIMITS), "stride2": switch(False), "same": switch(True)}, _residual
    ),
    "difference": _Kind(
        {
            "point": word(list(dialects.POINTS), next(iter(dialects.POINTS))),
            "in": word(_IMPLEMENTATIONS, "post-003-large"),
        },
        _difference,
    ),
    "last-stage": _Kind({"map": whole(1, 16, 7), "classes": whole(1, 2000, 1000)}, _last_stage),
    "stem": _Kind({"filters": whole(8, 32, 16), "image": whole(32, 512, 224)}, _stem),
    "spirals": _Kind(
        {
            "activation": word(("relu", "relu6", "hardswish"), "relu"),
            "seed": whole(0, 999, 19),
            "radius": whole(1, 10, 4),
        },
        _spirals,
    ),
    "squeeze": _Kind({}, _squeezes),
    "excitation": _Kind(
        {
            "network": word([key for key in ZOO if se_blocks(trace(key))], "v3-large"),
            "width": configured("width"),
            "resolution": configured("resolution"),
            "se_block": whole(0, 99, 4),
            "gate": word(GATES, GATES[0]),
            "seed": whole(0, 99, 0),
        },
        _excitation,
    ),
    "family": _Kind({}, _family),
    "activations": _Kind(
        {"curves": words(list(ACTIVATIONS), CURVES), "reach": whole(1, 20, 8)}, _activations
    ),
    "staircase": _Kind({"divisor": whole(1, 32, 8), "up_to": whole(16, 512, 96)}, _rounding),
    "scaling": _Kind(
        {
            "network": word(list(ZOO), "v1"),
            "width": configured("width"),
            "resolution": configured("resolution"),
            "metric": word(("MACs", "parameters"), "MACs"),
        },
        _scaling,
    ),
}


def is_figure(name: str) -> bool:
    """Whether ``name`` is one of these, or two networks with a comma between them."""
    parts = name.split(",")
    return name in FIGURES or (len(parts) == 2 and all(part in ZOO for part in parts))


def figure_of(name: str, chosen: Mapping[str, str]) -> Figure:
    """Read a figure from texts. Raises ``ConfigError``."""
    rest = dict(chosen)
    theme = one_of("theme", rest.pop("theme", THEMES[0]), THEMES)
    scale = int(one_of("scale", rest.pop("scale", "2"), tuple(map(str, SCALES))))
    mode = "dark" if theme == "dark" else "light"
    look = Look(mode, background=theme != "transparent")  # type: ignore[arg-type]
    if name in FIGURES:
        kind = FIGURES[name]
        return Figure(kind.make(values_of(kind.fields, rest), look), name, look, scale)
    first, second = name.split(",")
    return Figure(_pair(first, second, rest, look), f"{first}-{second}", look, scale)


def _pair(first: str, second: str, chosen: Mapping[str, str], look: Look) -> Diagram:
    sides = [
        order_of(first, {n: t for n, t in chosen.items() if not n.startswith(SECOND)}),
        order_of(
            second,
            {n.removeprefix(SECOND): t for n, t in chosen.items() if n.startswith(SECOND)},
        ),
    ]
    left, right = (side.traced for side in sides)
    pairs = align(left, right)
    looks = [
        Look(look.mode, background=look.background, marks=marks(pairs, side))
        for side in ("left", "right")
    ]
    return draw_pair(left, right, (looks[0], looks[1]))


def made(figure: Figure, kind: str) -> bytes:
    """A figure's file; KeyError for a kind that it does not have."""
    if isinstance(figure.picture, Diagram):
        return MAKERS[kind](figure)
    return _plotted(figure, kind)


def _plotted(figure: Figure, kind: str) -> bytes:
    from viz.charts.matplotlib import drawn

    look = figure.look
    scale = figure.scale
    return drawn(figure.picture, kind, look.mode, background=look.background, scale=scale)


def _as_pdf(figure: Figure) -> bytes:
    from viz.exports.pdf import scene_pdf

    return scene_pdf([figure.picture.scene], figure.name)


def _as_pptx(figure: Figure) -> bytes:
    from viz.exports.slides import scene_pptx

    return scene_pptx(figure.picture.scene, figure.name)


MAKERS: dict[str, Callable[[Figure], bytes]] = {
    "svg": lambda figure: figure.picture.svg().encode(),
    "png": lambda figure: png(figure.picture.dot, figure.scale),
    "pdf": _as_pdf,
    "pptx": _as_pptx,
    "dot": lambda figure: figure.picture.dot.encode(),
}
