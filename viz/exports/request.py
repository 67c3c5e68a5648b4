"""Request of an export: one configuration and its look.

A request is written as words (of an address, a command line, a file name) and read back here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from typing import Literal, cast

from viz.drawing.diagrams import LEVELS, Diagram, Level, Look, draw
from viz.drawing.look import COLOURINGS, USUAL_RIDGE, Colouring
from viz.net.bounds import DRAWN_PIXELS as MOST_PIXELS
from viz.net.config import Config
from viz.net.fields import ConfigError, Field, Number, Switch, Word, read_all, write_all
from viz.net.trace import Trace, trace_config
from viz.net.words import config_of, file_name_of, words_of
from viz.net.zoo import Network
from viz.theme import Mode

ROWS = ("operation", "block", "stage", "paper")
TITLES = {  # what a table of such rows is called in its file
    "operation": "operations",
    "block": "blocks",
    "stage": "stages",
    "paper": "paper",
}
CHARTS = ("costs", "width")
THEMES = ("light", "dark")
SCALES = (1, 2, 3, 4)
USUAL_SCALE = 2
MM_PER_INCH = 25.4
TRANSPARENT = "transparent"  # how links used to say a light picture without background

# How pictures and charts look, whatever they show.
DRESS: dict[str, Field] = {
    "theme": Word(THEMES, "light"),
    "background": Switch(True),
    "scale": Number(SCALES[0], SCALES[-1], None),
    "width_mm": Number(20, 2_000, None, 0.1, whole=False),
    "dpi": Number(30, 2_400, None),
}
# What is shown of one network.
VIEW: dict[str, Field] = {
    "level": Word(LEVELS, "network"),
    "block": Number(0, 999, None),
    "colour": Word(COLOURINGS, "kind", {"parameters": "params"}),
    "rows": Word(ROWS, "operation"),
    "chart": Word(CHARTS, "costs"),
    "taps": Switch(),
    "ridge": Number(0.0, 500.0, USUAL_RIDGE, 0.1, whole=False),
}
LOOKS = {**VIEW, **DRESS}


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a picture's file: pixels per slide pixel; its width on paper in mm; pixels per inch.

    The last two give the pixels of a PNG where both are said.
    """

    scale: int | None = None
    width_mm: float | None = None
    dpi: int | None = None

    def pixels(self, size: tuple[int, int]) -> float:
        """Image pixels per slide pixel. Raises ``ConfigError`` for too many in all."""
        if self.width_mm is None or self.dpi is None:
            return checked_scale(self.scale, size)
        if self.scale is not None:
            raise ConfigError("scale", self.scale, "left out where width_mm and dpi are given")
        wanted = self.width_mm / MM_PER_INCH * self.dpi / size[0]
        most = MOST_PIXELS / (size[0] * size[1])
        if wanted * wanted > most:
            largest = int(most**0.5 * size[0] / self.width_mm * MM_PER_INCH)
            raise ConfigError("dpi", self.dpi, f"at most {largest} for {self.width_mm:g} mm")
        return wanted


@dataclass(frozen=True)
class Request:
    """One picture, table, chart or model.

    ``block`` chooses one block at the levels ``block`` and ``operation``; ``rows`` is what a row
    of a table stands for (``paper``: a block in the columns of V3's tables), ``chart`` what a chart
    shows; ``taps`` frames the feature levels; ``ridge`` is a device's ridge point, for the colour
    ``bound``; ``scale`` is image pixels per slide pixel: without one it is 2, or what so large a
    picture may have; ``width_mm`` is its width on paper, ``dpi`` the pixels per inch it states.
    """

    config: Config
    level: Level = "network"
    block: int | None = None
    colour: Colouring = "kind"
    rows: Literal["operation", "block", "stage", "paper"] = "operation"
    chart: Literal["costs", "width"] = "costs"
    theme: Mode = "light"
    background: bool = True
    taps: bool = False
    ridge: float = USUAL_RIDGE
    scale: int | None = None
    width_mm: float | None = None
    dpi: int | None = None

    @cached_property
    def traced(self) -> Trace:
        """The network as a trace."""
        return trace_config(self.config)

    @property
    def size(self) -> Size:
        """How large its picture's file is."""
        return Size(self.scale, self.width_mm, self.dpi)

    @property
    def look(self) -> Look:
        """How its picture is drawn."""
        return Look(self.theme, self.colour, self.background, taps=self.taps, ridge=self.ridge)

    @cached_property
    def diagram(self) -> Diagram:
        """The picture. Raises ``ConfigError`` where there is no such block."""
        return draw(self.traced, self.level, self.block, self.look)

    @property
    def name(self) -> str:
        """File name without suffix."""
        params = write_all(LOOKS, self._looks())
        words = [f"block{params['block']}"] if "block" in params else []
        words = [params.pop(name) for name in ("level", "colour") if name in params] + words
        words += [params["theme"]] if "theme" in params else []
        words += ["taps"] if "taps" in params else []
        words += [f"ridge{params['ridge']}"] if "ridge" in params else []
        words += dress_words(self.background, self.size)
        return "_".join([file_name_of(self.config), *words])

    def words(self, names: Mapping[str, Field] = LOOKS) -> dict[str, str]:
        """Parameters that differ from the defaults, for a URL or a command line.

        ``names`` are the looks that matter to what is exported.
        """
        return words_of(self.config) | write_all(names, self._looks())

    def _looks(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in LOOKS}


