"""The data of charts: as CSV, and as charts of PowerPoint's own, which can be edited."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Emu, Pt

from viz.charts.chart import Chart, Json
from viz.exports.presentation import HEIGHT, WIDTH, describe, presentation, saved, titled_slide
from viz.theme import FONT, SERIES

MARKER = 14  # points
MOST_POINTS = 120  # of a series on a slide: more cannot be seen, nor edited


def csv_of(chart: Chart) -> bytes:
    """Series, x, y; for a heat map its values by column and row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    titles = [chart.axis(which)["title"]["text"] or which for which in ("x", "y")]
    writer.writerow(["series", *titles])
    for trace in chart.data:
        if trace["type"] == "heatmap":
            columns, rows = (chart.axis(which)["ticktext"] for which in ("x", "y"))
            for name, row in zip(rows, trace["customdata"], strict=True):
                pairs = zip(columns, row, strict=True)
                writer.writerows([name, x, value] for x, value in pairs)
        else:
            pairs = zip(trace["x"], trace["y"], strict=True)
            writer.writerows([trace.get("name"), x, y] for x, y in pairs if y is not None)
    return text.getvalue().encode()


def pptx_of(chart: Chart) -> bytes:
    """A slide with a native chart."""
    deck = presentation()
    deck.core_properties.title = title_of(chart)
    add_chart(titled_slide(deck, title_of(chart)), chart)
    return saved(deck)


def _description(chart: Chart) -> str:
    """What a chart shows, in a sentence."""
    names = ", ".join(trace.get("name") or "" for trace in chart.data)
    x, y = (chart.axis(which)["title"]["text"] for which in ("x", "y"))
    return f"{title_of(chart)}: {y} against {x}; series: {names}."


def title_of(chart: Chart) -> str:
    """The chart's title, or nothing."""
    return str(chart.layout.get("title", {}).get("text", ""))


def add_chart(slide: Any, chart: Chart) -> None:
    """Add a bar or scatter chart that fills the slide."""
    bars = [trace for trace in chart.data if trace["type"] == "bar"]
    make: Callable[[Sequence[Json]], tuple[Any, Any]] = _bar_data if bars else _xy_data
    traces = bars or chart.data
    kind, data = make(traces)
    frame = slide.shapes.add_chart(
        kind, Emu(200_000), Emu(200_000), WIDTH - Emu(400_000), HEIGHT - Emu(400_000), data
    )
    made, title = frame.chart, title_of(chart)
    describe(frame, _description(chart))
    made.font.size, made.font.name = Pt(16), FONT
    made.has_title = bool(title)
    if title:
        made.chart_title.text_frame.text = title
    made.has_legend = True
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    for axis, which in ((made.category_axis, "x"), (made.value_axis, "y")):
        text = chart.axis(which)["title"]["text"]
        axis.has_title = bool(text)
        if text:
            axis.axis_title.text_frame.text = text
    _colour_series(made, traces)


def _bar_data(traces: Sequence[Json]) -> tuple[Any, Any]:
    data = CategoryChartData()
    data.categories = list(traces[0]["x"])
    for trace in traces:
        data.add_series(trace["name"], [round(float(y), 4) for y in trace["y"]])
    return XL_CHART_TYPE.COLUMN_CLUSTERED, data


def _xy_data(traces: Sequence[Json]) -> tuple[Any, Any]:
    data = XyChartData()
    for trace in traces:
        series = data.add_series(trace.get("name") or "")
        step = -(-len(trace["x"]) // MOST_POINTS) or 1
        for x, y in list(zip(trace["x"], trace["y"], strict=True))[::step]:
            if y is not None:
                series.add_data_point(float(x), float(y))
    lines = any("lines" in trace["mode"] for trace in traces)
    if lines:
        return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, data
    return XL_CHART_TYPE.XY_SCATTER, data


def _colour_series(made: Any, traces: Sequence[Json]) -> None:
    for index, (series, trace) in enumerate(zip(made.plots[0].series, traces, strict=True)):
        text = trace.get("line", {}).get("color") or trace["marker"]["color"]
        text = text if isinstance(text, str) else SERIES[index % len(SERIES)]
        colour = RGBColor.from_string(text.lstrip("#").upper())
        if trace["type"] == "bar":
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
        else:
            _colour_points(series, trace, colour)


def _colour_points(series: Any, trace: Json, colour: Any) -> None:
    series.smooth = False
    if "lines" in trace["mode"]:
        series.format.line.color.rgb = colour
        return
    series.format.line.fill.background()
    series.marker.size = MARKER
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour
