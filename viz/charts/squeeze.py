"""Charts of the lesson on squeeze and excite."""

from collections.abc import Mapping, Sequence

from viz.activations import Gate, label_of
from viz.charts.chart import SYMBOLS, Chart, chart, panels
from viz.lessons.squeeze import GateRow, SqueezeRow
from viz.theme import PALETTES, SERIES, Mode

Step = tuple[str, Sequence[float]]  # what it is called, and a value for each channel
GATE_STEP = 3  # the panel of the gate, whose scale is always 0 to 1 at least


def squeeze_chart(rows: Sequence[SqueezeRow], mode: Mode) -> Chart:
    """Squeeze width of every SE as a share of its channels, against the quarter."""
    made = chart(mode, "block with SE", "squeeze width (% of the channels)", height=460)
    networks = list(dict.fromkeys(row.network for row in rows))
    places = [place + networks.index(row.network) for place, row in enumerate(rows)]
    for index, network in enumerate(networks):
        own = [(at, row) for at, row in zip(places, rows, strict=True) if row.network == network]
        made.add(
            "bar",
            x=[at for at, _row in own],
            y=[100 * row.share for _at, row in own],
            name=network,
            marker={"color": SERIES[index]},
            text=[_squeezed(row) for _at, row in own],
            textposition="outside",
            textfont={"size": 14},
            textangle=0,
            constraintext="none",
            cliponaxis=False,
            customdata=[[row.name, row.floor, row.built] for _at, row in own],
            hovertemplate=(
                "%{customdata[0]}: %{customdata[2]} (%{y:.1f} %), rounded down: "
                "%{customdata[1]}<extra>%{fullData.name}</extra>"
            ),
        )
    made.line_at(y=25, below=True, color=PALETTES[mode].marked, dash="dash", width=2)
    names = [row.name.split(" ")[-1] for row in rows]
    made.axis("x").update(tickvals=places, ticktext=names, zeroline=False)
    made.axis("y").update(range=[0, 60], tickvals=[0, 25, 50])
    return made


def _squeezed(row: SqueezeRow) -> str:
    """Channels and squeeze width, with the width rounded down where it differs."""
    other = "" if row.floor == row.built else f"<br>({row.floor})"
    return f"{row.channels}<br>→{row.built}{other}"


def gates_chart(gates: Mapping[Gate, Sequence[GateRow]], mode: Mode) -> Chart:
    """Mean channel weight of every SE under each gate, with lowest and highest as whiskers."""
    made = chart(mode, "block with SE", "channel weight")
    for index, (gate, rows) in enumerate(gates.items()):
        made.add(
            "scatter",
            x=[row.name for row in rows],
            y=[row.mean for row in rows],
            name=label_of(gate),
            mode="markers",
            marker={"color": SERIES[index], "symbol": SYMBOLS[index], "size": 11},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [row.high - row.mean for row in rows],
                "arrayminus": [row.mean - row.low for row in rows],
                "thickness": 2,
                "width": 6,
            },
            offsetgroup=str(index),
            hovertemplate="%{x}: mean %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    made.layout.update(scattermode="group", scattergap=0.5)
    return made


def excitation_chart(steps: Sequence[Step], mode: Mode) -> Chart:
    """Values of one SE for one picture: a panel per step, a bar per channel."""
    made = panels(mode, [name for name, _ in steps], "channel", height=520, rows=2)
    for panel, step in enumerate(steps, start=1):
        _add_step(made, panel, step, panel)
    return made


def step_chart(steps: Sequence[Step], number: int, mode: Mode) -> Chart:
    """One of these panels by itself; ``number`` counts from 1."""
    made = panels(mode, [steps[number - 1][0]], "channel", height=260)
    _add_step(made, 1, steps[number - 1], number)
    return made


def _add_step(made: Chart, panel: int, step: Step, number: int) -> None:
    name, values = step
    made.add(
        "bar",
        panel=panel,
        x=list(range(len(values))),
        y=list(values),
        marker={"color": SERIES[(number - 1) % len(SERIES)], "line": {"width": 0}},
        name=name,
        showlegend=False,
        hovertemplate="channel %{x}: %{y:.4f}<extra></extra>",
    )
    made.layout.update(bargap=0, barcornerradius=0)
    made.layout["margin"] |= {"t": 60}
    if number == GATE_STEP:
        made.axis("y", panel).update(range=[min(0.0, *values), max(1.0, *values)])
