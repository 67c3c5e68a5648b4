"""Plotly figures as pictures, without a browser: matplotlib draws the same traces as the page.

The page's figure is the single source.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from viz.theme import HEAT, PALETTES, SERIES, Mode

SIZE = (16.0, 9.0)
DPI = 120  # 1920 x 1080
TIMELESS: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None},
}
DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}
MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "cross": "P",
    "star": "*",
    "x": "X",
}
HATCHES = ("", "//", "..")  # colour is never the only difference


def drawn(
    figure: go.Figure,
    suffix: str,
    mode: Mode = "light",
    *,
    background: bool = True,
    scale: int = 1,
) -> bytes:
    """A figure as ``svg``, ``png`` (``scale`` image pixels a slide pixel) or ``pdf``."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: dict[Any, object] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "atlas",
        "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
        "font.size": 15,
    }
    with mpl.rc_context(settings):
        drawing = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        panels = panels_of(figure)
        all_axes = drawing.subplots(1, len(panels), squeeze=False)[0]
        for index, (axes, traces) in enumerate(zip(all_axes, panels, strict=True)):
            _draw(axes, figure, traces, index, mode, several=len(panels) > 1)
        target = io.BytesIO()
        drawing.savefig(
            target,
            format=suffix,
            dpi=DPI * (scale if suffix == "png" else 1),
            facecolor=PALETTES[mode].paper if background else "none",
            metadata=TIMELESS[suffix],
        )
    return target.getvalue()


def panels_of(figure: go.Figure) -> list[list[Any]]:
    """Traces by the panel that they stand in."""
    found: dict[str, list[Any]] = {}
    for trace in figure.data:
        found.setdefault(trace.xaxis or "x", []).append(trace)
    return list(found.values())


def _draw(
    axes: Any, figure: go.Figure, traces: Sequence[Any], index: int, mode: Mode, *, several: bool
) -> None:
    bars = [trace for trace in traces if trace.type == "bar"]
    for number, trace in enumerate(bars):
        _bars(axes, trace, number, len(bars), mode)
    for trace in traces:
        if trace.type in OTHERS:
            OTHERS[trace.type](axes, trace, mode)
    _dress(axes, figure, "" if index == 0 else str(index + 1), mode, several=several)
    if several:
        axes.set_title(figure.layout.annotations[index].text, color=PALETTES[mode].text, size=16)


def _bars(axes: Any, trace: Any, number: int, count: int, mode: Mode) -> None:
    width = 0.8 / count
    texts = isinstance(trace.x[0], str)
    at = range(len(trace.x)) if texts else trace.x
    axes.bar(
        [x - 0.4 + (number + 0.5) * width for x in at] if texts else list(at),
        trace.y,
        width if texts else 0.8,
        label=trace.name,
        color=trace.marker.color if isinstance(trace.marker.color, str) else SERIES[number],
        hatch=HATCHES[number % len(HATCHES)] if texts else "",
        edgecolor=PALETTES[mode].paper,
        linewidth=0,
    )
    if texts:
        slanted = len(trace.x) > 8
        turn = {"rotation": 45, "ha": "right"} if slanted else {}
        axes.set_xticks(range(len(trace.x)), trace.x, **turn)


def _scatter(axes: Any, trace: Any, _mode: Mode) -> None:
    line, marker = trace.line, trace.marker
    lines = trace.mode is None or "lines" in trace.mode
    points = trace.mode is not None and "markers" in trace.mode
    colour = line.color or (marker.color if isinstance(marker.color, str) else None)
    axes.plot(
        trace.x,
        trace.y,
        label=trace.name if trace.showlegend is not False else None,
        color=colour,
        linestyle=DASHES.get(line.dash or "solid", "-") if lines else "none",
        linewidth=line.width or 2.5,
        marker=MARKERS.get(str(marker.symbol), "o") if points else None,
        markersize=8 if lines else 12 if len(trace.x) < 60 else 3,
        alpha=trace.opacity,
    )


