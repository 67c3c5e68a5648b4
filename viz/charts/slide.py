"""Charts for slides of 1920 x 1080 pixels: large text, and the title where pictures have theirs.

The page scales the slide to the screen, text and all, and names the source at its foot.
"""

from viz.charts.chart import Chart
from viz.text import size_for

TITLE, TEXT, TICK = 38, 28, 24
WIDTH, HEIGHT, FOOT = 1920, 1080, 46
MARGIN, MIDDLE = 14, 39  # of the title: from the left, and of its height from the top
LINE = 32  # pixels of a line of ticks' size
ROOM = WIDTH - 2 * MARGIN
THICKER, SMALL = 1.5, 8  # lines; pixels of points that would be lost on a slide
TEXTS = ("scatter", "bar", "waterfall")


def enlarged(figure: Chart, title: str, height: int = HEIGHT) -> Chart:
    """A copy of ``figure`` for a slide of ``height``: no text below 24 of its pixels."""
    slide = figure.copy()
    layout = slide.layout
    for note in layout.get("annotations", []):
        note.setdefault("font", {})["size"] = TICK
    own = layout.get("title", {}).get("text", "")
    text = f"{title}{f' · {own}' if own else ''}"
    place = {"x": MARGIN / WIDTH, "y": 1 - MIDDLE / height, "yanchor": "middle"}
    size = size_for(text, TITLE, ROOM, bold=True)
    layout["title"] = {"text": f"<b>{text}</b>", "font": {"size": size}, **place}
    layout["font"]["size"] = TEXT
    layout["legend"] |= {"font": {"size": TICK}, "y": 1.01}
    more = LINE * max(0, figure.title_lines - 2)
    layout["margin"] = {"l": 40, "r": 40, "t": 150 + more, "b": 60 + FOOT}
    layout |= {"autosize": False, "width": WIDTH, "height": height}
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            axis["title"]["font"]["size"], axis["tickfont"]["size"] = TEXT, TICK
    _enlarge_traces(slide)
    return slide


def _enlarge_traces(slide: Chart) -> None:
    for trace in slide.data:
        if trace["type"] in TEXTS and "text" in trace:
            trace.setdefault("textfont", {})["size"] = TICK
        size = trace.get("marker", {}).get("size")
        if isinstance(size, int) and size < SMALL:
            trace["marker"]["size"] = 2 * size
        if trace["type"] == "scatter" and "line" in trace:
            trace["line"]["width"] = THICKER * trace["line"].get("width", 2)
