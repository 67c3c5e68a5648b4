"""What of a chart is drawn in files, what matters on a screen only, and every text of it.

An attribute that is neither raises, so that nothing can be lost in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from viz.charts.chart import Chart


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What matters on a screen only.
SCREEN = _names(
    "customdata hovertemplate hoverinfo hoverlabel cliponaxis legendrank constraintext automargin "
    "offsetgroup barcornerradius autosize height margin paper_bgcolor plot_bgcolor zerolinewidth"
)
DRAWN: dict[str, frozenset[str]] = {
    "scatter": _names(
        "type x y name mode line marker text textposition textfont showlegend opacity fill "
        "fillcolor error_y xaxis yaxis"
    ),
    "bar": _names(
        "type x y name marker text textposition textfont textangle showlegend xaxis yaxis"
    ),
    "waterfall": _names(
        "type x y measure text textposition textfont decreasing increasing totals connector"
    ),
    "heatmap": _names("type z colorscale showscale xgap ygap"),
    "layout": _names(
        "title font legend showlegend shapes annotations bargap scattermode scattergap"
    ),
    "axis": _names(
        "title tickfont gridcolor zerolinecolor linecolor type range tickvals ticktext showgrid "
        "zeroline visible showticklabels scaleanchor domain anchor"
    ),
    "shape": _names("type x0 x1 y0 y1 xref yref line layer fillcolor opacity"),
    "annotation": _names("text x y xref yref showarrow font xanchor yanchor yshift"),
}


class UndrawableError(ValueError):
    """A figure says something that this module does not draw; the message names it."""


def check(chart: Chart) -> None:
    """Raise ``UndrawableError`` for anything that would be lost."""
    for trace in chart.data:
        if trace["type"] not in DRAWN:
            raise UndrawableError(f"traces of type {trace['type']}")
        _known(trace, trace["type"])
    axes = {name for name in chart.layout if re.fullmatch(r"[xy]axis\d*", name)}
    _known({n: v for n, v in chart.layout.items() if n not in axes}, "layout")
    for name in axes:
        _known(chart.layout[name], "axis")
    for kind, items in (("shape", "shapes"), ("annotation", "annotations")):
        for item in chart.layout.get(items, []):
            _known(item, kind)


def _known(fields: Mapping[str, Any], kind: str) -> None:
    for name in fields:
        if name not in DRAWN[kind] | SCREEN:
            raise UndrawableError(f"{kind}.{name}")


def texts_of(chart: Chart) -> Iterator[str]:
    """Every text of a chart that a reader sees, line by line."""
    layout = chart.layout
    yield from layout.get("title", {}).get("text", "").split("<br>")
    for name, axis in layout.items():
        if re.fullmatch(r"[xy]axis\d*", name) and axis.get("visible", True):
            yield axis["title"]["text"]
    for note in layout.get("annotations", []):
        yield from note["text"].split("<br>")
    for trace in chart.data:
        if trace.get("showlegend", True) and layout.get("showlegend", True):
            yield trace.get("name", "")
        for text in trace.get("text", ()):
            yield from text.split("<br>")
        if is_named(trace.get("x", ())):
            yield from trace["x"]


def is_named(values: Sequence[object]) -> bool:
    """Whether a trace stands over names, not over numbers."""
    return bool(values) and isinstance(values[0], str)
