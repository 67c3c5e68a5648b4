"""Rows of lessons -> Plotly figures, in the house style."""

from collections.abc import Sequence
from math import log10

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.charts.network import DASHES, METRICS, SHORT, SYMBOLS, styled
from viz.facts.sweep import FamilyRow
from viz.lessons.convolution import RatioRow
from viz.lessons.manifold import Passage, spiral
from viz.lessons.scaling import GridRow
from viz.lessons.tail import ChangeRow
from viz.theme import HEAT, PALETTES, SERIES, Mode, text_on

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
MAC_TICKS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def ratio_chart(rows: Sequence[RatioRow], filters: int, ratio: float, mode: Mode) -> go.Figure:
    """1/N + 1/K² against N on logarithmic axes, with the band of 1/8 to 1/9 and this setting."""
    palette = PALETTES[mode]
    figure = go.Figure()
    for index, kernel in enumerate(dict.fromkeys(row.kernel for row in rows)):
        series = [row for row in rows if row.kernel == kernel]
        figure.add_scatter(
            x=[row.filters for row in series],
            y=[row.ratio for row in series],
            name=f"K = {kernel}",
            line={"color": SERIES[index], "dash": DASHES[index], "width": 3},
            hovertemplate="N = %{x}: %{y:.4f}<extra>%{fullData.name}</extra>",
        )
    figure.add_hrect(y0=BAND[0], y1=BAND[1], fillcolor=SERIES[2], opacity=0.25, line_width=0)
    figure.add_vline(x=BAND_FROM, line={"color": palette.muted, "dash": "dot"})
    figure.add_scatter(
        x=[filters],
        y=[ratio],
        name="this setting",
        mode="markers",
        marker={"color": palette.text, "size": 13, "symbol": "x"},
        hovertemplate="N = %{x}: %{y:.4f}<extra></extra>",
    )
    styled(figure, mode, x=f"filters N (dotted: {BAND_FROM}; band: 1/9 to 1/8)", y="cost ratio")
    figure.update_xaxes(type="log")
    figure.update_yaxes(type="log", tickvals=list(TICKS), ticktext=list(TICKS.values()))
    return figure


