"""Charts as PowerPoint's own, whose data can be edited: points and lines, or bars over names.

What PowerPoint has nothing like (panels, bands, fills, ticks with names) is refused.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from lxml import etree
from matplotlib.ticker import MaxNLocator
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
)
from pptx.oxml.ns import qn
from pptx.util import Pt

from viz.charts.chart import Chart, Json
from viz.charts.drawable import DRAWN, UndrawableError, check, is_named, unmarked
from viz.exports.native_series import dress_bars, dress_points
from viz.exports.presentation import rgb
from viz.theme import FONT, PALETTES

TEXT = 16  # points
STEPS = (1, 2, 2.5, 5, 10)  # of an axis
MOST_STEPS = 8
POWERS = 3  # of ten, that a logarithmic axis has at least
EMPTY = 0.35  # of such an axis at most, for it begins at one
EDGE = 0.03  # of an axis, between points and its ends
USUAL_RANK = 1000  # of a legend's entry
LIVE = re.compile(r"\{?=|(ftp|http)s?://|mailto:|(in|ex)ternal:")  # to XlsxWriter
BARS_GAP = 0.2  # what Plotly leaves where nothing is said
_LOST = {
    "scatter": {"fill", "fillcolor", "marker.colorscale"}
    | {f"error_y.{name}" for name in ("array", "arrayminus", "type", "symmetric")},
    "bar": {"marker.line.width"},
    "layout": {"annotations", "scattermode", "scattergap"},
    "axis": {"visible", "showticklabels", "scaleanchor", "constrain", "domain", "anchor"},
    "shape": {"fillcolor", "opacity", "layer"},
}
NATIVE = {
    kind: {name: values for name, values in DRAWN[kind].items() if name not in lost}
    for kind, lost in _LOST.items()
}
NATIVE["shape"]["type"] = frozenset({"line"})


def is_native(chart: Chart) -> bool:
    """Whether PowerPoint has a chart that shows all of this one."""
    try:
        check(chart, NATIVE)
        _check_kinds(chart)
        for which in ("x", "y"):
            _check_axis(chart, which)
    except UndrawableError:
        return False
    return True


def _check_kinds(chart: Chart) -> None:
    kinds = {trace["type"] for trace in chart.data}
    named = {is_named(trace["x"]) for trace in chart.data}
    if chart.panels != 1 or len(kinds) != 1 or named != {kinds == {"bar"}}:
        raise UndrawableError("several kinds of traces, or panels")
    if kinds == {"bar"} and chart.layout.get("shapes"):
        raise UndrawableError("lines across bars")
    for trace in chart.data:
        if isinstance(trace.get("marker", {}).get("color"), list | tuple):
            raise UndrawableError("a colour for each point")
        if _shape(trace) != "linear" and "markers" in trace["mode"]:
            raise UndrawableError("marks on the corners of steps")


def _check_axis(chart: Chart, which: str) -> None:
    axis = chart.axis(which)
    if "ticktext" in axis:
        for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
            if text.replace(",", "") != f"{value:g}":
                raise UndrawableError(f"{which}-axis ticks with names")
    if axis.get("type") == "log":
        ends = _ends(chart, which)
        if min(ends) <= 0:
            raise UndrawableError("a logarithm of nothing")
        (low, high), begin = map(log10, ends), floor(log10(ends[0]))
        if high < begin + POWERS - 1 or low - begin > EMPTY * (high - begin):
            raise UndrawableError("an axis on which powers of ten are too few ticks")


def add_native(slide: Any, chart: Chart, place: tuple[int, int, int, int]) -> Any:
    """Add the chart at (left, top, width, height) in EMU; its frame. It must be native."""
    bars = chart.data[0]["type"] == "bar"
    traces = ranked(chart) + ([] if bars else _lines_across(chart))
    make: Callable[[Sequence[Json]], tuple[Any, Any]] = _bar_data if bars else _xy_data
    kind, data = make(traces)
    frame = slide.shapes.add_chart(kind, *place, data)
    made = frame.chart
    made.font.size, made.font.name = Pt(TEXT), FONT
    made.font.color.rgb = rgb(PALETTES[chart.mode].text)
    made.has_title = False
    for axis, which in ((made.category_axis, "x"), (made.value_axis, "y")):
        _dress_axis(axis, chart, which, named=bars and which == "x")
    _dress_legend(made, chart, traces)
    dress = dress_bars if bars else dress_points
    for series, trace in zip(made.plots[0].series, traces, strict=True):
        dress(series, trace, chart)
    if bars:
        _space_bars(made.plots[0], chart)
    return frame


def ranked(chart: Chart) -> list[Json]:
    """The traces in the order of the page's legend."""
    return sorted(chart.data, key=lambda trace: float(trace.get("legendrank", USUAL_RANK)))


def _lines_across(chart: Chart) -> list[Json]:
    """Lines from side to side as traces of two points."""
    return [_line_across(chart, shape) for shape in chart.layout.get("shapes", [])]


def _line_across(chart: Chart, shape: Json) -> Json:
    upright = shape["yref"] == "y domain"
    x = [shape["x0"]] * 2 if upright else list(_bounds(chart, "x")[:2])
    y = list(_bounds(chart, "y")[:2]) if upright else [shape["y0"]] * 2
    return {"x": x, "y": y, "mode": "lines", "line": shape["line"], "showlegend": False}


