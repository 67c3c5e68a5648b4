"""Rows -> Plotly figures. Titles, units and colours stand here; no arithmetic but scaling."""

from collections.abc import Iterable, Mapping, Sequence

import pandas  # noqa: F401 - plotly breaks when another thread is halfway through importing it
import plotly.graph_objects as go

from viz.facts.compare import RunningRow
from viz.facts.sweep import StairRow, SweepRow
from viz.facts.tables import BlockRow, StageRow
from viz.net.zoo import ZOO, Claim
from viz.theme import FONT_STACK, PALETTES, SERIES, Mode

METRICS: dict[str, tuple[str, float]] = {
    "params": ("parameters (M)", 1e6),
    "macs": ("MACs (M)", 1e6),
    "activation_bytes": ("activation memory (MB)", 1e6),
}
# The words for metrics in controls and links; they are part of addresses, so never translated.
SHORT: dict[str, str] = {
    "params": "parameters",
    "macs": "MACs",
    "activation_bytes": "activation memory",
}
METRIC_OF: dict[str, str] = {word: metric for metric, word in SHORT.items()}
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
DASHES = ("solid", "dash", "dot", "dashdot")
HEIGHT = 420
LOG_TICKS = (10, 20, 50, 100, 200, 500)


def styled(figure: go.Figure, mode: Mode, *, x: str, y: str, height: int = HEIGHT) -> go.Figure:
    """Give a figure the house style: our fonts and colours, quiet grid, legend on top."""
    palette = PALETTES[mode]
    axis = {
        "gridcolor": palette.band if mode == "light" else "#2a3546",
        "zerolinecolor": palette.muted,
        "zerolinewidth": 1,
        "linecolor": palette.muted,
        "title_font_size": 16,
        "tickfont_size": 14,
    }
    figure.update_layout(
        font={"family": FONT_STACK, "size": 15, "color": palette.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=height,
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font_size": 15},
        hoverlabel={"font_family": FONT_STACK, "font_size": 14},
        barcornerradius=3,
    )
    figure.update_xaxes(title_text=x, automargin=True, **axis)
    figure.update_yaxes(title_text=y, automargin=True, **axis)
    return figure


def accuracy_chart(claims: dict[str, Sequence[Claim]], mode: Mode) -> go.Figure:
    """Published top-1 accuracy against published MACs; every point names its table."""
    figure = go.Figure()
    for index, (key, points) in enumerate(claims.items()):
        ordered = sorted(points, key=lambda claim: (claim.resolution != 224, claim.macs or 0))
        figure.add_scatter(
            x=[claim.macs for claim in ordered],
            y=[claim.top1 for claim in ordered],
            mode="markers",
            name=ZOO[key].name,
            marker={
                "color": SERIES[index],
                "symbol": SYMBOLS[index],
                "size": 11,
                "line": {"width": 1, "color": PALETTES[mode].paper},
            },
            customdata=[[c.width, c.resolution, c.citation] for c in ordered],
            hovertemplate=(
                "<b>%{fullData.name}</b>, width %{customdata[0]}, %{customdata[1]} px<br>"
                "%{y} % top-1, %{x} M MACs<br>%{customdata[2]}<extra></extra>"
            ),
        )
    styled(figure, mode, x="MACs in millions, logarithmic", y="ImageNet top-1 (%)", height=400)
    figure.update_xaxes(type="log", tickvals=LOG_TICKS, ticktext=[f"{tick}" for tick in LOG_TICKS])
    return figure


def share_chart(
    rows: Sequence[BlockRow] | Sequence[StageRow], names: Sequence[str], mode: Mode, *, x: str
) -> go.Figure:
    """Where parameters, MACs and activation memory sit: shares of the total, side by side."""
    figure = go.Figure()
    for index, (metric, label) in enumerate(SHORT.items()):
        values = [getattr(row, metric) for row in rows]
        total = sum(values) or 1
        figure.add_bar(
            x=list(names),
            y=[100 * value / total for value in values],
            name=label,
            marker={
                "color": SERIES[index],
                "pattern": {
                    "shape": ("", "/", ".")[index],
                    "fillmode": "overlay",
                    "fgcolor": PALETTES[mode].paper,
                    "size": 7,
                },
            },
            customdata=values,
            hovertemplate=f"%{{x}}<br>{label}: %{{customdata:,}} (%{{y:.1f}} %)<extra></extra>",
        )
    return styled(figure, mode, x=x, y="share of the total (%)")


def running_chart(
    sides: Mapping[str, Sequence[RunningRow]], metric: str, mode: Mode, *, height: int = 340
) -> go.Figure:
    """Running total of one metric over depth, a line for each network."""
    title, unit = METRICS[metric]
    figure = go.Figure()
    for index, (name, rows) in enumerate(sides.items()):
        figure.add_scatter(
            x=[100 * row.share for row in rows],
            y=[getattr(row, metric) / unit for row in rows],
            name=name,
            mode="lines+markers",
            line={"color": SERIES[index], "dash": DASHES[index], "shape": "hv", "width": 3},
            marker={"symbol": SYMBOLS[index], "size": 7},
            customdata=[row.name for row in rows],
            hovertemplate="%{customdata}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    return styled(figure, mode, x="depth (% of the blocks)", y=title, height=height)


def staircase_chart(rows: Sequence[StairRow], divisor: int, mode: Mode) -> go.Figure:
    """Wanted against given channels, the 10 % bound, and the points where it lifted the step."""
    wanted = [row.wanted for row in rows]
    given = [row.given for row in rows]
    palette = PALETTES[mode]
    figure = go.Figure()
    figure.add_scatter(
        x=wanted,
        y=wanted,
        name="wanted",
        line={"color": palette.muted, "dash": "dot", "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=wanted,
        y=[0.9 * value for value in wanted],
        name="10 % below wanted",
        line={"color": SERIES[1], "dash": "dash", "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=wanted,
        y=given,
        name=f"given: multiples of {divisor}",
        line={"color": SERIES[0], "width": 3, "shape": "hvh"},
        customdata=[100 * row.change for row in rows],
        hovertemplate="wanted %{x}: given %{y} (%{customdata:+.1f} %)<extra></extra>",
    )
    lifted = [row for row in rows if row.lifted]
    figure.add_scatter(
        x=[row.wanted for row in lifted],
        y=[row.given for row in lifted],
        name="lifted by the 10 % rule",
        mode="markers",
        marker={"color": SERIES[1], "size": 8, "symbol": "triangle-up"},
        hovertemplate="wanted %{x}: lifted to %{y}<extra></extra>",
    )
    return styled(figure, mode, x="wanted channels", y="given channels", height=460)


def sweep_chart(
    rows: Sequence[SweepRow], metric: str, mode: Mode, *, marked_width: float
) -> go.Figure:
    """A metric against width, a line for each network and rule, with the ideal quadratic."""
    title, unit = METRICS[metric]
    figure = go.Figure()
    groups = _grouped(rows)
    for index, ((variant, rule), group) in enumerate(groups.items()):
        colour = SERIES[list(dict.fromkeys(v for v, _ in groups)).index(variant) % len(SERIES)]
        rules = [r for v, r in groups if v == variant]
        figure.add_scatter(
            x=[row.width for row in group],
            y=[getattr(row, metric) / unit for row in group],
            name=f"{ZOO[variant].name}, {rule}",
            line={"color": colour, "dash": DASHES[rules.index(rule) % len(DASHES)], "width": 2.5},
            hovertemplate="width %{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
        if rule == rules[0]:
            figure.add_scatter(**_ideal(group, metric, unit, colour, show=index == 0))
    figure.add_vline(x=marked_width, line={"color": PALETTES[mode].muted, "dash": "dot"})
    return styled(figure, mode, x="width multiplier", y=title, height=460)


def _grouped(rows: Iterable[SweepRow]) -> dict[tuple[str, str], list[SweepRow]]:
    groups: dict[tuple[str, str], list[SweepRow]] = {}
    for row in rows:
        groups.setdefault((row.variant, row.rule), []).append(row)
    return groups


def _ideal(
    group: Sequence[SweepRow], metric: str, unit: float, colour: str, *, show: bool
) -> dict[str, object]:
    """The value at width 1 times the square of the width: what cost would do without rounding."""
    at_one = min(group, key=lambda row: abs(row.width - 1.0))
    base = getattr(at_one, metric) / unit / at_one.width**2
    widths = [row.width for row in group]
    return {
        "x": widths,
        "y": [base * width**2 for width in widths],
        "name": "ideal: width²",
        "mode": "lines",
        "line": {"color": colour, "width": 1},
        "opacity": 0.55,
        "showlegend": show,
        "legendrank": 2000,
        "hoverinfo": "skip",
    }
