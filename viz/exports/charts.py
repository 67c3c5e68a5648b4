"""A network's own charts in every format."""

import plotly.graph_objects as go

from viz.charts import network as charts
from viz.charts.matplotlib import drawn
from viz.exports.office_charts import csv_of, pptx_of
from viz.exports.order import Order
from viz.facts.sweep import sweep
from viz.facts.tables import block_rows

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
    return drawn(figure_of(order), "svg", order.mode, background=order.background)


def as_png(order: Order) -> bytes:
    """The chart as PNG, ``scale`` image pixels a slide pixel."""
    figure = figure_of(order)
    return drawn(figure, "png", order.mode, background=order.background, scale=order.scale)


def as_csv(order: Order) -> bytes:
    """The chart's data: series, x, y."""
    return csv_of(figure_of(order))


def as_pptx(order: Order) -> bytes:
    """A native chart, whose data can be edited."""
    return pptx_of(figure_of(order))
