"""The data of Plotly figures: as CSV, and as charts of PowerPoint's own, which can be edited."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Emu, Pt

from viz.exports.slides import HEIGHT, WIDTH, blank_slide, presentation, saved
from viz.theme import FONT, SERIES

MARKER = 14  # points
MOST_POINTS = 120  # of a series on a slide: more cannot be seen, nor edited


def csv_of(figure: go.Figure) -> bytes:
    """Series, x, y; for a heat map its values by column and row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    layout = figure.layout
    writer.writerow(["series", layout.xaxis.title.text or "x", layout.yaxis.title.text or "y"])
    for trace in figure.data:
        if trace.type == "heatmap":
            for name, row in zip(layout.yaxis.ticktext, trace.customdata, strict=True):
                pairs = zip(layout.xaxis.ticktext, row, strict=True)
                writer.writerows([name, x, value] for x, value in pairs)
        else:
            pairs = zip(trace.x, trace.y, strict=True)
            writer.writerows([trace.name, x, y] for x, y in pairs)
    return text.getvalue().encode()


def pptx_of(figure: go.Figure) -> bytes:
    """A slide with a native chart."""
    deck = presentation()
    deck.core_properties.title = figure.layout.title.text or ""
    add_chart(blank_slide(deck), figure)
    return saved(deck)


def add_chart(slide: Any, figure: go.Figure) -> None:
    """Add a bar or scatter chart that fills the slide."""
    bars = [trace for trace in figure.data if trace.type == "bar"]
    make: Callable[[Sequence[Any]], tuple[Any, Any]] = _bar_data if bars else _xy_data
    kind, data = make(bars or figure.data)
    frame = slide.shapes.add_chart(
        kind, Emu(200_000), Emu(200_000), WIDTH - Emu(400_000), HEIGHT - Emu(400_000), data
    )
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(16), FONT
    chart.has_title = bool(figure.layout.title.text)
    if chart.has_title:
        chart.chart_title.text_frame.text = figure.layout.title.text
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    for axis, title in (
        (chart.category_axis, figure.layout.xaxis.title.text),
        (chart.value_axis, figure.layout.yaxis.title.text),
    ):
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
    _colour_series(chart, bars or list(figure.data))


def _colour_points(series: Any, trace: Any, colour: Any) -> None:
    series.smooth = False
    if trace.mode is None or "lines" in trace.mode:
        series.format.line.color.rgb = colour
        return
    series.format.line.fill.background()
    series.marker.size = MARKER
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour


def _bar_data(traces: Sequence[Any]) -> tuple[Any, Any]:
    data = CategoryChartData()
    data.categories = list(traces[0].x)
    for trace in traces:
        data.add_series(trace.name, [round(float(y), 4) for y in trace.y])
    return XL_CHART_TYPE.COLUMN_CLUSTERED, data


def _xy_data(traces: Sequence[Any]) -> tuple[Any, Any]:
    data = XyChartData()
    for trace in traces:
        series = data.add_series(trace.name or "")
        step = -(-len(trace.x) // MOST_POINTS)
        for x, y in list(zip(trace.x, trace.y, strict=True))[::step]:
            series.add_data_point(float(x), float(y))
    lines = any(trace.mode is None or "lines" in trace.mode for trace in traces)
    if lines:
        return XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, data
    return XL_CHART_TYPE.XY_SCATTER, data


def _colour_series(chart: Any, traces: Sequence[Any]) -> None:
    for index, (series, trace) in enumerate(zip(chart.plots[0].series, traces, strict=True)):
        text = SERIES[index % len(SERIES)]
        if trace.type == "scatter":
            text = trace.line.color or trace.marker.color or text
        colour = RGBColor.from_string(str(text or SERIES[0]).lstrip("#").upper())
        if trace.type == "bar":
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
        else:
            _colour_points(series, trace, colour)
