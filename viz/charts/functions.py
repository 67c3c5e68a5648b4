"""Curves of activations -> Plotly figures, in the house style."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from viz.activations import ACTIVATIONS, CURVES
from viz.charts.network import DASHES, styled
from viz.lessons.functions import grid_step, largest_gap, quantise
from viz.theme import PALETTES, SERIES, Mode

GRID_STEPS_SHOWN = 6


def curve_chart(
    keys: Sequence[str], low: float, high: float, mode: Mode, *, derivative: bool = False
) -> go.Figure:
    """Activations, or their derivatives, over [low, high]."""
    x = np.linspace(low, high, 801)
    figure = go.Figure()
    order = list(CURVES)
    for key in keys:
        activation = ACTIVATIONS[key]
        curve = CURVES[key]
        function = curve.derivative if derivative else curve.values
        index = order.index(key)
        figure.add_scatter(
            x=x,
            y=function(x),
            name=activation.label,
            line={
                "color": SERIES[index % len(SERIES)],
                "dash": DASHES[index % len(DASHES)],
                "width": 3,
            },
            hovertemplate="x = %{x:.2f}: %{y:.4f}<extra>%{fullData.name}</extra>",
        )
    return styled(figure, mode, x="x", y="f′(x)" if derivative else "f(x)")


def difference_chart(first: str, second: str, low: float, high: float, mode: Mode) -> go.Figure:
    """first - second over [low, high], with the largest gap marked."""
    x = np.linspace(low, high, 801)
    gap = CURVES[first].values(x) - CURVES[second].values(x)
    at, size = largest_gap(first, second, low, high)
    figure = go.Figure()
    figure.add_scatter(
        x=x,
        y=gap,
        name=f"{ACTIVATIONS[first].label} − {ACTIVATIONS[second].label}",
        line={"color": SERIES[1], "width": 3},
        fill="tozeroy",
        hovertemplate="x = %{x:.2f}: %{y:.4f}<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
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
    styled(figure, mode, x="x", y="difference")
    spread = max(float(np.ptp(gap)), 1e-6)
    figure.update_yaxes(range=[float(gap.min()) - 0.2 * spread, float(gap.max()) + 0.2 * spread])
    return figure


def quantiser_chart(top: float, bound: float, bits: int, mode: Mode) -> go.Figure:
    """What small activations become on the grids for [0, top] and [0, bound]."""
    reach = min(GRID_STEPS_SHOWN * grid_step(max(top, bound), bits), max(top, bound))
    x = np.linspace(0, reach, 2401)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, reach],
        y=[0, reach],
        name="exact",
        mode="lines",
        line={"color": PALETTES[mode].muted, "dash": "dot", "width": 2},
        hoverinfo="skip",
    )
    for index, limit in enumerate(dict.fromkeys((bound, top))):
        figure.add_scatter(
            x=x,
            y=quantise(x, limit, bits),
            name=f"0 to {limit:g}: step {grid_step(limit, bits):.4f}",
            mode="lines",
            line={"color": SERIES[index], "width": 3},
            hovertemplate="%{x:.3f} → %{y:.3f}<extra></extra>",
        )
    return styled(figure, mode, x="activation", y="stored as")
