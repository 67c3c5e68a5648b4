"""Charts as files, without a browser: the same traces as on the page, drawn by matplotlib.

The page's Plotly figure is the single source; here its scatter and bar traces are read.
"""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Emu, Pt

from viz import charts
from viz.config import configure
from viz.exports.order import Order
from viz.exports.slides import HEIGHT, WIDTH, blank_slide, presentation, saved
from viz.sweep import sweep
from viz.tables import block_rows
from viz.theme import FONT, PALETTES, SERIES

SIZE = (16.0, 9.0)
DPI = 120  # 1920 x 1080
TIMELESS: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None},
}
MOST_POINTS = 120  # of a series on a slide: more cannot be seen, nor edited
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
HATCHES = ("", "//", "..")  # colour is never the only difference
WIDTHS = [round(0.1 + 0.05 * step, 2) for step in range(39)]


def figure_of(order: Order) -> go.Figure:
    """One of the pages' charts: where the cost sits, or cost against width."""
    if order.chart == "width":
        rows = sweep([order.config.variant], WIDTHS, resolution=order.config.resolution)
        figure = charts.sweep_chart(rows, "macs", order.mode, marked_width=order.config.width)
    else:
        blocks = block_rows(order.traced)
        names = [str(row["name"]) for row in blocks]
        figure = charts.share_chart(blocks, names, order.mode, x="block")
    figure.update_layout(title=order.config.title)
    return figure


def as_svg(order: Order) -> bytes:
    """The chart as SVG, text as text."""
    return _drawn(figure_of(order), order, "svg")


def as_png(order: Order) -> bytes:
    """The chart as PNG, ``scale`` image pixels a slide pixel."""
    return _drawn(figure_of(order), order, "png")


def chart_pdf(figure: go.Figure) -> bytes:
    """Any of the pages' scatter or bar charts as a PDF page, in the light theme."""
    return _drawn(figure, Order(configure("v1")), "pdf")


def _drawn(figure: go.Figure, order: Order, suffix: str) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: dict[Any, object] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "atlas",
        "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
        "font.size": 15,
    }
    with mpl.rc_context(settings):
        drawing = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        axes = drawing.add_subplot()
        draw_figure(axes, figure, order)
        target = io.BytesIO()
        metadata = TIMELESS[suffix]
        palette = PALETTES[order.mode]
        drawing.savefig(
            target,
            format=suffix,
            dpi=DPI * (order.scale if suffix == "png" else 1),
            facecolor=palette.paper if order.background else "none",
            metadata=metadata,
        )
    return target.getvalue()


def draw_figure(axes: Any, figure: go.Figure, order: Order) -> None:
    """Draw a Plotly figure's traces, axes and title onto matplotlib axes."""
    palette = PALETTES[order.mode]
    bars = [trace for trace in figure.data if trace.type == "bar"]
    for index, trace in enumerate(bars):
        width = 0.8 / len(bars)
        places = [i - 0.4 + (index + 0.5) * width for i in range(len(trace.x))]
        axes.bar(
            places,
            trace.y,
            width,
            label=trace.name,
            color=SERIES[index],
            hatch=HATCHES[index % len(HATCHES)],
            edgecolor=palette.paper,
            linewidth=0,
        )
    if bars:
        slanted = len(bars[0].x) > 8
        axes.set_xticks(
            range(len(bars[0].x)),
            bars[0].x,
            rotation=45 if slanted else 0,
            ha="right" if slanted else "center",
        )
    for trace in figure.data:
        if trace.type == "scatter":
            _scatter(axes, trace)
    _dress(axes, figure, palette)


def _scatter(axes: Any, trace: Any) -> None:
    line, marker = trace.line, trace.marker
    lines = trace.mode is None or "lines" in trace.mode
    points = trace.mode is not None and "markers" in trace.mode
    axes.plot(
        trace.x,
        trace.y,
        label=trace.name if trace.showlegend is not False else None,
        color=line.color or marker.color,
        linestyle=DASHES.get(line.dash or "solid", "-") if lines else "none",
        linewidth=line.width or 2.5,
        marker=MARKERS.get(str(marker.symbol), "o") if points else None,
        markersize=8 if lines else 16,
        alpha=trace.opacity,
    )


def _dress(axes: Any, figure: go.Figure, palette: Any) -> None:
    layout = figure.layout
    axes.set_title(layout.title.text or "", loc="left", weight="bold", size=22, color=palette.text)
    axes.set_xlabel(layout.xaxis.title.text or "", color=palette.text, size=18)
    axes.set_ylabel(layout.yaxis.title.text or "", color=palette.text, size=18)
    if layout.xaxis.type == "log":
        axes.set_xscale("log")
    axes.set_facecolor("none")
    axes.grid(visible=True, axis="y", color=palette.band if palette.band != "none" else None)
    axes.set_axisbelow(True)
    axes.tick_params(colors=palette.text, labelsize=15)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(palette.muted)
    for shape in layout.shapes:
        if shape.type == "line" and shape.x0 == shape.x1:
            axes.axvline(shape.x0, color=palette.muted, linestyle=":")
    if any(trace.name and trace.showlegend is not False for trace in figure.data):
        axes.legend(frameon=False, labelcolor=palette.text, fontsize=16)


def as_csv(order: Order) -> bytes:
    """The chart's data: series, x, y."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    figure = figure_of(order)
    writer.writerow(["series", figure.layout.xaxis.title.text, figure.layout.yaxis.title.text])
    for trace in figure.data:
        writer.writerows([trace.name, x, y] for x, y in zip(trace.x, trace.y, strict=True))
    return text.getvalue().encode()


def as_pptx(order: Order) -> bytes:
    """A native chart, whose data can be edited."""
    deck = presentation()
    deck.core_properties.title = order.config.title
    add_chart(blank_slide(deck), figure_of(order))
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
    chart.font.size, chart.font.name = Pt(14), FONT
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
