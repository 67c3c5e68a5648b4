"""Charts of activations in a network's blocks for one picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from viz.charts.chart import SYMBOLS, Chart, chart, panels
from viz.theme import SERIES, Mode

MAP_HEIGHT = 360
MAP_PANELS = ([0.0, 0.44], [0.48, 0.92], [0.935, 0.965])  # of a class activation map: from left on
SCALE = len(MAP_PANELS)
TITLES = ("zeros after ReLU (%)", "RMS of the block's output")


def blocks_chart(blocks: Sequence[Mapping[str, Any]], mode: Mode) -> Chart:
    """Share of zeros and output RMS of each block."""
    made = panels(mode, list(TITLES), "block", height=360)
    clipped = [block for block in blocks if block["zeros"] is not None]
    zeros = [100 * block["zeros"] for block in clipped]
    _line(made, 1, [block["name"] for block in clipped], zeros, "%{x}: %{y:.1f} %")
    rms = [block["rms"] for block in blocks]
    _line(made, 2, [block["name"] for block in blocks], rms, "%{x}: %{y:.3f}")
    made.axis("y", 1).update(range=[0, 100])
    made.axis("y", 2).update(range=[0, 1.1 * max(rms) or 1])
    return made


def histogram_chart(counts: Sequence[int], low: float, high: float, mode: Mode) -> Chart:
    """Histogram of values, in equal steps."""
    made = chart(mode, "value", "", height=150)
    step = (high - low) / len(counts)
    made.add(
        "bar",
        x=[low + (number + 0.5) * step for number in range(len(counts))],
        y=list(counts),
        marker={"color": SERIES[0]},
        showlegend=False,
        hovertemplate="%{y:,} values about %{x:.2f}<extra></extra>",
    )
    made.layout["bargap"] = 0.05
    made.axis("y").update(showticklabels=False, showgrid=False)
    return made


def class_map_title(found: Mapping[str, Any], network: str) -> str:
    """Class and probability, and whose map it is."""
    return f"{found['name']}, {found['probability']:.0%}: where {network} sees it"


def class_map_chart(found: Mapping[str, Any], mode: Mode) -> Chart:
    """The picture, the same under its class activation map, and the scale of the map's colours."""
    made = panels(mode, ["picture", found["method"], ""], "", height=MAP_HEIGHT)
    values = [value for row in found["values"] for value in row]
    ends = [f"{end:.3g}" for end in (min(values), max(values))]
    images = (found["picture"], found["image"], found["scale"])
    for panel, (image, across) in enumerate(zip(images, MAP_PANELS, strict=True), 1):
        made.image(image, panel)
        made.axis("x", panel).update(range=[0, 1], domain=across, visible=False)
        made.axis("y", panel).update(range=[0, 1], visible=panel == SCALE, showgrid=False)
    for panel, note in enumerate(made.layout["annotations"]):
        note["x"] = sum(MAP_PANELS[panel]) / 2
    for panel in range(1, SCALE):
        made.axis("y", panel).update(scaleanchor=f"x{panel if panel > 1 else ''}")
        made.axis("y", panel).update(constrain="domain")
        made.axis("x", panel).update(constrain="domain")
    made.axis("y", SCALE).update(tickvals=[0, 1], ticktext=ends, side="right")
    made.layout["dragmode"] = False
    return made


def _line(made: Chart, panel: int, x: list[str], y: list[float], hover: str) -> None:
    made.add(
        "scatter",
        panel=panel,
        x=x,
        y=y,
        name=TITLES[panel - 1],
        showlegend=False,
        mode="lines+markers",
        line={"color": SERIES[panel - 1], "width": 3},
        marker={"color": SERIES[panel - 1], "symbol": SYMBOLS[panel - 1], "size": 9},
        hovertemplate=f"{hover}<extra></extra>",
    )
