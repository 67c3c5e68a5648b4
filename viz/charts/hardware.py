"""Rooflines, rankings and published latencies as charts."""

from collections.abc import Mapping, Sequence
from math import log10, sqrt

from viz.charts.chart import DASHES, SYMBOLS, Chart, chart
from viz.charts.labels import sides
from viz.hardware.latency import LatencyRow, Paradox
from viz.hardware.ranking import YARDSTICK, RankRow
from viz.hardware.roofline import ELSE, KINDS, KindRow, RoofRow
from viz.theme import PALETTES, SERIES, Mode

ENDS = (0.1, 2_000.0)  # of the axis of intensity
LARGEST, SMALLEST = 40.0, 12.0  # diameters of points
KIND_ORDER = (*dict.fromkeys(KINDS.values()), ELSE)
INTENSITY_TICKS = (0.1, 1, 10, 100, 1_000)
SHARE_TICKS = (0.1, 1, 10, 100)
TIME_TICKS = (0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50)
MAC_TICKS = (50, 100, 200, 500, 1_000, 2_000, 5_000)


def roofline_chart(rows: Sequence[RoofRow], ridge: float, mode: Mode) -> Chart:
    """Roofline chart at the device's ridge point; point size is time."""
    made = chart(mode, "MACs per byte (log scale)", "speed (% of the peak)", height=460)
    top = max(ridge, ENDS[0])
    made.add(
        "scatter",
        x=[ENDS[0], top, ENDS[1]],
        y=[_speed(ENDS[0], ridge), 100.0, 100.0],
        name="roof",
        mode="lines",
        line={"color": PALETTES[mode].muted, "width": 3},
        hoverinfo="skip",
        showlegend=False,
    )
    _add_words(made, top)
    whole = sum(row.time for row in rows)
    for kind in KIND_ORDER:
        own = [row for row in rows if row.kind == kind and row.macs]
        if own:
            _add_kind(made, kind, own, ridge, whole)
    made.line_at(x=top, color=PALETTES[mode].muted, dash="dot", width=2)
    made.axis("x").update(
        type="log", tickvals=list(INTENSITY_TICKS), ticktext=["0.1", "1", "10", "100", "1,000"]
    )
    made.axis("y").update(
        range=[log10(_speed(ENDS[0], ridge)) - 0.15, 2.6],
        type="log",
        tickvals=list(SHARE_TICKS),
        ticktext=["0.1", "1", "10", "100"],
    )
    return made


def _add_words(made: Chart, ridge: float) -> None:
    """Labels on both sides of the ridge point."""
    sides = {"memory-bound": (ENDS[0], ridge), "compute-bound": (ridge, ENDS[1])}
    made.add(
        "scatter",
        x=[sqrt(low * high) for low, high in sides.values()],
        y=[160.0] * len(sides),
        mode="text",
        text=list(sides),
        textposition="top center",
        textfont={"size": 17, "color": PALETTES[made.mode].muted},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )


def _speed(intensity: float, ridge: float) -> float:
    return 100.0 * min(1.0, intensity / ridge) if ridge else 100.0


def _add_kind(made: Chart, kind: str, rows: Sequence[RoofRow], ridge: float, whole: float) -> None:
    index, longest = KIND_ORDER.index(kind), max(rows, key=lambda row: row.time)
    made.add(
        "scatter",
        x=[row.intensity for row in rows],
        y=[_speed(row.intensity, ridge) for row in rows],
        name=kind,
        mode="markers+text",
        text=[row.path if row is longest else "" for row in rows],
        textposition=("bottom right", "top left")[index % 2],
        marker={
            "color": SERIES[index % len(SERIES)],
            "symbol": SYMBOLS[index % len(SYMBOLS)],
            "size": [max(SMALLEST, LARGEST * sqrt(4 * row.time / whole)) for row in rows],
            "line": {"width": 1, "color": PALETTES[made.mode].paper},
        },
        customdata=[[row.path, 100 * row.time / whole] for row in rows],
        hovertemplate=(
            "%{customdata[0]}: %{x:.1f} MACs per byte, %{y:.0f} % of the peak, "
            "%{customdata[1]:.1f} % of the time<extra>%{fullData.name}</extra>"
        ),
    )


