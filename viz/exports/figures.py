"""Pictures of more, or of less, than one network: pairs, and the pictures of lessons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from viz.compare import align, marks
from viz.config import ConfigError, parse_value
from viz.diagrams import (
    Diagram,
    Look,
    draw_convolution,
    draw_pair,
    draw_residuals,
    draw_windows,
)
from viz.drawing.engine import png
from viz.exports.order import SCALES, THEMES, one_of, order_of
from viz.lessons import convolution, residual, windows
from viz.zoo import ZOO

Limits = Mapping[str, tuple[int, int, int]]  # name -> lowest, highest, default
SECOND = "b_"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with the name of its files."""

    diagram: Diagram
    name: str
    scale: int = 2


@dataclass(frozen=True, slots=True)
class _Lesson:
    numbers: Limits
    switches: Mapping[str, bool]
    draw: Callable[[dict[str, int], Look], Diagram]


def _convolution(v: dict[str, int], look: Look) -> Diagram:
    return draw_convolution(convolution.convolution_cost(v["m"], v["n"], v["k"], v["size"]), look)


def _windows(v: dict[str, int], look: Look) -> Diagram:
    ours = windows.pytorch_windows(v["w"], v["f"], v["s"], v["p"])
    theirs = windows.tensorflow_windows(v["w"], v["f"], v["s"])
    if not ours.out:
        raise ConfigError("f", v["f"], f"at most the padded side, {ours.padded}")
    return draw_windows([("PyTorch", ours), ("TensorFlow same", theirs)], look)


def _residual(v: dict[str, int], look: Look) -> Diagram:
    stride, same = 1 + v["stride2"], bool(v["same"])
    blocks = [
        residual.resnet_bottleneck(v["channels"], v["size"], stride, same=same),
        residual.inverted_residual(v["channels"], v["size"], stride, v["t"], same=same),
    ]
    return draw_residuals(blocks, look)


LESSONS: dict[str, _Lesson] = {
    "convolution": _Lesson(convolution.LIMITS, {}, _convolution),
    "windows": _Lesson(windows.LIMITS, {}, _windows),
    "residual": _Lesson(residual.LIMITS, {"stride2": False, "same": True}, _residual),
}


def is_figure(name: str) -> bool:
    """Whether ``name`` is a lesson's, or two networks with a comma between them."""
    return name in LESSONS or (
        all(part in ZOO for part in name.split(",")) and name.count(",") == 1
    )


def figure_of(name: str, chosen: Mapping[str, str]) -> Figure:
    """Read a figure from texts. Raises ``ConfigError``."""
    rest = dict(chosen)
    theme = one_of("theme", rest.pop("theme", THEMES[0]), THEMES)
    scale = int(one_of("scale", rest.pop("scale", "2"), tuple(map(str, SCALES))))
    mode = "dark" if theme == "dark" else "light"
    look = Look(mode, background=theme != "transparent")  # type: ignore[arg-type]
    if name in LESSONS:
        return Figure(_lesson(LESSONS[name], rest, look), name, scale)
    first, second = name.split(",")
    return Figure(_pair(first, second, rest, look), f"{first}-{second}", scale)


def _lesson(lesson: _Lesson, chosen: Mapping[str, str], look: Look) -> Diagram:
    values = {name: default for name, (_low, _high, default) in lesson.numbers.items()}
    values |= {name: int(on) for name, on in lesson.switches.items()}
    for name, text in chosen.items():
        if name in lesson.numbers:
            values[name] = _whole(name, text, *lesson.numbers[name][:2])
        elif name in lesson.switches:
            values[name] = int(_switch(name, text))
        else:
            known = ", ".join([*lesson.numbers, *lesson.switches, "theme", "scale"])
            raise ConfigError("option", name, f"one of {known}")
    return lesson.draw(values, look)


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high):
        raise ConfigError(name, text, f"a whole number from {low} to {high}")
    return int(text)


def _switch(name: str, text: str) -> bool:
    try:
        return bool(parse_value("dilated", text))
    except ConfigError as error:
        raise ConfigError(name, text, error.allowed) from None


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


def _as_pdf(figure: Figure) -> bytes:
    from viz.exports.pdf import scene_pdf

    return scene_pdf([figure.diagram.scene], figure.name)


def _as_pptx(figure: Figure) -> bytes:
    from viz.exports.slides import scene_pptx

    return scene_pptx(figure.diagram.scene, figure.name)


MAKERS: dict[str, Callable[[Figure], bytes]] = {
    "svg": lambda figure: figure.diagram.svg().encode(),
    "png": lambda figure: png(figure.diagram.dot, figure.scale),
    "pdf": _as_pdf,
    "pptx": _as_pptx,
    "dot": lambda figure: figure.diagram.dot.encode(),
}
