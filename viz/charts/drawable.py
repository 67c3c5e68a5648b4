"""What of a chart is drawn in files, what matters on a screen only, and every text of it.

An attribute, or a value of one, that is neither raises: nothing can be lost in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from viz.charts.chart import Chart
from viz.text import printable

Values = frozenset[object] | None  # those that are drawn, or None for all
DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}
MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "cross": "P",
    "star": "*",
    "x": "X",
}
STEPS = {"linear": "default", "hv": "steps-post", "hvh": "steps-mid"}
SIDES = {"left": "right", "center": "center", "right": "left"}
HEIGHTS = {"top": "bottom", "middle": "center", "bottom": "top"}
PLACES = [f"{height} {side}" for height in HEIGHTS for side in SIDES]
MODES = ("lines", "markers", "text")
TRANSPARENT = "rgba(0,0,0,0)"


def _all(text: str) -> dict[str, Values]:
    return dict.fromkeys(text.split())


def _only(*values: object) -> Values:
    return frozenset(values)


# What matters on a screen only, and what a file has in sizes of its own.
SCREEN = _all(
    "customdata hovertemplate hoverinfo cliponaxis legendgroup legendrank constraintext automargin "
    "offsetgroup barcornerradius autosize height margin paper_bgcolor plot_bgcolor zerolinewidth "
    "hoverlabel dragmode legend font.family font.size title.x title.font.size title.standoff "
    "tickfont.size textfont.size textangle error_y.width error_y.thickness "
    "marker.pattern.size marker.pattern.fgcolor"
)
_TRACE = _all("type x y name showlegend xaxis yaxis")
DRAWN: dict[str, dict[str, Values]] = {
    "scatter": _TRACE
    | _all(
        "line.color line.width marker.color marker.size marker.line.color marker.line.width text "
        "textfont.color opacity fillcolor error_y.array error_y.arrayminus"
    )
    | {
        "mode": _only(*MODES, *(f"{a}+{b}" for a in MODES for b in MODES), "+".join(MODES)),
        "line.dash": _only(*DASHES),
        "line.shape": _only(*STEPS),
        "marker.symbol": _only(*MARKERS),
        "marker.colorscale": _only("Viridis"),
        "textposition": _only(*PLACES),
        "fill": _only("tozeroy"),
        "error_y.type": _only("data"),
        "error_y.symmetric": _only(False),
    },
    "bar": _TRACE
    | _all("marker.color text")
    | {
        "marker.line.width": _only(0),
        "marker.pattern.shape": _only("", "/", "x", ".", "\\", "-", "|", "+"),
        "marker.pattern.fillmode": _only("overlay"),
        "textposition": _only("outside"),
    },
    "waterfall": _all("type x y text connector.line.color connector.line.width")
    | _all("decreasing.marker.color increasing.marker.color totals.marker.color")
    | {
        "measure": _only("relative", "total", "absolute"),
        "textposition": _only("outside"),
        "connector.line.dash": _only(*DASHES),
    },
    "heatmap": _all("type z colorscale xgap ygap") | {"showscale": _only(False)},
    "layout": _all("title.text font.color showlegend shapes annotations images bargap scattergap")
    | {"scattermode": _only("group")},
    "axis": _all("title.text gridcolor zerolinecolor linecolor range tickvals ticktext showgrid")
    | _all("zeroline visible showticklabels scaleanchor domain anchor")
    | {"type": _only("log", "linear"), "constrain": _only("domain"), "side": _only("right")},
    "shape": _all("x0 x1 y0 y1 line.color line.width fillcolor opacity")
    | {
        "type": _only("line", "rect"),
        "xref": _only("x", "x domain"),
        "yref": _only("y", "y domain"),
        "layer": _only("below", "above"),
        "line.dash": _only(*DASHES),
    },
    "image": _all("source xref yref")
    | {"x": _only(0), "sizing": _only("stretch"), "layer": _only("below")}
    | dict.fromkeys(("y", "sizex", "sizey"), _only(1)),
    "annotation": _all("text x y font.color font.size xanchor yanchor")
    | {
        "xref": _only("x", "paper"),
        "yref": _only("y", "paper"),
        "showarrow": _only(False),
    },
}
PLOTLYS_OWN: dict[str, Mapping[str, object]] = {  # what it draws where nothing is said
    "annotation": {"showarrow": True},
    "heatmap": {"showscale": True},
}


class UndrawableError(ValueError):
    """A figure says something that this module does not draw; the message names it."""


class FontWarning(UserWarning):
    """A chart has signs that no font has; the message says so in a sentence."""


def check(chart: Chart, drawn: Mapping[str, Mapping[str, Values]] = DRAWN) -> None:
    """Raise ``UndrawableError`` for anything that would be lost by what draws only ``drawn``."""
    known = partial(_known, drawn=drawn)
    for trace in chart.data:
        if trace["type"] not in drawn:
            raise UndrawableError(f"traces of type {trace['type']}")
        known(trace, trace["type"])
    axes = {name for name in chart.layout if re.fullmatch(r"[xy]axis\d*", name)}
    known({n: v for n, v in chart.layout.items() if n not in axes}, "layout")
    for name in axes:
        known(chart.layout[name], "axis")
    for kind in ("shape", "annotation", "image"):
        for item in chart.layout.get(f"{kind}s", []):
            known(item, kind)
    for shape in chart.layout.get("shapes", []):
        _one_of_ours(shape)


def _known(fields: Mapping[str, Any], kind: str, drawn: Mapping[str, Mapping[str, Values]]) -> None:
    known = {**drawn.get(kind, {}), **SCREEN}
    for path, value in _leaves({**PLOTLYS_OWN.get(kind, {}), **fields}):
        own = next((part for part in _starts(path) if part in known), None)
        if own is None:
            raise UndrawableError(f"{kind}.{path}")
        allowed = known[own]
        given = value if isinstance(value, list | tuple) else [value]
        if allowed is not None and not allowed.issuperset(given):
            raise UndrawableError(f"{kind}.{path} {value!r}")


def _leaves(fields: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every attribute with its path, such as ``marker.line.width``."""
    for name, value in fields.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{before}{name}.")
        else:
            yield before + name, value


def _starts(path: str) -> Iterator[str]:
    """``a.b.c`` and what it is part of: ``a.b`` and ``a``."""
    parts = path.split(".")
    yield from (".".join(parts[:count]) for count in range(len(parts), 0, -1))


def _one_of_ours(shape: Mapping[str, Any]) -> None:
    """Lines and bands go from side to side; a frame is bare and stands in the data."""
    across = shape.get("xref") == "x domain" and (shape["x0"], shape["x1"]) == (0, 1)
    up = shape.get("yref") == "y domain" and (shape["y0"], shape["y1"]) == (0, 1)
    if shape["type"] == "line":
        fine = (across and shape["y0"] == shape["y1"]) or (up and shape["x0"] == shape["x1"])
    elif across:
        fine = shape.get("line", {}).get("width") == 0 and "fillcolor" in shape
    else:
        domains = {shape.get("xref", "x"), shape.get("yref", "y")}
        fine = domains == {"x", "y"} and shape.get("fillcolor", TRANSPARENT) == TRANSPARENT
    if not fine:
        raise UndrawableError(f"a {shape['type']} of this place and look")


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


def unmarked(text: str) -> str:
    """Plotly's markup as lines of plain text."""
    lines = text.replace("<b>", "").replace("</b>", "").split("<br>")
    return "\n".join(map(printable, lines))


def is_named(values: Sequence[object]) -> bool:
    """Whether a trace stands over names, not over numbers."""
    return bool(values) and isinstance(values[0], str)
