"""Charts of the lesson on eight bits."""

from collections.abc import Mapping, Sequence
from typing import Any

from viz.charts.chart import Chart, chart, panels
from viz.theme import PALETTES, SERIES, Mode

PATTERNS = ("", "/")
NAMES = {"arithmetic": "in arithmetic", "processor": "on this processor"}


def schemes_chart(rows: Sequence[Mapping[str, Any]], mode: Mode) -> Chart:
    """Signal to error of the output by scheme, both ways side by side.

    ``rows`` have ``label``, ``arithmetic`` and ``processor`` (dB, or None).
    """
    made = chart(mode, "", "signal to error of the output (dB)", height=400)
    for index, (way, name) in enumerate(NAMES.items()):
        shown = [row for row in rows if row[way] is not None]
        made.add(
            "bar",
            x=[row["label"] for row in shown],
            y=[round(row[way], 2) for row in shown],
            name=name,
            text=[f"{row[way]:.1f}" for row in shown],
            textposition="outside",
            textfont={"size": 18},
            cliponaxis=False,
            marker=_marker(index, mode),
            hovertemplate="%{x}: %{y:.1f} dB<extra>%{fullData.name}</extra>",
        )
    most = max((row[way] or 0.0 for row in rows for way in NAMES), default=1.0)
    made.axis("y").update(range=[0, 1.15 * most])
    made.axis("x").update(tickfont={"size": 16})
    return made


def _marker(index: int, mode: Mode) -> dict[str, Any]:
    paper = PALETTES[mode].paper
    pattern = {"shape": PATTERNS[index], "fillmode": "overlay", "fgcolor": paper, "size": 7}
    return {"color": SERIES[index], "pattern": pattern}


def ranges_chart(layers: Sequence[Mapping[str, Any]], mode: Mode) -> Chart:
    """The largest weight of each filter, which sets its scale: a bar a filter, a panel a layer.

    ``layers`` have ``label`` and ``ranges``, (least, largest) of each filter, widest first.
    """
    made = panels(mode, [layer["label"] for layer in layers], "filter, widest first", height=420)
    for panel, layer in enumerate(layers, start=1):
        ranges = layer["ranges"]
        made.add(
            "bar",
            panel=panel,
            x=list(range(1, len(ranges) + 1)),
            y=[round(max(-low, high), 5) for low, high in ranges],
            customdata=[[round(low, 4), round(high, 4)] for low, high in ranges],
            marker={"color": SERIES[(panel - 1) % len(SERIES)], "line": {"width": 0}},
            showlegend=False,
            hovertemplate="filter %{x}: %{customdata[0]} to %{customdata[1]}<extra></extra>",
        )
        most = max(max(-low, high) for low, high in ranges)
        made.axis("y", panel).update(range=[0, 1.05 * most])
    made.axis("y")["title"]["text"] = "largest |weight|"
    made.layout["margin"] |= {"t": 80}
    return made


def counts_chart(layer: Mapping[str, Any], mode: Mode) -> Chart:
    """How many weights of a layer lie on each whole number, with one scale and with one each.

    ``layer`` has ``counts``: titles -> counts of the whole numbers, in order, zero in the middle.
    """
    counts: Mapping[str, Sequence[int]] = layer["counts"]
    made = panels(mode, list(counts), "whole number", height=420)
    for panel, values in enumerate(counts.values(), start=1):
        half = len(values) // 2
        made.add(
            "bar",
            panel=panel,
            x=list(range(-half, half + 1)),
            y=list(values),
            marker={"color": SERIES[panel - 1], "line": {"width": 0}},
            showlegend=False,
            hovertemplate="%{x}: %{y} weights<extra></extra>",
        )
        made.axis("x", panel).update(range=[-half - 1, half + 1])
    made.axis("y")["title"]["text"] = "weights on it"
    made.axis("x", len(counts))["title"]["text"] = ""  # there a slide names its source
    made.layout |= {"bargap": 0.0}
    made.layout["margin"] |= {"t": 80}
    return made
