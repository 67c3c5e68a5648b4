"""Figures by name: pairs of networks, and pictures of the lessons.

Each has a name and fields, which its address, its page and the tests read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from viz.drawing.board import SLIDE
from viz.drawing.comparison import pair_diagram
from viz.drawing.diagrams import Diagram, Look
from viz.exports.density import scene_png, with_density
from viz.exports.figure_kind import Excite, Kind, Setting, in_process
from viz.exports.figure_table import FIGURES, METRIC, NETWORK
from viz.exports.request import DRESS, Size, check_sized, dress_of, dress_words, plain_theme
from viz.net.config import Config
from viz.net.design import KEY
from viz.net.fields import ConfigError, one_of, read_all, write_all
from viz.net.names import LIBRARY_NAMES
from viz.net.trace import trace_config
from viz.net.words import config_of, file_name_of, words_of
from viz.net.zoo import ZOO

__all__ = [
    "FIGURES",
    "METRIC",
    "Figure",
    "Kind",
    "figure_of",
    "is_figure",
    "kinds_of",
    "made",
]
SECOND = "b_"


@dataclass(frozen=True, slots=True)
class Figure:
    """A diagram, or a chart, with the name of its files."""

    picture: Any
    name: str
    look: Look = field(default_factory=Look)
    size: Size = field(default_factory=Size)
    title: str = ""
    source: str = ""


def is_figure(name: str) -> bool:
    """Whether ``name`` is one of these, or two networks with a comma between them."""
    parts = name.split(",")
    return name in FIGURES or (
        len(parts) == 2 and all(part in (*ZOO, KEY, *LIBRARY_NAMES) for part in parts)
    )


def figure_of(name: str, params: Mapping[str, str], excite: Excite = in_process) -> Figure:
    """Read a figure from texts. Raises ``ConfigError``."""
    params = plain_theme(params)
    dressed, size = dress_of({n: params[n] for n in params if n in DRESS})
    rest = {n: text for n, text in params.items() if n not in DRESS}
    if name not in FIGURES:
        return _pair(name, rest, dressed, size)
    kind = FIGURES[name]
    own = {n: rest.pop(n) for n in list(rest) if n in kind.fields}
    values = read_all(kind.fields, own)
    config = _config_of(kind, rest)
    stem = "_".join([name, *([file_name_of(config)] if config else []), *_tokens(kind, values)])
    made = kind.make(Setting(values, config, dressed, excite))
    stem = "_".join([stem, *_dress(dressed, size)])
    return Figure(made, stem, dressed, size, kind.titled(config), kind.source)


def _config_of(kind: Kind, rest: dict[str, str]) -> Config | None:
    """The configuration that is left over for a figure about one; for others nothing may be."""
    others = [*kind.fields, *DRESS]
    if not kind.default:
        read_all({}, rest, others)
        return None
    return config_of(rest.pop(NETWORK, kind.default), rest, [NETWORK, *others])


def _tokens(kind: Kind, values: Mapping[str, object]) -> list[str]:
    return [f"{n}{text}" for n, text in write_all(kind.fields, values).items()]


def words_of_figure(
    name: str, values: Mapping[str, object], config: Config | None = None
) -> dict[str, str]:
    """URL parameters of a figure; read by ``figure_of``."""
    kind = FIGURES[name]
    params = {NETWORK: config.variant} if config and config.variant != kind.default else {}
    return params | (words_of(config) if config else {}) | write_all(kind.fields, values)


def words_of_pair(left: Config, right: Config) -> dict[str, str]:
    """URL parameters of a pair, besides the two names."""
    return words_of(left) | {SECOND + name: text for name, text in words_of(right).items()}


def _pair(name: str, params: Mapping[str, str], look: Look, size: Size) -> Figure:
    first, second = name.split(",")
    left = config_of(first, {n: t for n, t in params.items() if not n.startswith(SECOND)}, [*DRESS])
    right = config_of(
        second, {n.removeprefix(SECOND): t for n, t in params.items() if n.startswith(SECOND)}
    )
    picture = pair_diagram(trace_config(left), trace_config(right), look)
    names = [file_name_of(left), file_name_of(right), *_dress(look, size)]
    return Figure(picture, "_".join(names), look, size)


def _dress(look: Look, size: Size) -> list[str]:
    return ["dark"] * (look.mode == "dark") + dress_words(look.background, size)


def kinds_of(figure: Figure) -> tuple[str, ...]:
    """The formats that a figure's file may have."""
    return tuple(MAKERS if isinstance(figure.picture, Diagram) else CHART_MAKERS)


def made(figure: Figure, kind: str) -> bytes:
    """A figure's file. Raises ``ConfigError`` for a kind that it does not have."""
    makers = MAKERS if isinstance(figure.picture, Diagram) else CHART_MAKERS
    if kind not in makers:
        raise ConfigError("format", kind, one_of(list(makers)))
    check_sized(kind, figure.size)
    return makers[kind](figure)


def _plotted(figure: Figure, kind: str) -> bytes:
    from viz.charts.matplotlib import drawn

    return drawn(
        figure.picture,
        kind,
        background=figure.look.background,
        scale=figure.size.pixels(SLIDE),
        title=figure.title,
        source=figure.source,
    )


def _chart_csv(figure: Figure) -> bytes:
    from viz.exports.office_charts import csv_of

    return csv_of(figure.picture)


def _chart_pptx(figure: Figure) -> bytes:
    from viz.exports.office_charts import pptx_of

    return pptx_of(figure.picture, figure.title, figure.source)


def _as_png(figure: Figure) -> bytes:
    return scene_png(figure.picture, figure.size)


def _as_pdf(figure: Figure) -> bytes:
    from viz.exports.pdf import scene_pdf

    return scene_pdf([figure.picture.scene], figure.name, width_mm=figure.size.width_mm)


def _as_tikz(figure: Figure) -> bytes:
    from viz.exports.tikz import scene_tikz

    return scene_tikz(figure.picture.scene, figure.name, figure.size.width_mm).encode()


def _chart_png(figure: Figure) -> bytes:
    return with_density(_plotted(figure, "png"), figure.size.dpi)


def _chart_pdf(figure: Figure) -> bytes:
    from viz.exports.pdf import as_wide

    return as_wide(_plotted(figure, "pdf"), figure.size.width_mm)


def _as_pptx(figure: Figure) -> bytes:
    from viz.exports.slides import scene_pptx

    return scene_pptx(figure.picture.scene, figure.name)


MAKERS: dict[str, Callable[[Figure], bytes]] = {
    "svg": lambda figure: figure.picture.svg().encode(),
    "png": _as_png,
    "pdf": _as_pdf,
    "pptx": _as_pptx,
    "dot": lambda figure: figure.picture.dot.encode(),
    "tikz": _as_tikz,
}
CHART_MAKERS: dict[str, Callable[[Figure], bytes]] = {
    "svg": partial(_plotted, kind="svg"),
    "png": _chart_png,
    "pdf": _chart_pdf,
    "csv": _chart_csv,
    "pptx": _chart_pptx,
}