def _ends(chart: Chart, which: str) -> tuple[float, float]:
    """Least range of an axis: its own, or from the smallest to the largest value."""
    axis = chart.axis(which)
    if "range" in axis:
        low, high = axis["range"]
        return (10.0**low, 10.0**high) if axis.get("type") == "log" else (low, high)
    values = [value for trace in chart.data for value in trace[which] if value is not None]
    at = {"x": ("x0", "y domain"), "y": ("y0", "x domain")}[which]
    lines = chart.layout.get("shapes", [])
    values += [line[at[0]] for line in lines if at[1] in (line["xref"], line["yref"])]
    return min(values), max(values)


def _bounds(chart: Chart, which: str) -> tuple[float, float, float]:
    """Range and tick step of an axis, on round numbers.

    A logarithmic axis begins at a power of ten, so that its ticks are such.
    """
    low, high = _ends(chart, which)
    if chart.axis(which).get("type") == "log":
        digit = 10.0 ** floor(log10(high))
        return 10.0 ** floor(log10(low)), digit * ceil(high / digit), 10.0
    if chart.data[0]["type"] == "bar":
        low, high = min(low, 0), high or 1.0
    elif "range" not in chart.axis(which):
        low, high = _roomy(chart, low, high)
    ticks = MaxNLocator(MOST_STEPS, steps=STEPS).tick_values(low, high)
    return float(ticks[0]), float(ticks[-1]), float(ticks[1] - ticks[0])


def _roomy(chart: Chart, low: float, high: float) -> tuple[float, float]:
    """Range with a margin; not below 0 without negative values."""
    room = EDGE * (high - low) if any("markers" in t["mode"] for t in chart.data) else 0.0
    if low == high:
        room = abs(low) / 2 or 1.0
    return (max(low - room, 0.0) if low >= 0 else low - room), high + room


def _bar_data(traces: Sequence[Json]) -> tuple[Any, Any]:
    data = CategoryChartData()
    data.categories = [_plain(name) for name in traces[0]["x"]]
    for trace in traces:
        data.add_series(_plain(trace.get("name") or ""), [round(float(y), 4) for y in trace["y"]])
    return XL_CHART_TYPE.COLUMN_CLUSTERED, data


def _xy_data(traces: Sequence[Json]) -> tuple[Any, Any]:
    """All series of one length: LibreOffice leaves out those before a longer one."""
    data = XyChartData()
    points = [_points(trace) for trace in traces]
    most = max(map(len, points))
    for trace, own in zip(traces, points, strict=True):
        series = data.add_series(_plain(trace.get("name") or ""))
        for x, y in own + [(None, None)] * (most - len(own)):
            series.add_data_point(_number(x), _number(y))
    return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, data


def _plain(name: str) -> str:
    """A name in the chart's workbook, where some beginnings make it a formula or a link."""
    text = unmarked(name)
    return f" {text}" if LIVE.match(text) else text


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _points(trace: Json) -> list[tuple[float | None, float | None]]:
    """The points of a line; a step keeps its value until the next point, or half the way to it."""
    points = list(zip(trace["x"], trace["y"], strict=True))
    if _shape(trace) == "linear":
        return points
    reach = {"hv": 1.0, "hvh": 0.5}[_shape(trace)]
    found = points[:1]
    for (x, y), (after, then) in pairwise(points):
        edge = x + reach * (after - x)
        found += [(edge, y), (edge, then)]
    return found + (points[-1:] if reach < 1 else [])


def _shape(trace: Json) -> str:
    return str(trace.get("line", {}).get("shape", "linear"))


def _dress_axis(axis: Any, chart: Chart, which: str, *, named: bool) -> None:
    """Title, ends, ticks and grid."""
    layout, palette = chart.axis(which), PALETTES[chart.mode]
    text = unmarked(layout["title"]["text"])
    axis.has_title = bool(text)
    if text:
        axis.axis_title.text_frame.text = text
    axis.format.line.color.rgb = rgb(palette.muted)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.has_major_gridlines = not named and layout.get("showgrid", True)
    if axis.has_major_gridlines:
        axis.major_gridlines.format.line.color.rgb = rgb(layout["gridcolor"])
    if named:
        return
    low, high, step = _bounds(chart, which)
    axis.minimum_scale, axis.maximum_scale = low, high
    axis.crosses = XL_AXIS_CROSSES.MINIMUM  # where the other axis stands
    if layout.get("type") == "log":
        base = etree.Element(qn("c:logBase"), val="10")
        axis._element.find(qn("c:scaling")).insert(0, base)
    else:
        axis.major_unit = step


def _dress_legend(made: Any, chart: Chart, traces: Sequence[Json]) -> None:
    """Above the chart, without those that have no entry on the page either."""
    hidden = [index for index, trace in enumerate(traces) if not _has_entry(trace)]
    made.has_legend = len(traces) - len(hidden) > 1 and chart.layout.get("showlegend", True)
    if not made.has_legend:
        return
    legend = made.legend
    legend.position, legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    place = legend._element.find(qn("c:legendPos"))
    for index in reversed(hidden):
        entry = etree.Element(qn("c:legendEntry"))
        etree.SubElement(entry, qn("c:idx"), val=str(index))
        etree.SubElement(entry, qn("c:delete"), val="1")
        place.addnext(entry)


def _has_entry(trace: Json) -> bool:
    return bool(trace.get("showlegend", True) and trace.get("name"))


def _space_bars(plot: Any, chart: Chart) -> None:
    gap = chart.layout.get("bargap", BARS_GAP)
    plot.gap_width = round(100 * gap / (1 - gap) * len(chart.data))
    plot.overlap = 0
