"""Scenes as TikZ, to be put into a paper: every box, label and arrow a statement of its own."""

from collections.abc import Iterator

from viz.drawing.routes import CORNER, Point, shortened
from viz.drawing.scene import NONE, Edge, Item, Scene, Shape, Text, Word
from viz.drawing.svg import BOLD_BASE, LINE_BASE, LINE_HEIGHT, RADIUS, TEXT_BASE, arrow_head
from viz.exports.latex import escaped
from viz.text import printable

WIDTH_MM = 160.0  # about that of a page's text
POINTS_PER_MM = 72.27 / 25.4  # TeX's own
FONT_SIZE = 10  # points, which nodes scale: any font of the document will do
# Signs of pictures that the fonts of pdfLaTeX lack.
FORMULAS = {
    sign: f"$\\{name}$"
    for sign, name in {
        "→": "to",
        "≠": "neq",
        "≥": "geq",
        "≤": "leq",
        "−": "mathord{-}",
        "∗": "ast",
        "α": "alpha",
        "ρ": "rho",
        "φ": "phi",
        "Δ": "Delta",
    }.items()
}
HEAD = """% {title}
% MobileNet Atlas. Needs \\usepackage{{tikz}}, and amssymb for ticks.
{colours}
\\begin{{tikzpicture}}[x={unit:.5f}pt, y={unit:.5f}pt, every node/.style={{inner sep=0pt,
  outer sep=0pt, font=\\sffamily\\fontsize{{{font}}}{{{font}}}\\selectfont}}]
"""


def scene_tikz(scene: Scene, title: str, width_mm: float | None = None) -> str:
    """A tikzpicture, ``width_mm`` wide."""
    unit = (width_mm or WIDTH_MM) * POINTS_PER_MM / scene.size[0]
    flat = [item for item in scene.items if not isinstance(item, Edge)]
    edges = [item for item in scene.items if isinstance(item, Edge)]
    colours = "\n".join(
        f"\\definecolor{{{_colour(code)}}}{{HTML}}{{{code[1:].upper()}}}"
        for code in dict.fromkeys(code for item in scene.items for code in _codes(item))
        if code.startswith("#")
    )
    head = HEAD.format(title=printable(title), colours=colours, unit=unit, font=FONT_SIZE)
    body = [line for item in (*flat, *edges) for line in _drawn(item, unit)]
    size = f"\\useasboundingbox (0,0) rectangle ({scene.size[0]},{scene.size[1]});"
    return head + "\n".join([size, *body]) + "\n\\end{tikzpicture}%\n"


def _codes(item: Item) -> tuple[str, ...]:
    if isinstance(item, Shape):
        return item.fill, item.border, item.ink, item.mark
    return (item.colour,)


def _colour(code: str) -> str:
    return f"atlas{code[1:].lower()}"


def _drawn(item: Item, unit: float) -> Iterator[str]:
    if isinstance(item, Shape):
        return _shape(item, unit)
    return _text(item, unit) if isinstance(item, Text) else _edge(item, unit)


def _shape(shape: Shape, unit: float) -> Iterator[str]:
    box = shape.box
    look = [f"fill={_colour(shape.fill)}"] * (shape.fill != NONE)
    if shape.border != NONE:
        look += [f"draw={_colour(shape.border)}", f"line width={shape.pen * unit:.3f}pt"]
    if shape.rounded:
        radius = min(RADIUS, box.height / 3, box.width / 3)
        look.append(f"rounded corners={radius * unit:.3f}pt")
    if shape.fill != NONE or shape.border != NONE:
        corners = f"{_at(box.left, box.bottom)} rectangle {_at(box.right, box.top)}"
        yield f"\\path[{', '.join(look)}] {corners};"
    first = box.y + (len(shape.lines) - 1) / 2 * shape.size * LINE_HEIGHT
    for number, line in enumerate(shape.lines):
        y = first - (number * LINE_HEIGHT + LINE_BASE) * shape.size
        content = " ".join(_word(word, shape.mark) for word in line)
        look_of = f"anchor=base, text={_colour(shape.ink)}"
        yield _node((box.x, y), content, shape.size * unit, look_of, bold=number == 0)


def _word(word: Word, mark: str) -> str:
    text = _said(word.text)
    return f"\\textcolor{{{_colour(mark)}}}{{\\underline{{{text}}}}}" if word.marked else text


def _said(text: str) -> str:
    return "".join(FORMULAS.get(sign) or escaped(sign) for sign in text)


def _text(text: Text, unit: float) -> Iterator[str]:
    y = text.y - (BOLD_BASE if text.bold else TEXT_BASE) * text.size
    look = f"anchor=base west, text={_colour(text.colour)}"
    yield _node((text.x, y), _said(text.text), text.size * unit, look, bold=text.bold)


def _node(place: Point, content: str, size: float, look: str, *, bold: bool) -> str:
    shown = f"\\textbf{{{content}}}" if bold else content
    return f"\\node[{look}, scale={size / FONT_SIZE:.4f}] at {_at(*place)} {{{shown}}};"


def _edge(edge: Edge, unit: float) -> Iterator[str]:
    tip, end = edge.route[-1], shortened(list(edge.route))
    look = f"draw={_colour(edge.colour)}, line width={edge.pen * unit:.3f}pt"
    route = " -- ".join(_at(*point) for point in (*edge.route[:-1], end))
    yield f"\\path[{look}, rounded corners={CORNER * unit:.3f}pt] {route};"
    head = " -- ".join(_at(*point) for point in arrow_head(tip, end))
    yield f"\\path[fill={_colour(edge.colour)}] {head} -- cycle;"


def _at(x: float, y: float) -> str:
    return f"({x:.1f},{y:.1f})"
