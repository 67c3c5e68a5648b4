"""A network's own charts in every format."""

from viz.charts.chart import Chart
from viz.charts.matplotlib import drawn
from viz.charts.network import share_chart, sweep_chart
from viz.drawing.board import SLIDE
from viz.exports.density import with_density
from viz.exports.office_charts import csv_of, pptx_of
from viz.exports.pdf import as_wide
from viz.exports.request import Request
from viz.facts.sweep import width_rows
from viz.facts.tables import block_rows
from viz.net.fields import ConfigError


def chart_of(request: Request) -> Chart:
    """Chart of cost by block, or of cost by width."""
    config, mode = request.config, request.theme
    if request.chart == "width" and config.is_read:
        raise ConfigError("chart", request.chart, f"costs: {config.network.name} has one width")
    if request.chart == "width":
        made = sweep_chart(width_rows(config), "macs", mode, marked_width=config.width)
    else:
        blocks = block_rows(request.traced)
        made = share_chart(blocks, [row.name for row in blocks], mode, x="block")
    return made.titled(config.title)


def as_svg(request: Request) -> bytes:
    """The chart as SVG, text as text."""
    return drawn(chart_of(request), "svg", background=request.background)


def as_png(request: Request) -> bytes:
    """The chart as PNG, as many pixels as its size says."""
    scale = request.size.pixels(SLIDE)
    content = drawn(chart_of(request), "png", background=request.background, scale=scale)
    return with_density(content, request.dpi)


def as_pdf(request: Request) -> bytes:
    """The chart as PDF, text as text."""
    content = drawn(chart_of(request), "pdf", background=request.background)
    return as_wide(content, request.width_mm)


def as_csv(request: Request) -> bytes:
    """The chart's data: series, x, y."""
    return csv_of(chart_of(request))


def as_pptx(request: Request) -> bytes:
    """A native chart, whose data can be edited."""
    return pptx_of(chart_of(request))
