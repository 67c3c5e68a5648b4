"""A network's own charts in every format."""

import plotly.graph_objects as go

from viz.charts import network as charts
from viz.charts.matplotlib import drawn
from viz.exports.office_charts import csv_of, pptx_of
from viz.exports.request import Request
from viz.facts.sweep import width_rows
from viz.facts.tables import block_rows


def figure_of(request: Request) -> go.Figure:
    """One of the pages' charts: where the cost sits, or cost against width."""
    if request.chart == "width":
        rows = width_rows(request.config)
        figure = charts.sweep_chart(rows, "macs", request.theme, marked_width=request.config.width)
    else:
        blocks = block_rows(request.traced)
        names = [row.name for row in blocks]
        figure = charts.share_chart(blocks, names, request.theme, x="block")
    figure.update_layout(title=request.config.title)
    return figure


def as_svg(request: Request) -> bytes:
    """The chart as SVG, text as text."""
    return drawn(figure_of(request), "svg", request.theme, background=request.background)


def as_png(request: Request) -> bytes:
    """The chart as PNG, ``scale`` image pixels a slide pixel."""
    figure = figure_of(request)
    return drawn(figure, "png", request.theme, background=request.background, scale=request.scale)


def as_csv(request: Request) -> bytes:
    """The chart's data: series, x, y."""
    return csv_of(figure_of(request))


def as_pptx(request: Request) -> bytes:
    """A native chart, whose data can be edited."""
    return pptx_of(figure_of(request))
