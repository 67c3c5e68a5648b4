"""Rows of the lesson on squeeze and excite -> Plotly figures, in the house style."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from viz.activations import Gate, label_of
from viz.charts.network import SYMBOLS, styled
from viz.lessons.squeeze import GateRow, SqueezeRow
from viz.theme import PALETTES, SERIES, Mode

GATE_STEP = 2  # the panel of the gate, whose scale is always 0 to 1 at least


def squeeze_chart(rows: Sequence[SqueezeRow], mode: Mode) -> go.Figure:
    """Squeeze width of every SE as a share of its channels, against the quarter."""
    figure = go.Figure()
    places = list(range(len(rows)))
    for index, network in enumerate(dict.fromkeys(row.network for row in rows)):
        own = [(place, row) for place, row in zip(places, rows, strict=True)]
        own = [(place + index, row) for place, row in own if row.network == network]
        figure.add_bar(
            x=[place for place, _row in own],
            y=[100 * row.share for _place, row in own],
            name=network,
            marker_color=SERIES[index],
            text=[_squeezed(row) for _place, row in own],
            textposition="outside",
            textfont_size=14,
            textangle=0,
            constraintext="none",
            cliponaxis=False,
            customdata=[[row.name, row.floor, row.built] for _place, row in own],
            hovertemplate=(
                "%{customdata[0]}: %{customdata[2]} (%{y:.1f} %), cut off: "
                "%{customdata[1]}<extra>%{fullData.name}</extra>"
            ),
        )
    figure.add_hline(
        y=25, layer="below", line={"color": PALETTES[mode].marked, "dash": "dash", "width": 2}
    )
    styled(figure, mode, x="block with SE", y="squeeze width (% of the channels)", height=460)
    first = str(rows[0].network)
    ticks = [place + (row.network != first) for place, row in zip(places, rows, strict=True)]
    names = [row.name.replace("bneck ", "") for row in rows]
    figure.update_xaxes(tickvals=ticks, ticktext=names, zeroline=False)
    figure.update_yaxes(range=[0, 60], tickvals=[0, 25, 50])
    return figure


def _squeezed(row: SqueezeRow) -> str:
    """Channels and squeeze width; what cutting off would give stands beside it where it differs."""
    other = "" if row.floor == row.built else f"<br>({row.floor})"
    return f"{row.channels}<br>→{row.built}{other}"


def gates_chart(gates: Mapping[Gate, Sequence[GateRow]], mode: Mode) -> go.Figure:
    """Mean channel weight of every SE under each gate, with lowest and highest as whiskers."""
    figure = go.Figure()
    for index, (gate, rows) in enumerate(gates.items()):
        middle = [row.mean for row in rows]
        figure.add_scatter(
            x=[row.name for row in rows],
            y=middle,
            name=label_of(gate),
            mode="markers",
            marker={"color": SERIES[index], "symbol": SYMBOLS[index], "size": 11},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [r.high - r.mean for r in rows],
                "arrayminus": [r.mean - r.low for r in rows],
                "thickness": 2,
                "width": 6,
            },
            offsetgroup=str(index),
            hovertemplate="%{x}: mean %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(scattermode="group", scattergap=0.5)
    return styled(figure, mode, x="block with SE", y="channel weight")


def excitation_chart(steps: Sequence[tuple[str, Sequence[float]]], mode: Mode) -> go.Figure:
    """What an SE computes for one picture: a panel a step, a bar a channel."""
    figure = make_subplots(
        rows=1,
        cols=len(steps),
        subplot_titles=[name for name, _ in steps],
        horizontal_spacing=0.05,
    )
    for column, (name, values) in enumerate(steps, start=1):
        figure.add_bar(
            x=list(range(len(values))),
            y=list(values),
            marker={"color": SERIES[(column - 1) % len(SERIES)], "line_width": 0},
            name=name,
            showlegend=False,
            hovertemplate="channel %{x}: %{y:.4f}<extra></extra>",
            row=1,
            col=column,
        )
    styled(figure, mode, x="channel", y="", height=340)
    figure.update_layout(bargap=0, barcornerradius=0)
    gate = steps[GATE_STEP][1]
    figure.update_yaxes(range=[min(0.0, *gate), max(1.0, *gate)], row=1, col=GATE_STEP + 1)
    figure.update_annotations(font_size=16)
    return figure