def time_chart(rows: Sequence[KindRow], mode: Mode) -> Chart:
    """Shares of multiply-adds and of time by kind of operation."""
    made = chart(mode, "", "share (%)", height=360)
    for index, (name, field) in enumerate((("multiply-adds", "macs"), ("time", "time"))):
        values = [getattr(row, field) for row in rows]
        made.add(
            "bar",
            x=[row.kind for row in rows],
            y=[round(value, 3) for value in values],
            name=name,
            text=[f"{value:.0f} %" if value >= 0.5 else "" for value in values],
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            marker={"color": SERIES[index], "pattern": {"shape": ("", "/")[index]}},
            hovertemplate="%{x}: %{y:.1f} %<extra>%{fullData.name}</extra>",
        )
    top = max(max(row.macs, row.time) for row in rows)
    made.axis("y").update(range=[0, 1.15 * top])
    return made


def ranking_chart(rows: Sequence[RankRow], ridge: float, mode: Mode) -> Chart:
    """Time of each network relative to the first, by ridge point."""
    first = rows[0].name
    made = chart(mode, "ridge point (MACs per byte)", f"time ({first} = 1, log scale)", height=460)
    for index, key in enumerate(dict.fromkeys(row.key for row in rows)):
        own = [row for row in rows if row.key == key]
        colour = PALETTES[mode].muted if key == YARDSTICK else SERIES[index % len(SERIES)]
        made.add(
            "scatter",
            x=[row.ridge for row in own],
            y=[round(row.time, 4) for row in own],
            name=own[0].name,
            mode="lines",
            line={"color": colour, "width": 3, "dash": DASHES[index // len(SERIES) % len(DASHES)]},
            hovertemplate="ridge %{x}: %{y:.2f} times<extra>%{fullData.name}</extra>",
        )
    made.line_at(x=ridge, color=PALETTES[mode].muted, dash="dot", width=2)
    made.axis("y").update(
        type="log", tickvals=list(TIME_TICKS), ticktext=[f"{tick:g}" for tick in TIME_TICKS]
    )
    return made


def latency_chart(rows: Sequence[LatencyRow], pairs: Sequence[Paradox], mode: Mode) -> Chart:
    """Published latency on one device against MACs; dotted: more MACs, yet faster."""
    title = f"ms on {rows[0].device} (log scale)"
    made = chart(mode, "MACs (M, log scale)", title, height=460)
    place = {row.network: (row.macs / 1e6, row.ms) for row in rows}
    _log_axes(made, place)
    at = dict(zip(place, _shares(made, list(place.values())), strict=True))
    lines = [(at[pair.slower], at[pair.faster]) for pair in pairs]
    for index, pair in enumerate(pairs):
        ends = (place[pair.slower], place[pair.faster])
        made.add(
            "scatter",
            x=[x for x, _y in ends],
            y=[y for _x, y in ends],
            mode="lines",
            name="more MACs, yet faster",
            line={"color": SERIES[1], "dash": "dot", "width": 3},
            showlegend=index == 0,
            hoverinfo="skip",
        )
    made.add(
        "scatter",
        x=[x for x, _y in place.values()],
        y=[y for _x, y in place.values()],
        mode="markers+text",
        name="network",
        text=list(place),
        textposition=sides([at[name] for name in place], list(place), lines),
        marker={"size": 13, "color": SERIES[0], "symbol": SYMBOLS[0]},
        cliponaxis=False,
        showlegend=False,
        customdata=[[row.top1] for row in rows],
        hovertemplate="%{text}: %{x:.0f} M MACs, %{y} ms, %{customdata[0]} % top-1<extra></extra>",
    )
    return made


def _log_axes(made: Chart, place: Mapping[str, tuple[float, float]]) -> None:
    for axis, values, ticks in (
        ("x", [x for x, _y in place.values()], MAC_TICKS),
        ("y", [y for _x, y in place.values()], TIME_TICKS),
    ):
        low, high = log10(min(values)), log10(max(values))
        room = 0.12 * (high - low)
        made.axis(axis).update(
            type="log",
            range=[low - room, high + room],
            tickvals=list(ticks),
            ticktext=[f"{tick:,g}" for tick in ticks],
        )


def _shares(made: Chart, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points as fractions of the plot on logarithmic axes."""
    (left, right), (low, high) = (made.axis(which)["range"] for which in ("x", "y"))
    return [
        ((log10(x) - left) / (right - left), (log10(y) - low) / (high - low)) for x, y in points
    ]
