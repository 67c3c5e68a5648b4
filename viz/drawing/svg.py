"""Scenes as SVG for a page: what Graphviz draws from the same scene, without asking it.

A page shows a new picture at every movement of a control; starting Graphviz each time took longer
than all else. Files are Graphviz's (``engine``), and a test holds the two against each other. The
style sheet of the page sets fonts; single quotes keep the text short inside JSON.
"""

from collections.abc import Iterator
from html import escape

from viz.drawing.routes import CORNER, Point, shortened
from viz.drawing.scene import NONE, Edge, Item, Scene, Shape, Text, Word
from viz.text import printable
from viz.theme import FONT_STACK

# Where Graphviz sets the base line, in font sizes below the middle of a line.
LINE_BASE, TEXT_BASE, BOLD_BASE = 0.364, 0.4, 0.27
LINE_HEIGHT = 1.0
RADIUS = 11.0
HALF_ARROW = 0.35  # of its length
PLAIN_PEN = 1.6


def scene_svg(scene: Scene) -> str:
    """One SVG element; shapes and texts first, as Graphviz does, then edges."""
    width, height = scene.size
    flat = [item for item in scene.items if not isinstance(item, Edge)]
    edges = [item for item in scene.items if isinstance(item, Edge)]
    body = "".join(_drawn(item, height) for item in (*flat, *edges))
    return f"<svg viewBox='0 0 {width} {height}' xmlns='http://www.w3.org/2000/svg'>{body}</svg>"


def document(scene: Scene, families: str = FONT_STACK) -> str:
    """The element as a file of its own, which names the fonts."""
    family = f"<svg font-family='{_safe(families)}' "
    return scene_svg(scene).replace("<svg ", family, 1)


def _drawn(item: Item, height: float) -> str:
    if isinstance(item, Shape):
        return _shape(item, height)
    return _text(item, height) if isinstance(item, Text) else _edge(item, height)


def _shape(shape: Shape, height: float) -> str:
    box = shape.box
    radius = min(RADIUS, box.height / 3, box.width / 3) if shape.rounded else 0
    pen = f" stroke-width='{_n(shape.pen)}'" if shape.pen != PLAIN_PEN else ""
    rectangle = (
        f"<rect x='{_n(box.left)}' y='{_n(height - box.top)}' width='{_n(box.width)}' "
        f"height='{_n(box.height)}' rx='{_n(radius)}' fill='{shape.fill}' "
        f"stroke='{shape.border}'{pen}/>"
    )
    drawn = rectangle if shape.fill != NONE or shape.border != NONE else ""
    told = f"<title>{_safe(shape.tooltip)}</title>" if shape.lines and shape.tooltip.strip() else ""
    lines = "".join(_lines(shape, height))
    return f"<g id='{_safe(shape.key)}' class='node {shape.classes}'>{told}{drawn}{lines}</g>"


def _lines(shape: Shape, height: float) -> Iterator[str]:
    first = height - shape.box.y - (len(shape.lines) - 1) / 2 * shape.size * LINE_HEIGHT
    look = f"text-anchor='middle' x='{_n(shape.box.x)}' font-size='{_n(shape.size)}'"
    for index, line in enumerate(shape.lines):
        y = first + (index * LINE_HEIGHT + LINE_BASE) * shape.size
        weight = " font-weight='bold'" if index == 0 else ""
        words = " ".join(_word(word, shape.mark) for word in line)
        yield f"<text {look} y='{_n(y)}' fill='{shape.ink}'{weight}>{words}</text>"


def _word(word: Word, mark: str) -> str:
    text = _safe(word.text)
    if not word.marked:
        return text
    return f"<tspan fill='{mark}' text-decoration='underline'>{text}</tspan>"


def _text(text: Text, height: float) -> str:
    base = BOLD_BASE if text.bold else TEXT_BASE
    weight = " font-weight='bold'" if text.bold else ""
    place = f"x='{_n(text.x)}' y='{_n(height - text.y + base * text.size)}'"
    classes = "node text muted" if text.muted else "node text"
    return (
        f"<g id='{_safe(text.key)}' class='{classes}'><text {place} font-size='{_n(text.size)}' "
        f"fill='{text.colour}'{weight}>{_safe(text.text)}</text></g>"
    )


def _edge(edge: Edge, height: float) -> str:
    route = [(x, height - y) for x, y in edge.route]
    tip = route[-1]
    end = shortened(route)
    look = f"stroke='{edge.colour}' stroke-width='{_n(edge.pen)}'"
    arrow = " ".join(f"{_n(x)},{_n(y)}" for x, y in arrow_head(tip, end))
    return (
        f"<g class='edge {edge.classes}'><path fill='none' {look} d='{_path([*route[:-1], end])}'/>"
        f"<polygon fill='{edge.colour}' points='{arrow}'/></g>"
    )


def _path(corners: list[Point]) -> str:
    """Straight pieces with rounded corners."""
    pieces = [f"M{_pair(corners[0])}"]
    for before, here, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(CORNER, _length(before, here) / 2, _length(here, after) / 2)
        entry, leave = _towards(here, before, radius), _towards(here, after, radius)
        pieces.append(f"L{_pair(entry)}Q{_pair(here)} {_pair(leave)}")
    return "".join([*pieces, f"L{_pair(corners[-1])}"])


def arrow_head(tip: Point, end: Point) -> list[Point]:
    """Corners of an arrow's head; the line before it ends at ``end``."""
    dx, dy = (tip[0] - end[0]) * HALF_ARROW, (tip[1] - end[1]) * HALF_ARROW
    return [(end[0] - dy, end[1] + dx), tip, (end[0] + dy, end[1] - dx)]


def _length(a: Point, b: Point) -> float:
    return max(abs(a[0] - b[0]), abs(a[1] - b[1]))


def _towards(origin: Point, target: Point, length: float) -> Point:
    share = length / (_length(origin, target) or 1.0)
    return (
        origin[0] + (target[0] - origin[0]) * share,
        origin[1] + (target[1] - origin[1]) * share,
    )


def _pair(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _n(value: float) -> str:
    """Tenths of a pixel are enough."""
    return f"{value:.1f}".removesuffix(".0")


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)
