"""Charts for slides: large text, a title and a source line."""

from viz.charts.chart import Chart
from viz.text import size_for
from viz.theme import PALETTES

TITLE, TEXT, TICK = 36, 28, 24
LINE = 32  # pixels of a line of ticks' size
ROOM = 1230  # pixels for a title on the smallest projector, of 1280
THICKER = 1.5
TEXTS = ("scatter", "bar", "waterfall")


def enlarged(figure: Chart, title: str, source: str) -> Chart:
    """A copy of ``figure`` for 1920 x 1080 pixels: no text below 24 of them."""
    slide = figure.copy()
    layout = slide.layout
    for note in layout.get("annotations", []):
        note.setdefault("font", {})["size"] = TICK
    own = layout.get("title", {}).get("text", "")
    text = f"{title}{f' · {own}' if own else ''}"
    size = size_for(text, TITLE, ROOM, bold=True)
    layout["title"] = {"text": f"<b>{text}</b>", "font": {"size": size}, "x": 0.015, "y": 0.97}
    layout["font"]["size"] = TEXT
    layout["legend"] |= {"font": {"size": TICK}, "y": 1.01}
    more = LINE * max(0, figure.title_lines - 2)
    layout["margin"] = {"l": 40, "r": 40, "t": 170 + more, "b": 60}
    layout["autosize"] = True
    del layout["height"]
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            axis["title"]["font"]["size"], axis["tickfont"]["size"] = TEXT, TICK
    _enlarge_traces(slide)
    muted = PALETTES[figure.mode].muted
    look = {"xanchor": "right", "yanchor": "bottom", "font": {"size": TICK, "color": muted}}
    slide.note(source, 1, 1, yshift=85 + more, xref="paper", yref="paper", **look)
    return slide


def _enlarge_traces(slide: Chart) -> None:
    for trace in slide.data:
        if trace["type"] in TEXTS and "text" in trace:
            trace.setdefault("textfont", {})["size"] = TICK
        if trace["type"] == "scatter" and "line" in trace:
            trace["line"]["width"] = THICKER * trace["line"].get("width", 2)
