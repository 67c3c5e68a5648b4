"""Rows of lessons -> Plotly figures, in the house style."""

from collections.abc import Sequence

import plotly.graph_objects as go

from viz.charts import DASHES, styled
from viz.tables import Record
from viz.theme import PALETTES, SERIES, Mode

BAND = (1 / 9, 1 / 8)
BAND_FROM = 72  # filters from which a 3x3 pair costs no more than an eighth
TICKS = {1.0: "1", 0.5: "1/2", 0.25: "1/4", 1 / 8: "1/8", 1 / 16: "1/16", 1 / 25: "1/25"}


def ratio_chart(rows: Sequence[Record], filters: int, ratio: float, mode: Mode) -> go.Figure:
    """1/N + 1/K² against N on logarithmic axes, with the band of 1/8 to 1/9 and this setting."""
    palette = PALETTES[mode]
    figure = go.Figure()
    for index, kernel in enumerate(dict.fromkeys(int(str(row["kernel"])) for row in rows)):
        series = [row for row in rows if row["kernel"] == kernel]
        figure.add_scatter(
            x=[row["filters"] for row in series],
            y=[row["ratio"] for row in series],
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
