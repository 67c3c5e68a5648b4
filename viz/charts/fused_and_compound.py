"""Charts of the lessons after V3: fused against separable blocks, and compound scaling."""

from collections.abc import Sequence

from viz.charts.chart import Chart, chart
from viz.lessons.compound import Way
from viz.lessons.universal import FusedPoint
from viz.theme import PALETTES, SERIES, Mode

MEASURES = {
    "macs": "MACs",
    "params": "parameters",
    "layers": "layers in sequence",
    "peak": "peak memory",
}
PATTERNS = ("", "/", ".", "x")


def fused_chart(points: Sequence[FusedPoint], ridge: float, mode: Mode) -> Chart:
    """Time ratio fused / separable by ridge point."""
    made = chart(mode, "ridge point (MACs per byte)", "time: fused / separable", height=380)
    made.add(
        "scatter",
        x=[point.ridge for point in points],
        y=[round(point.ratio, 4) for point in points],
        name="fused / separable",
        mode="lines",
        line={"color": SERIES[0], "width": 3},
        showlegend=False,
        hovertemplate="ridge %{x}: %{y:.2f}<extra></extra>",
    )
    made.line_at(y=1.0, color=SERIES[1], dash="dash", width=2)
    made.line_at(x=ridge, color=PALETTES[mode].muted, dash="dot", width=2)
    top = max(point.ratio for point in points)
    made.axis("y").update(range=[0, 1.08 * max(top, 1.2)])
    return made


def compound_chart(ways: Sequence[Way], mode: Mode) -> Chart:
    """Cost of each scaling method relative to EfficientNet-B0."""
    made = chart(mode, "", "times EfficientNet-B0", height=440)
    for index, way in enumerate(ways):
        values = [getattr(way, name) for name in MEASURES]
        made.add(
            "bar",
            x=list(MEASURES.values()),
            y=[round(value, 4) for value in values],
            name=way.way,
            text=[f"{value:.1f}" for value in values],
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            marker={"color": SERIES[index], "pattern": {"shape": PATTERNS[index]}},
            hovertemplate="%{x}: %{y:.2f} times<extra>%{fullData.name}</extra>",
        )
    made.line_at(y=1.0, color=PALETTES[mode].muted, dash="dash", width=2)
    top = max(getattr(way, name) for way in ways for name in MEASURES)
    made.axis("y").update(range=[0, 1.12 * top])
    return made
