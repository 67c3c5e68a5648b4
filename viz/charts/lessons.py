"""Charts of the lessons."""

from collections.abc import Sequence
from math import log10

import numpy as np
from numpy.typing import NDArray

from viz.charts.chart import DASHES, METRICS, SHORT, SYMBOLS, Chart, chart, panels, plain_steps
from viz.facts.sweep import FamilyRow
from viz.lessons.convolution import RatioRow
from viz.lessons.manifold import POINTS, Passage, spiral
from viz.lessons.scaling import GridRow
from viz.lessons.tail import ChangeRow
from viz.net.fields import Resolution
from viz.theme import HEAT, PALETTES, SERIES, Mode

BAND = (1 / 9, 1 / 8)
BAND_FROM = 72  # filters from which a 3x3 pair costs no more than an eighth
TICKS = {
    1.0: "1",
    0.5: "1/2",
    0.25: "1/4",
    1 / 8: "1/8",
    1 / 16: "1/16",
    1 / 32: "1/32",
    1 / 49: "1/49",
}
MILLION = 1e6
CLOSE = 0.24  # between rows of panels that have nothing below them, as a share of the chart
MAC_TICKS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def ratio_chart(rows: Sequence[RatioRow], filters: int, ratio: float, mode: Mode) -> Chart:
    """1/N + 1/K² against N on logarithmic axes, with the band of 1/8 to 1/9 and this setting."""
    palette = PALETTES[mode]
    title = f"filters N (dotted: {BAND_FROM}; band: 1/9 to 1/8)"
    made = chart(mode, title, "cost ratio")
    for index, kernel in enumerate(dict.fromkeys(row.kernel for row in rows)):
        series = [row for row in rows if row.kernel == kernel]
        made.add(
            "scatter",
            x=[row.filters for row in series],
            y=[row.ratio for row in series],
            name=f"K = {kernel}",
            mode="lines",
            line={"color": SERIES[index], "dash": DASHES[index], "width": 3},
            hovertemplate="N = %{x}: %{y:.4f}<extra>%{fullData.name}</extra>",
        )
    made.band(*BAND, SERIES[2], 0.25)
    made.line_at(x=BAND_FROM, color=palette.muted, dash="dot")
    made.add(
        "scatter",
        x=[filters],
        y=[ratio],
        name="this setting",
        mode="markers",
        marker={"color": palette.text, "size": 13, "symbol": "x"},
        hovertemplate="N = %{x}: %{y:.4f}<extra></extra>",
    )
    made.axis("x").update(type="log")
    made.axis("y").update(type="log", tickvals=list(TICKS), ticktext=list(TICKS.values()))
    return made


# Steps on which the theme's own text can be read: digits have one colour.
_UNDER_TEXT: dict[Mode, tuple[str, ...]] = {"light": HEAT["light"][1:5], "dark": HEAT["dark"][1:4]}


def grid_chart(
    rows: Sequence[GridRow], metric: str, chosen: tuple[float, Resolution], mode: Mode
) -> Chart:
    """Width times resolution as a heat map; published pairs in bold, the chosen one framed."""
    widths = sorted({row.width for row in rows})
    resolutions = sorted({row.resolution for row in rows})
    value = {(row.width, row.resolution): getattr(row, metric) for row in rows}
    made = chart(mode, "resolution ρ · 224 (pixels)", "width α", height=430)
    made.add(
        "heatmap",
        z=[[log10(value[w, r]) for r in resolutions] for w in widths],
        colorscale=plain_steps(_UNDER_TEXT[mode]),
        customdata=[[value[w, r] for r in resolutions] for w in widths],
        hovertemplate=f"%{{customdata:,}} {SHORT[metric]}<extra></extra>",
        showscale=False,
        xgap=3,
        ygap=3,
    )
    for row in rows:
        place = (resolutions.index(row.resolution), widths.index(row.width))
        text = _three_digits(getattr(row, metric) / METRICS[metric][1])
        shown = text if row.top1 is None else f"<b>● {text}</b>"
        made.note(shown, *place, font={"size": 15, "color": PALETTES[mode].text})
    if chosen[1] in resolutions:  # a rectangle is none of these squares
        x, y = resolutions.index(chosen[1]), widths.index(chosen[0])
        made.frame((x - 0.5, y - 0.5, x + 0.5, y + 0.5), PALETTES[mode].marked)
    made.layout["title"] = {"text": METRICS[metric][0], "font": {"size": 18}, "x": 0.02}
    for which, ticks in (("x", resolutions), ("y", [f"{w:g}" for w in widths])):
        made.axis(which).update(
            tickvals=list(range(len(ticks))),
            ticktext=[str(tick) for tick in ticks],
            showgrid=False,
            zeroline=False,
        )
    return made


def _three_digits(amount: float) -> str:
    decimals = 0 if amount >= 100 else 1 if amount >= 10 else 2
    return f"{amount:.{decimals}f}"