def _waterfall(axes: Any, trace: Any, mode: Mode) -> None:
    level = 0.0
    for place, (value, kind, text) in enumerate(
        zip(trace.y, trace.measure, trace.text, strict=True)
    ):
        start = level if kind == "relative" else 0.0
        level = start + value
        colour = SERIES[0] if kind != "relative" else SERIES[2 if value < 0 else 1]
        axes.bar(place, value, 0.75, bottom=start, color=colour)
        top = max(start, level)
        axes.annotate(text, (place, top), ha="center", va="bottom", color=PALETTES[mode].text)
    axes.set_xticks(range(len(trace.x)), trace.x)


def _heatmap(axes: Any, trace: Any, mode: Mode) -> None:
    from matplotlib.colors import ListedColormap

    axes.imshow(
        trace.z, cmap=ListedColormap(HEAT[mode][1:]), origin="lower", aspect="auto", zorder=3
    )


OTHERS: dict[str, Callable[[Any, Any, Mode], None]] = {
    "scatter": _scatter,
    "waterfall": _waterfall,
    "heatmap": _heatmap,
}


def _dress(axes: Any, figure: go.Figure, number: str, mode: Mode, *, several: bool) -> None:
    """Titles, ticks, scales, notes and legend."""
    layout, palette = figure.layout, PALETTES[mode]
    x, y = layout[f"xaxis{number}"], layout[f"yaxis{number}"]
    if not several:
        axes.set_title(layout.title.text or "", loc="left", weight="bold", size=22)
        axes.title.set_color(palette.text)
    axes.set_xlabel((x.title.text or "").replace("<br>", "\n"), color=palette.text, size=18)
    axes.set_ylabel(y.title.text or "", color=palette.text, size=18)
    axes.set_facecolor("none")
    axes.grid(visible=True, axis="y", color=palette.band)
    axes.set_axisbelow(True)
    axes.tick_params(colors=palette.text, labelsize=15 if not several else 11)
    _scales(axes, x, y)
    if y.scaleanchor:
        axes.set_aspect("equal")
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(palette.muted)
    _notes(axes, figure, palette.muted, several=several)
    if not several and any(t.name and t.showlegend is not False for t in figure.data):
        axes.legend(frameon=False, labelcolor=palette.text, fontsize=16)


def _scales(axes: Any, x: Any, y: Any) -> None:
    for axis, set_scale, set_ticks, set_limits in (
        (x, axes.set_xscale, axes.set_xticks, axes.set_xlim),
        (y, axes.set_yscale, axes.set_yticks, axes.set_ylim),
    ):
        if axis.type == "log":
            set_scale("log")
        if axis.tickvals is not None:
            limits = axes.get_xlim() if axis is x else axes.get_ylim()
            shown = [
                (at, name)
                for at, name in zip(axis.tickvals, axis.ticktext or axis.tickvals, strict=True)
                if limits[0] <= at <= limits[1]
            ]
            set_ticks([at for at, _name in shown], [name for _at, name in shown])
        if axis.range is not None and axis.type != "log":
            set_limits(*axis.range)


def _notes(axes: Any, figure: go.Figure, muted: str, *, several: bool) -> None:
    for shape in figure.layout.shapes:
        if shape.type == "line" and shape.x0 == shape.x1:
            axes.axvline(shape.x0, color=muted, linestyle=":")
        elif shape.type == "line" and shape.y0 == shape.y1:
            axes.axhline(shape.y0, color=muted, linestyle=":")
    if several:
        return
    for note in figure.layout.annotations:
        if isinstance(note.x, (int, float)) and note.xref in (None, "x"):
            text = str(note.text).replace("<b>", "").replace("</b>", "")
            look = {"ha": "center", "va": "center", "color": note.font.color, "zorder": 4}
            axes.text(note.x, note.y, text, **look)