def request_of(variant: str | Network, params: Mapping[str, str]) -> Request:
    """Read a request from texts (an address, a command line). Raises ``ConfigError``."""
    params = plain_theme(params)
    looks = read_all(LOOKS, {name: params[name] for name in params if name in LOOKS})
    rest = {name: text for name, text in params.items() if name not in LOOKS}
    config = config_of(variant, rest, list(LOOKS))
    last = len(trace_config(config).blocks) - 1
    block = looks["block"]
    if isinstance(block, int) and block > last:
        raise ConfigError("block", block, f"a whole number from 0 to {last}")
    return Request(config, **looks)  # type: ignore[arg-type]  # read by the fields above


# Formats that say how large they are on paper; any other would ignore it.
SIZED = {"width_mm": ("pdf", "tikz", "png"), "dpi": ("png",)}


def check_sized(kind: str, size: Size) -> None:
    """Raise ``ConfigError`` for a size on paper that a format does not have."""
    for name, kinds in SIZED.items():
        value = getattr(size, name)
        if value is not None and kind not in kinds:
            allowed = f"left out: {kind} has none, only {' and '.join(kinds)}"
            raise ConfigError(name, value, allowed)
    if kind == "png" and size.width_mm is not None and size.dpi is None:
        raise ConfigError("width_mm", size.width_mm, "given with dpi for a PNG")


def checked_scale(scale: int | None, size: tuple[int, int]) -> int:
    """The scale for a picture of ``size`` slide pixels. Raises ``ConfigError`` for one too large.

    This is the one bound on pixels, and so on memory, for whatever is drawn.
    """
    largest = isqrt(MOST_PIXELS // (size[0] * size[1]))
    if not largest:
        sides = f"{size[0]} × {size[1]} pixels"
        allowed = f"at most {MOST_PIXELS // 10**6} million pixels: choose one block, or SVG or PDF"
        raise ConfigError("picture", sides, allowed)
    if scale is None:
        return min(USUAL_SCALE, largest)
    if scale > largest:
        raise ConfigError("scale", scale, f"at most {largest} for so large a picture")
    return scale


def dress_words(background: bool, size: Size) -> list[str]:
    """Background and size in a picture's file name."""
    said = {"x": size.scale, "mm": size.width_mm, "dpi": size.dpi}
    sizes = [f"{value:g}{unit}" for unit, value in said.items() if value]
    return ["transparent"] * (not background) + sizes


def plain_theme(params: Mapping[str, str]) -> dict[str, str]:
    """The parameters with an old theme name replaced."""
    if params.get("theme", "").strip().lower() == TRANSPARENT:
        return {**params, "theme": "light", "background": "false"}
    return dict(params)


def dress_of(params: Mapping[str, str]) -> tuple[Look, Size]:
    """Look and size of a picture. Raises ``ConfigError``."""
    values = read_all(DRESS, params)
    mode = cast(Mode, values["theme"])
    size = Size(*(values[name] for name in ("scale", "width_mm", "dpi")))  # type: ignore[arg-type]
    return Look(mode, background=bool(values["background"])), size