def published_chart(rows: Sequence[GridRow], chosen: tuple[float, Resolution], mode: Mode) -> Chart:
    """Published accuracy against computed MACs, a line for each width."""
    made = chart(mode, "MACs (M, log scale)", "published ImageNet top-1 (%)", height=400)
    printed = [row for row in rows if row.top1 is not None]
    for index, width in enumerate(sorted({row.width for row in printed})):
        line = [row for row in printed if row.width == width]
        colour = SERIES[index % len(SERIES)]
        made.add(
            "scatter",
            x=[row.macs / MILLION for row in line],
            y=[row.top1 for row in line],
            name=f"α = {width:g}",
            mode="lines+markers",
            line={"color": colour, "dash": DASHES[index % len(DASHES)], "width": 2},
            marker={
                "color": colour,
                "symbol": SYMBOLS[index % len(SYMBOLS)],
                "size": [15 if (row.width, row.resolution) == chosen else 10 for row in line],
            },
            customdata=[[row.resolution, row.citation] for row in line],
            hovertemplate=(
                "%{fullData.name}, %{customdata[0]} px: %{y} % top-1, %{x:.0f} M MACs<br>"
                "%{customdata[1]}<extra></extra>"
            ),
        )
    ticks = {"tickvals": list(MAC_TICKS), "ticktext": [f"{t}" for t in MAC_TICKS]}
    made.axis("x").update(type="log", **ticks)
    return made


def spiral_chart(passages: Sequence[Passage], radius: float, mode: Mode) -> Chart:
    """The spiral and its reconstruction from each number of dimensions."""
    titles = ["the input<br>n = 2<br> ", *map(_passage_title, passages)]
    made = panels(mode, titles, "", height=600, rows=2, up=CLOSE)
    share = [round(index / (POINTS - 1), 4) for index in range(POINTS)]
    pictures = [spiral(radius), *(p.back for p in passages)]
    ranges = [_common_range([picture[axis] for picture in pictures]) for axis in (0, 1)]
    for panel, points in enumerate(pictures, start=1):
        made.add(
            "scatter",
            panel=panel,
            x=[round(float(v), 4) for v in points[0]],
            y=[round(float(v), 4) for v in points[1]],
            mode="markers",
            marker={"size": 5, "color": share, "colorscale": "Viridis"},
            showlegend=False,
            hoverinfo="skip",
        )
        for which, ends in zip(("x", "y"), ranges, strict=True):
            look = {"range": ends, "visible": False, "constrain": "domain"}
            made.axis(which, panel).update(look)
        made.axis("y", panel)["scaleanchor"] = f"x{panel if panel > 1 else ''}"
    for note in made.layout["annotations"]:
        note["font"]["size"] = 14  # three beside each other fit a phone
    made.layout["margin"] |= {"t": 80}
    return made


def _common_range(rows: Sequence[NDArray[np.float64]]) -> list[float]:
    """Axis range that fits all coordinates with a margin for markers."""
    low, high = min(float(row.min()) for row in rows), max(float(row.max()) for row in rows)
    room = 0.04 * (high - low)
    return [round(low - room, 4), round(high + room, 4)]


def _passage_title(passage: Passage) -> str:
    live = f"{100 * passage.live:.0f} %"
    return f"n = {passage.dimensions}<br>error {passage.error:.2f}<br>≥ 2 live: {live}"


def family_chart(rows: Sequence[FamilyRow], mode: Mode) -> Chart:
    """Parameters against MACs of the papers' networks, joined in the order of their years."""
    made = chart(mode, "MACs (M)", "parameters (M)", height=400)
    # Small stands beside the line: it came with Large
    for index, part in enumerate((rows[:-1], rows[-1:])):
        made.add(
            "scatter",
            x=[row.macs / MILLION for row in part],
            y=[row.params / MILLION for row in part],
            mode="lines+markers+text" if index == 0 else "markers+text",
            text=[f"{row.name}, {row.year}" for row in part],
            textposition=["top left", "bottom right", "top right"] if index == 0 else "top right",
            marker={"size": 13, "symbol": SYMBOLS[index], "color": SERIES[index]},
            line={"color": SERIES[0], "dash": "dot", "width": 2},
            cliponaxis=False,
            showlegend=False,
            hovertemplate="%{text}: %{x:.1f} M MACs, %{y:.2f} M parameters<extra></extra>",
        )
    made.axis("x").update(range=[0, 640])
    made.axis("y").update(range=[0, 6.2])
    return made


def change_chart(rows: Sequence[ChangeRow], totals: tuple[int, int], mode: Mode) -> Chart:
    """Waterfall chart of MACs before and after, one step per changed layer."""
    steps = [row for row in rows if row.change]
    values = [row.change / MILLION for row in steps]
    before, after = (total / MILLION for total in totals)
    made = chart(mode, "", "MACs (M)", height=440)
    made.add(
        "waterfall",
        x=["before", *(row.layer for row in steps), "after"],
        y=[before, *values, after],
        measure=["absolute", *["relative"] * len(steps), "total"],
        text=[f"{before:.2f} M", *(f"{value:+.2f} M" for value in values), f"{after:.2f} M"],
        textposition="outside",
        textfont={"size": 17},
        cliponaxis=False,
        decreasing={"marker": {"color": SERIES[2]}},
        increasing={"marker": {"color": SERIES[1]}},
        totals={"marker": {"color": SERIES[0]}},
        connector={"line": {"color": PALETTES[mode].muted, "width": 1, "dash": "dot"}},
        customdata=["", *(f"{row.before} | {row.after or 'removed'}" for row in steps), ""],
        hovertemplate="%{x}: %{text}<br>%{customdata}<extra></extra>",
    )
    made.layout["showlegend"] = False
    made.axis("x")["tickfont"] = {"size": 16}
    made.axis("y").update(range=[0, 1.12 * max(before, after)])
    return made