def grid_chart(
    rows: Sequence[GridRow], metric: str, chosen: tuple[float, int], mode: Mode
) -> go.Figure:
    """Width times resolution as a heat map; published pairs in bold, the chosen one framed."""
    title, _unit = METRICS[metric]
    widths = sorted({row.width for row in rows})
    resolutions = sorted({row.resolution for row in rows})
    value = {(row.width, row.resolution): getattr(row, metric) for row in rows}
    colours = HEAT[mode][1:]
    figure = go.Figure(
        go.Heatmap(
            z=[[log10(value[w, r]) for r in resolutions] for w in widths],
            colorscale=_steps(colours),
            customdata=[[value[w, r] for r in resolutions] for w in widths],
            hovertemplate=f"%{{customdata:,}} {SHORT[metric]}<extra></extra>",
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    for row in rows:
        place = (
            resolutions.index(row.resolution),
            widths.index(row.width),
        )
        _cell_text(figure, row, place, (min(value.values()), max(value.values())), metric, mode)
    x, y = resolutions.index(chosen[1]), widths.index(chosen[0])
    frame = {"line": {"color": PALETTES[mode].marked, "width": 4}, "fillcolor": "rgba(0,0,0,0)"}
    figure.add_shape(type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, **frame)
    styled(figure, mode, x="resolution ρ · 224 (pixels)", y="width α", height=430)
    figure.update_layout(title={"text": title, "font_size": 18, "x": 0.02})
    ticks = [str(r) for r in resolutions], [f"{w:g}" for w in widths]
    figure.update_xaxes(
        tickvals=list(range(len(resolutions))), ticktext=ticks[0], showgrid=False, zeroline=False
    )
    figure.update_yaxes(
        tickvals=list(range(len(widths))), ticktext=ticks[1], showgrid=False, zeroline=False
    )
    return figure


def _steps(colours: Sequence[str]) -> list[list[object]]:
    """A scale of plain steps, so that the colour under a text is known."""
    edges = [index / len(colours) for index in range(len(colours) + 1)]
    pairs = zip(colours, edges, edges[1:], strict=False)
    return [[edge, colour] for colour, low, high in pairs for edge in (low, high)]


def _cell_text(
    figure: go.Figure,
    row: GridRow,
    place: tuple[int, int],
    ends: tuple[int, int],
    metric: str,
    mode: Mode,
) -> None:
    amount, colours = getattr(row, metric), HEAT[mode][1:]
    low, high = map(log10, ends)
    share = (log10(amount) - low) / ((high - low) or 1.0)
    fill = colours[min(int(share * len(colours)), len(colours) - 1)]
    text = _three_digits(amount / METRICS[metric][1])
    figure.add_annotation(
        x=place[0],
        y=place[1],
        text=text if row.top1 is None else f"<b>● {text}</b>",
        showarrow=False,
        font={"size": 15, "color": text_on(fill)},
    )


def _three_digits(amount: float) -> str:
    decimals = 0 if amount >= 100 else 1 if amount >= 10 else 2
    return f"{amount:.{decimals}f}"


def published_chart(rows: Sequence[GridRow], chosen: tuple[float, int], mode: Mode) -> go.Figure:
    """Published accuracy against computed MACs, a line for each width."""
    figure = go.Figure()
    printed = [row for row in rows if row.top1 is not None]
    for index, width in enumerate(sorted({row.width for row in printed})):
        line = [row for row in printed if row.width == width]
        figure.add_scatter(
            x=[row.macs / MILLION for row in line],
            y=[row.top1 for row in line],
            name=f"α = {width:g}",
            mode="lines+markers",
            line={"color": SERIES[index % len(SERIES)], "dash": DASHES[index % len(DASHES)]},
            marker={
                "symbol": SYMBOLS[index % len(SYMBOLS)],
                "size": [15 if (row.width, row.resolution) == chosen else 10 for row in line],
            },
            customdata=[[row.resolution, row.citation] for row in line],
            hovertemplate=(
                "%{fullData.name}, %{customdata[0]} px: %{y} % top-1, %{x:.0f} M MACs<br>"
                "%{customdata[1]}<extra></extra>"
            ),
        )
    styled(figure, mode, x="MACs (M), logarithmic", y="published ImageNet top-1 (%)", height=400)
    figure.update_xaxes(type="log", tickvals=MAC_TICKS, ticktext=[f"{t}" for t in MAC_TICKS])
    return figure


def spiral_chart(passages: Sequence[Passage], radius: float, mode: Mode) -> go.Figure:
    """The spiral, and what comes back from each number of dimensions."""
    titles = ["input, 2 dimensions", *(f"through n = {p.dimensions}" for p in passages)]
    figure = make_subplots(rows=1, cols=len(titles), subplot_titles=titles, horizontal_spacing=0.01)
    share = [index / 399 for index in range(400)]
    pictures = [spiral(radius), *(p.back for p in passages)]
    for column, picture in enumerate(pictures, start=1):
        figure.add_scatter(
            x=picture[0],
            y=picture[1],
            mode="markers",
            marker={"size": 5, "color": share, "colorscale": "Viridis"},
            showlegend=False,
            hoverinfo="skip",
            row=1,
            col=column,
        )
    styled(figure, mode, x="", y="", height=350)
    reach = 1.06 * max(radius, *(float(abs(p.back).max()) for p in passages))
    figure.update_xaxes(range=[-reach, reach], visible=False)
    figure.update_yaxes(range=[-reach, reach], visible=False)
    for index, passage in enumerate(passages, start=2):
        figure.update_xaxes(
            visible=True,
            showticklabels=False,
            showline=False,
            showgrid=False,
            zeroline=False,
            title_text=f"error {passage.error:.2f}<br>≥ 2 live: {100 * passage.live:.0f} %",
            row=1,
            col=index,
        )
    figure.update_layout(margin={"t": 50, "b": 60})
    for column in range(1, len(titles) + 1):
        suffix = "" if column == 1 else str(column)
        figure.update_yaxes(scaleanchor=f"x{suffix}", row=1, col=column)
    return figure


def family_chart(rows: Sequence[FamilyRow], mode: Mode) -> go.Figure:
    """Parameters against MACs of the papers' networks, joined in the order of their years."""
    figure = go.Figure()
    path = rows[:-1]  # Small stands beside the line: it came with Large
    for index, (name, part) in enumerate((("line", path), ("beside", rows[-1:]))):
        figure.add_scatter(
            x=[row.macs / MILLION for row in part],
            y=[row.params / MILLION for row in part],
            mode="lines+markers+text" if name == "line" else "markers+text",
            text=[f"{row.name}, {row.year}" for row in part],
            textposition=["top left", "bottom right", "top right"] if index == 0 else "top right",
            marker={"size": 13, "symbol": SYMBOLS[index], "color": SERIES[index]},
            line={"color": SERIES[0], "dash": "dot", "width": 2},
            cliponaxis=False,
            showlegend=False,
            hovertemplate="%{text}: %{x:.1f} M MACs, %{y:.2f} M parameters<extra></extra>",
        )
    styled(figure, mode, x="MACs (M)", y="parameters (M)", height=400)
    figure.update_xaxes(range=[0, 640])
    figure.update_yaxes(range=[0, 6.2])
    return figure


def change_chart(rows: Sequence[ChangeRow], totals: tuple[int, int], mode: Mode) -> go.Figure:
    """From the MACs before to those after, a step for every layer that changes."""
    steps = [row for row in rows if row.change]
    values = [row.change / MILLION for row in steps]
    before, after = (total / MILLION for total in totals)
    palette = PALETTES[mode]
    figure = go.Figure(
        go.Waterfall(
            x=["before", *(row.layer for row in steps), "after"],
            y=[before, *values, after],
            measure=["absolute", *["relative"] * len(steps), "total"],
            text=[f"{before:.2f} M", *(f"{value:+.2f} M" for value in values), f"{after:.2f} M"],
            textposition="outside",
            textfont_size=17,
            cliponaxis=False,
            decreasing={"marker": {"color": SERIES[2]}},
            increasing={"marker": {"color": SERIES[1]}},
            totals={"marker": {"color": SERIES[0]}},
            connector={"line": {"color": palette.muted, "width": 1, "dash": "dot"}},
            customdata=["", *(f"{row.before} | {row.after or 'gone'}" for row in steps), ""],
            hovertemplate="%{x}: %{text}<br>%{customdata}<extra></extra>",
        )
    )
    styled(figure, mode, x="", y="MACs (M)", height=440)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(tickfont_size=16)
    figure.update_yaxes(range=[0, 1.12 * max(before, after)])
    return figure
