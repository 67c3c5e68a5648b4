"""Scenes as PDF: vectors, and text that stays text, in the fonts that every reader has."""

import io
from collections.abc import Sequence
from itertools import groupby
from math import atan2, cos, sin

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from viz.drawing.routes import Point, controls_of
from viz.drawing.scene import NONE, Edge, Scene, Shape, Text, Word

# Helvetica has Arial's widths and no arrow; these signs come from the Symbol font.
SYMBOLS = {"→": "\u2192", "≠": "\u2260", "≥": "\u2265", "−": "\u2212", "α": "\u03b1", "ρ": "\u03c1"}
LINE = 1.15
CORNER = 11.0
ARROW = 11.0


def scene_pdf(scenes: Sequence[Scene], title: str, page: tuple[int, int] | None = None) -> bytes:
    """One page per scene, a point per pixel; or pages of one size with scenes fitted to them."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("MobileNet Atlas")
    for scene in scenes:
        size = page or scene.size
        canvas.setPageSize(size)
        scale = min(size[0] / scene.size[0], size[1] / scene.size[1])
        canvas.translate(*((s - scale * own) / 2 for s, own in zip(size, scene.size, strict=True)))
        canvas.scale(scale, scale)
        draw_scene(canvas, scene)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def draw_scene(canvas: Canvas, scene: Scene) -> None:
    """Draw everything: shapes and texts first, as Graphviz does, then edges."""
    for item in scene.items:
        if isinstance(item, Shape):
            _shape(canvas, item)
        elif isinstance(item, Text):
            runs = [(item.text, item.colour, False)]
            _runs(canvas, runs, item.x, item.y - 0.36 * item.size, item.size, bold=item.bold)
    for item in scene.items:
        if isinstance(item, Edge):
            _edge(canvas, item)


def _shape(canvas: Canvas, shape: Shape) -> None:
    box, fill, stroke = shape.box, shape.fill != NONE, shape.border != NONE
    if fill:
        canvas.setFillColor(HexColor(shape.fill))
    if stroke:
        canvas.setStrokeColor(HexColor(shape.border))
        canvas.setLineWidth(shape.pen)
    if fill or stroke:
        radius = min(CORNER, box.height / 3, box.width / 3) if shape.rounded else 0
        canvas.roundRect(
            box.left, box.bottom, box.width, box.height, radius, stroke=stroke, fill=fill
        )
    for index, line in enumerate(shape.lines):
        runs = [_run(word, shape) for word in line]
        spaced = [
            (f"{text} " if i < len(runs) - 1 else text, c, u) for i, (text, c, u) in enumerate(runs)
        ]
        bold = index == 0
        width = sum(_width(text, shape.size, bold=bold) for text, _ink, _marked in spaced)
        middle = box.y + ((len(shape.lines) - 1) / 2 - index) * shape.size * LINE
        _runs(canvas, spaced, box.x - width / 2, middle - 0.36 * shape.size, shape.size, bold=bold)


def _run(word: Word, shape: Shape) -> tuple[str, str, bool]:
    return (word.text, shape.mark, True) if word.marked else (word.text, shape.ink, False)


def _pieces(text: str, *, bold: bool) -> list[tuple[str, str]]:
    """Runs of one font each."""
    plain = "Helvetica-Bold" if bold else "Helvetica"
    return [
        ("Symbol" if symbol else plain, "".join(run))
        for symbol, run in groupby(text, key=lambda sign: sign in SYMBOLS)
    ]


def _width(text: str, size: float, *, bold: bool) -> float:
    return float(sum(stringWidth(run, font, size) for font, run in _pieces(text, bold=bold)))


def _runs(
    canvas: Canvas,
    runs: Sequence[tuple[str, str, bool]],
    x: float,
    y: float,
    size: float,
    *,
    bold: bool,
) -> None:
    for text, colour, underlined in runs:
        canvas.setFillColor(HexColor(colour))
        start = x
        for font, piece in _pieces(text, bold=bold):
            canvas.setFont(font, size)
            canvas.drawString(x, y, piece)
            x += stringWidth(piece, font, size)
        if underlined:
            canvas.setStrokeColor(HexColor(colour))
            canvas.setLineWidth(size / 16)
            canvas.line(
                start, y - size / 8, start + _width(text.rstrip(), size, bold=bold), y - size / 8
            )


def _edge(canvas: Canvas, edge: Edge) -> None:
    controls = controls_of(list(edge.route))
    canvas.setStrokeColor(HexColor(edge.colour))
    canvas.setFillColor(HexColor(edge.colour))
    canvas.setLineWidth(edge.pen)
    path = canvas.beginPath()
    path.moveTo(*controls[0])
    for index in range(1, len(controls) - 2, 3):
        path.curveTo(*controls[index], *controls[index + 1], *controls[index + 2])
    canvas.drawPath(path, stroke=1, fill=0)
    _arrow(canvas, edge.route[-1], edge.route[-2])


def _arrow(canvas: Canvas, tip: Point, source: Point) -> None:
    angle = atan2(tip[1] - source[1], tip[0] - source[0])
    path = canvas.beginPath()
    path.moveTo(*tip)
    for side in (0.42, -0.42):
        turned = angle + side
        path.lineTo(tip[0] - ARROW * cos(turned), tip[1] - ARROW * sin(turned))
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
