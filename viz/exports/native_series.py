"""Series of PowerPoint's own charts: lines and points, bars, and the texts beside them."""

from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.util import Pt

from viz.charts.chart import Chart, Json
from viz.charts.drawable import unmarked
from viz.exports.presentation import rgb
from viz.theme import PALETTES

LABEL = 14  # points
LARGER = 1.25  # a slide's points against the page's pixels
POINT, LINE = 8, 2  # what Plotly draws where nothing is said
DASHES = {
    "solid": MSO_LINE.SOLID,
    "dash": MSO_LINE.DASH,
    "dot": MSO_LINE.ROUND_DOT,
    "dashdot": MSO_LINE.DASH_DOT,
}
MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "triangle-up": XL_MARKER_STYLE.TRIANGLE,
    "cross": XL_MARKER_STYLE.PLUS,
    "star": XL_MARKER_STYLE.STAR,
    "x": XL_MARKER_STYLE.X,
}
PATTERNS = {
    "/": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "\\": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
    "x": MSO_PATTERN.DIAGONAL_CROSS,
    ".": MSO_PATTERN.PERCENT_20,
    "-": MSO_PATTERN.NARROW_HORIZONTAL,
    "|": MSO_PATTERN.NARROW_VERTICAL,
    "+": MSO_PATTERN.SMALL_GRID,
}
PLACES = {
    "top": XL_LABEL_POSITION.ABOVE,
    "bottom": XL_LABEL_POSITION.BELOW,
    "middle left": XL_LABEL_POSITION.LEFT,
    "middle right": XL_LABEL_POSITION.RIGHT,
    "middle center": XL_LABEL_POSITION.CENTER,
}


def _faint(text: str, trace: Json, chart: Chart) -> RGBColor:
    """A colour as it looks on the paper at the trace's opacity."""
    share, paper = trace.get("opacity", 1.0), rgb(PALETTES[chart.mode].paper)
    pairs = zip(rgb(text), paper, strict=True)
    return RGBColor(*(round(share * own + (1 - share) * under) for own, under in pairs))


def dress_points(series: Any, trace: Json, chart: Chart) -> None:
    """Line and points of a series, and the texts beside them."""
    series.smooth = False
    mode, line = trace["mode"], trace.get("line", {})
    if "lines" in mode:
        series.format.line.color.rgb = _faint(line["color"], trace, chart)
        series.format.line.width = Pt(line.get("width", LINE))
        series.format.line.dash_style = DASHES[line.get("dash", "solid")]
    else:
        series.format.line.fill.background()
    if "markers" in mode:
        _dress_markers(series, trace, chart)
    else:
        series.marker.style = XL_MARKER_STYLE.NONE
    if "text" in mode:
        _dress_texts(series, trace, chart)


def _dress_markers(series: Any, trace: Json, chart: Chart) -> None:
    own, marker = series.marker, trace["marker"]
    sizes = marker.get("size", POINT)
    own.style = MARKERS[marker.get("symbol", "circle")]
    own.format.fill.solid()
    colour = marker.get("color") or trace["line"]["color"]
    own.format.fill.fore_color.rgb = _faint(colour, trace, chart)
    if edge := marker.get("line"):
        own.format.line.color.rgb = rgb(edge["color"])
        own.format.line.width = Pt(edge["width"])
    else:
        own.format.line.fill.background()
    if isinstance(sizes, int | float):
        own.size = _marker_size(sizes)
        return
    for index, size in enumerate(sizes):
        series.points[index].marker.size = _marker_size(size)


def _marker_size(pixels: float) -> int:
    """A size limited to PowerPoint's 2 to 72 points."""
    return min(max(round(LARGER * pixels), 2), 72)


def _dress_texts(series: Any, trace: Json, chart: Chart) -> None:
    colour = trace.get("textfont", {}).get("color", PALETTES[chart.mode].text)
    places = trace["textposition"]
    for index, text in enumerate(trace["text"]):
        where = places if isinstance(places, str) else places[index]
        place = PLACES.get(where) or PLACES[where.split()[0]]
        _label(series.points[index], text, place, colour)


def _label(point: Any, text: str, place: Any, colour: str) -> None:
    """Write a text beside a point or above a bar."""
    if not text:
        return
    frame = point.data_label.text_frame
    frame.text = unmarked(text)
    for paragraph in frame.paragraphs:
        paragraph.font.size, paragraph.font.color.rgb = Pt(LABEL), rgb(colour)
    point.data_label.position = place


def dress_bars(series: Any, trace: Json, chart: Chart) -> None:
    """Colour and pattern of a series, and the texts above its bars."""
    fill, marker = series.format.fill, trace["marker"]
    shape = marker.get("pattern", {}).get("shape")
    if shape:
        fill.patterned()
        fill.pattern = PATTERNS[shape]
        fill.fore_color.rgb = rgb(PALETTES[chart.mode].paper)
        fill.back_color.rgb = rgb(marker["color"])
    else:
        fill.solid()
        fill.fore_color.rgb = rgb(marker["color"])
    for index, text in enumerate(trace.get("text", ())):
        colour = PALETTES[chart.mode].text
        _label(series.points[index], text, XL_LABEL_POSITION.OUTSIDE_END, colour)
