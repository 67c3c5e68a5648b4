"""The design space as a chart: thousands of configurations, the front, and budgets."""

from collections.abc import Sequence
from itertools import groupby
from math import log10
from typing import Any

from viz.charts.chart import OPACITY, SYMBOLS, Chart, chart
from viz.hardware.space import SpaceRow
from viz.lessons.space import MEGA, Best, Budgets, front, step
from viz.net.zoo import ZOO
from viz.theme import PALETTES, SERIES, Mode

MEASURES = {  # of the y axis -> its column, and what the axis is called
    "macs": ("macs", "MACs (M, log scale)"),
    "memory": ("peak_bytes", "peak memory of activations (MB, log scale)"),
    "time": ("time", "roofline time on {device} (M MACs at its peak, log scale)"),
}
UNITS = {"params": "M parameters", "macs": "M MACs", "peak_bytes": "MB"}
DECIMALS = 4  # of millions
ROOM = 0.06  # beside the outermost points, as a share of the axis
BESIDE, GAP = 0.03, 0.005  # of a budget's number from the edge, and from its line
HEIGHT = 480
FRONT = "front: least cost"


def space_chart(
    rows: Sequence[SpaceRow],
    measure: str,
    budgets: Budgets,
    best: Best | None,
    mode: Mode,
    device: str = "",
) -> Chart:
    """Cost against parameters on logarithmic axes; grey: beyond a budget."""
    column, title = MEASURES[measure]
    made = chart(mode, "parameters (M, log scale)", title.format(device=device), height=HEIGHT)
    inside = [budgets.fit(row) for row in rows]
    fitting = [row for row, fits in zip(rows, inside, strict=True) if fits]
    edge = front(fitting, column)
    drawn = _drawn(rows, edge)
    _add_points(made, rows, [i for i in drawn if not inside[i]], column, faded=True)
    _add_points(made, rows, [i for i in drawn if inside[i]], column, faded=False)
    _add_front(made, edge, column)
    _scale(made, rows, column)
    _add_budgets(made, budgets, column)
    if best:
        _add_best(made, best, column)
    return made


def _drawn(rows: Sequence[SpaceRow], edge: Sequence[SpaceRow]) -> list[int]:
    """The places of the rows that are drawn: all, or some of very many and the front."""
    every, kept = step(len(rows)), {*edge}
    return [i for i, row in enumerate(rows) if i % every == 0 or row in kept]


def _add_points(
    made: Chart, rows: Sequence[SpaceRow], places: Sequence[int], column: str, *, faded: bool
) -> None:
    """A trace for each network and rule; grey ones are not told apart."""
    order = list(dict.fromkeys(row.network for row in rows))
    told: set[str] = set()
    for (key, rule), group in groupby(places, lambda i: (rows[i].network, rows[i].width_rule)):
        own = list(group)
        name = "beyond a budget" if faded else ZOO[key].short_name
        index = order.index(key)
        about = f"{ZOO[key].short_name}, {ZOO[key].rule(rule).library} widths"
        made.add(
            "scatter",
            x=[_millions(rows[i].params) for i in own],
            y=[_millions(getattr(rows[i], column)) for i in own],
            name=name,
            legendgroup=name,
            showlegend=name not in told,
            legendrank=1_001 if faded else 1_000,
            mode="markers",
            marker={
                "color": PALETTES[made.mode].muted if faded else SERIES[index % len(SERIES)],
                "symbol": SYMBOLS[(index + index // len(SERIES)) % len(SYMBOLS)],
                "size": 4 if faded else 5,
            },
            opacity=0.5 if faded else OPACITY[made.mode],
            customdata=[[i, rows[i].width, rows[i].resolution] for i in own],
            hovertemplate=(
                f"{about}<br>width %{{customdata[1]}}, %{{customdata[2]}} px: %{{x:.2f}} "
                f"{UNITS['params']}, %{{y:.3~r}} {UNITS.get(column, 'M')}<extra></extra>"
            ),
        )
        told.add(name)


def name_of(row: SpaceRow) -> str:
    """Network, width and resolution, in few words."""
    return f"{ZOO[row.network].short_name} {row.width:g}, {row.resolution} px"


def _millions(value: float) -> float:
    return round(value / MEGA, DECIMALS)


def _add_front(made: Chart, edge: Sequence[SpaceRow], column: str) -> None:
    if not edge:
        return
    xs = [_millions(row.params) for row in edge]
    ys = [_millions(getattr(row, column)) for row in edge]
    made.add(
        "scatter",
        x=xs,
        y=ys,
        name="front",
        mode="lines",
        line={"color": PALETTES[made.mode].text, "width": 2, "dash": "solid"},
        showlegend=False,
        hoverinfo="skip",
    )
    start = len(edge) // 5
    _add_word(made, xs[start], ys[start], FRONT, "bottom right", PALETTES[made.mode].text)


def _add_word(made: Chart, x: float, y: float, word: str, side: str, colour: str) -> None:
    """Write a word at a place of the axes."""
    made.add(
        "scatter",
        x=[x],
        y=[y],
        mode="text",
        text=[word],
        textposition=side,
        textfont={"color": colour, "size": 15},
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )


def _scale(made: Chart, rows: Sequence[SpaceRow], column: str) -> None:
    for which, name in (("x", "params"), ("y", column)):
        values = [max(_millions(getattr(row, name)), 10**-DECIMALS) for row in rows] or [1.0]
        low, high = log10(min(values)), log10(max(values))
        room = ROOM * (high - low or 1)
        ticks = [n * 10.0**e for e in range(-4, 7) for n in (1, 2, 5)]
        made.axis(which).update(
            type="log",
            range=[low - room, high + room],
            tickvals=ticks,
            ticktext=[f"{tick:,.10g}" for tick in ticks],
        )


def _add_budgets(made: Chart, budgets: Budgets, column: str) -> None:
    """A line for each budget of an axis, with its number."""
    colour = PALETTES[made.mode].marked
    (left, right), (low, high) = (made.axis(which)["range"] for which in ("x", "y"))
    places = {
        "params": ("x", 10 ** (high - BESIDE * (high - low)), "middle right"),
        column: ("y", 10 ** (left + BESIDE * (right - left)), "top right"),
    }
    for name, (axis, at, side) in places.items():
        most = getattr(budgets, name, 0)
        if not most:
            continue
        x, y = (most * 10 ** (GAP * (right - left)), at) if axis == "x" else (at, most)
        where: dict[str, Any] = {axis: most}
        made.line_at(**where, color=colour, dash="dash", width=2)
        _add_word(made, x, y, f"{most:g} {UNITS[name]}", side, colour)


def _add_best(made: Chart, best: Best, column: str) -> None:
    row = best.row
    made.add(
        "scatter",
        x=[_millions(row.params)],
        y=[_millions(getattr(row, column))],
        name=f"best published: {name_of(row)}, {best.top1:g} %",
        mode="markers",
        marker={
            "color": PALETTES[made.mode].marked,
            "symbol": "star",
            "size": 22,
            "line": {"color": PALETTES[made.mode].paper, "width": 2},
        },
        hoverinfo="skip",
    )
