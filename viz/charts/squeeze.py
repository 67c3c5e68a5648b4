"""Charts of the lesson on squeeze and excite."""

from collections.abc import Mapping, Sequence
from typing import Any

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


ACROSS = ([0.0, 0.11], [0.16, 0.52], [0.56, 0.66], [0.67, 0.77], [0.80, 0.90], [0.91, 1.0])
IMAGES = (1, 3, 4, 5, 6)  # panels of a row that hold pictures; the second has the gates


def opened_chart(names: Sequence[str], answer: Mapping[str, Any], mode: Mode) -> Chart:
    """A row for each picture: the picture, its gates, two channels' maps before and after them."""
    titles = [title for number, name in enumerate(names) for title in _titles(name, answer, number)]
    made = panels(mode, titles, "", height=430, rows=len(names), up=0.2)
    for number, shown in enumerate(answer["pictures"]):
        first = number * len(ACROSS)
        images = [shown["picture"], *(png for pair in shown["maps"] for png in pair)]
        for panel, image in zip(IMAGES, images, strict=True):
            _add_image(made, first + panel, image)
        _add_gates(made, first + 2, shown["gates"], answer["channels"])
        for panel, across in enumerate(ACROSS, start=1):
            made.axis("x", first + panel)["domain"] = across
            made.layout["annotations"][first + panel - 1].update(x=sum(across) / 2)
    for note in made.layout["annotations"]:
        note["font"]["size"] = 13
    made.layout["dragmode"] = False
    return made


def _titles(name: str, answer: Mapping[str, Any], number: int) -> list[str]:
    gates = answer["pictures"][number]["gates"]
    pairs = [
        text
        for channel in answer["channels"]
        for text in (f"channel {channel}", f"× {gates[channel]:.2f}")
    ]
    return [name, f"{len(gates)} gates", *pairs]


def _add_image(made: Chart, panel: int, png: str) -> None:
    made.image(png, panel)
    look = {"range": [0, 1], "visible": False, "constrain": "domain"}
    made.axis("x", panel).update(look)
    made.axis("y", panel).update(look, scaleanchor=f"x{panel if panel > 1 else ''}")


def _add_gates(made: Chart, panel: int, gates: Sequence[float], marked: Sequence[int]) -> None:
    colours = [SERIES[1] if number in marked else SERIES[0] for number in range(len(gates))]
    made.add(
        "bar",
        panel=panel,
        x=list(range(len(gates))),
        y=list(gates),
        marker={"color": colours, "line": {"width": 0}},
        showlegend=False,
        hovertemplate="channel %{x}: %{y:.3f}<extra></extra>",
    )
    made.layout.update(bargap=0, barcornerradius=0)
    made.axis("y", panel).update(range=[0, 1])
