"""Charts of activation functions."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from viz.activations import ACTIVATIONS, CURVES
from viz.charts.chart import DASHES, HEIGHT, Chart, Json, chart, panels
from viz.lessons.functions import Array, grid_step, largest_gap, quantise
from viz.theme import PALETTES, SERIES, Mode

GRID_STEPS_SHOWN = 6
POINTS = 801
JUMP = 0.1  # of a derivative between neighbouring points: it is drawn as a gap, not as a slope


def curve_chart(
    keys: Sequence[str], low: float, high: float, mode: Mode, *, derivative: bool = False
) -> Chart:
    """Activations, or their derivatives, over [low, high]."""
    made = chart(mode, "x", "f′(x)" if derivative else "f(x)")
    for place, key in enumerate(keys):
        made.add("scatter", **_curve(key, low, high, place, derivative=derivative))
    return made


def curve_pair_chart(keys: Sequence[str], low: float, high: float, mode: Mode) -> Chart:
    """Activations over [low, high], and their derivatives beside them."""
    made = panels(mode, ("", ""), "x", height=HEIGHT)  # the legend needs the room of titles
    for panel, derivative in ((1, False), (2, True)):
        made.axis("y", panel)["title"]["text"] = "derivative f′(x)" if derivative else "curve f(x)"
        for place, key in enumerate(keys):
            drawn = _curve(key, low, high, place, derivative=derivative)
            made.add("scatter", panel=panel, **drawn, showlegend=not derivative)
    return made


def _curve(key: str, low: float, high: float, place: int, *, derivative: bool) -> Json:
    """One line; the first are the widest, so that none hides where they are equal."""
    index = list(CURVES).index(key)
    x, y = _points(key, low, high, derivative=derivative)
    return {
        "x": x,
        "y": y,
        "name": ACTIVATIONS[key].label,
        "mode": "lines",
        "line": {
            "color": SERIES[index % len(SERIES)],
            "dash": DASHES[index % len(DASHES)],
            "width": max(3, 8 - 2 * place),
        },
        "hovertemplate": "x = %{x:.2f}: %{y:.4f}<extra>%{fullData.name}</extra>",
    }


@lru_cache(maxsize=256)  # each reader asks for the same few, again and again
def _points(
    key: str, low: float, high: float, *, derivative: bool
) -> tuple[list[float], list[float | None]]:
    x = np.linspace(low, high, POINTS)
    if derivative:
        return _plain(x), _broken(CURVES[key].derivative(x))
    return _plain(x), [*_plain(CURVES[key].values(x))]


def _plain(values: Array) -> list[float]:
    return [round(float(value), 6) for value in values]


def _broken(values: Array) -> list[float | None]:
    """Values with a gap before each jump: a derivative that jumps has no slope there."""
    shown: list[float | None] = list(_plain(values))
    for index in np.flatnonzero(np.abs(np.diff(values)) > JUMP):
        shown[int(index) + 1] = None
    return shown


def difference_chart(first: str, second: str, low: float, high: float, mode: Mode) -> Chart:
    """first - second over [low, high], with the largest gap marked."""
    x, gap, least, most = _gap(first, second, low, high)
    at, size = largest_gap(first, second, low, high)
    name = f"{ACTIVATIONS[first].label} − {ACTIVATIONS[second].label}"
    made = chart(mode, "x", name)
    made.add(
        "scatter",
        x=x,
        y=gap,
        name=name,
        mode="lines",
        line={"color": SERIES[1], "width": 3},
        fill="tozeroy",
        fillcolor=_pale(SERIES[1]),
        hovertemplate="x = %{x:.2f}: %{y:.4f}<extra></extra>",
        showlegend=False,
    )
    made.add(
        "scatter",
        x=[at],
        y=[size],
        mode="markers+text",
        text=[f"{size:+.4f} at x = {at:.2f}"],
        textposition="top center" if size > 0 else "bottom center",
        marker={"color": PALETTES[mode].text, "size": 11, "symbol": "x"},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    spread = max(most - least, 1e-6)
    low_y, high_y = least - 0.2 * spread, most + 0.2 * spread
    made.axis("y").update(range=[low_y, high_y])
    return made


@lru_cache(maxsize=64)
def _gap(
    first: str, second: str, low: float, high: float
) -> tuple[list[float], list[float], float, float]:
    """Points of a difference, its lowest and its highest value."""
    x = np.linspace(low, high, POINTS)
    gap = CURVES[first].values(x) - CURVES[second].values(x)
    return _plain(x), _plain(gap), float(gap.min()), float(gap.max())


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"


def quantiser_chart(top: float, bound: float, bits: int, mode: Mode) -> Chart:
    """Small activations after quantisation to [0, top] and to [0, bound]."""
    reach = min(GRID_STEPS_SHOWN * grid_step(max(top, bound), bits), max(top, bound))
    made = chart(mode, "activation", "quantised")
    made.add(
        "scatter",
        x=[0, reach],
        y=[0, reach],
        name="exact",
        mode="lines",
        line={"color": PALETTES[mode].muted, "dash": "dot", "width": 2},
        hoverinfo="skip",
    )
    for index, limit in enumerate(dict.fromkeys((bound, top))):
        x, y = _levels(reach, limit, bits)
        made.add(
            "scatter",
            x=x,
            y=y,
            name=f"0 to {limit:g}: step {grid_step(limit, bits):.4f}",
            mode="lines",
            line={"color": SERIES[index], "width": 3},
            hovertemplate="%{x:.3f} → %{y:.3f}<extra></extra>",
        )
    return made


@lru_cache(maxsize=64)
def _levels(reach: float, limit: float, bits: int) -> tuple[list[float], list[float]]:
    x = np.linspace(0, reach, 3 * POINTS)
    return _plain(x), _plain(quantise(x, limit, bits))
