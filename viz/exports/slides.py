"""Scenes as PowerPoint slides: every box, arrow and label a native shape that can be edited."""

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from viz.drawing.routes import Point
from viz.drawing.scene import NONE, Box, Edge, Scene, Shape, Text
from viz.exports.presentation import (
    HEIGHT,
    WIDTH,
    bare,
    describe,
    presentation,
    rgb,
    saved,
    titled_slide,
)
from viz.text import printable, text_width
from viz.theme import FONT

EMU_PER_POINT = 12_700
CORNER = 11.0
NEAR = 1.5
SMALLEST = 1  # point of PowerPoint's text, in a picture of very many rows
TOP, LEFT, BOTTOM, RIGHT = range(4)  # connection sites of a rectangle


def scene_pptx(scene: Scene, title: str) -> bytes:
    """A deck of one slide."""
    deck = presentation(title)
    draw_scene(titled_slide(deck, title), scene)
    return saved(deck)


def draw_scene(slide: Any, scene: Scene, area: Box | None = None) -> None:
    """Draw a scene onto a slide, as large as ``area`` (EMU, from the top left) allows."""
    _SlidePainter(slide, scene, area).paint()


class _SlidePainter:
    """Places one scene on one slide."""

    def __init__(self, slide: Any, scene: Scene, area: Box | None) -> None:
        self.slide, self.scene = slide, scene
        room = area or Box(WIDTH / 2, HEIGHT / 2, WIDTH, HEIGHT)
        self.scale = min(room.width / scene.size[0], room.height / scene.size[1])
        self.dx = room.x - scene.size[0] * self.scale / 2
        self.dy = room.y - scene.size[1] * self.scale / 2
        self.placed: dict[str, Any] = {}

    def paint(self) -> None:
        """Shapes in groups by stage, then edges glued to them."""
        for group in dict.fromkeys(item.group for item in self.scene.items):
            members = [item for item in self.scene.items if item.group == group]
            self._group(group, [item for item in members if not isinstance(item, Edge)])
        for item in self.scene.items:
            if isinstance(item, Edge):
                self._edge(item)

    def _group(self, name: str, members: Sequence[Shape | Text]) -> None:
        if not members:
            return
        group = self.slide.shapes.add_group_shape()
        group.name = name or "picture"
        describe(group, "; ".join(_words_of(item) for item in members if _words_of(item)))
        shapes = group.shapes
        for item in members:
            if isinstance(item, Text):
                self._text(shapes, item)
            elif item.classes == "slide":
                self._ground(item)
            else:
                self._shape(shapes, item)

    def _ground(self, shape: Shape) -> None:
        if shape.fill != NONE:
            fill = self.slide.background.fill
            fill.solid()
            fill.fore_color.rgb = rgb(shape.fill)

    def _place(self, box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        left, top = self._point((box.left, box.top))
        return left, top, Emu(round(box.width * self.scale)), Emu(round(box.height * self.scale))

    def _point(self, point: Point) -> tuple[Emu, Emu]:
        height = self.scene.size[1]
        return (
            Emu(round(self.dx + point[0] * self.scale)),
            Emu(round(self.dy + (height - point[1]) * self.scale)),
        )

    def _size(self, pixels: float) -> Pt:
        return Pt(max(round(pixels * self.scale / EMU_PER_POINT * 4) / 4, SMALLEST))

    def _shape(self, shapes: Any, shape: Shape) -> None:
        kind = MSO_SHAPE.ROUNDED_RECTANGLE
        made = shapes.add_shape(kind, *self._place(shape.box))
        made.adjustments[0] = min(CORNER / min(shape.box.width, shape.box.height), 0.3)
        made.name = printable(shape.key)
        _unstyled(made)
        if shape.fill == NONE:
            made.fill.background()
        else:
            made.fill.solid()
            made.fill.fore_color.rgb = rgb(shape.fill)
        if shape.border == NONE:
            made.line.fill.background()
        else:
            made.line.color.rgb = rgb(shape.border)
            made.line.width = Emu(round(shape.pen * self.scale))
        if shape.lines:
            self._lines(made.text_frame, shape)
        self.placed[shape.key] = made

    def _lines(self, frame: Any, shape: Shape) -> None:
        bare(frame)
        for index, line in enumerate(shape.lines):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.CENTER
            paragraph.line_spacing = 0.95
            for position, word in enumerate(line):
                run = paragraph.add_run()
                run.text = printable(word.text) + " " * (position < len(line) - 1)
                colour = shape.mark if word.marked else shape.ink
                self._font(run.font, shape.size, colour, bold=index == 0)
                run.font.underline = word.marked or None

    def _text(self, shapes: Any, text: Text) -> None:
        width = text_width(text.text, text.size, bold=text.bold) + 6
        box = Box(text.x + width / 2, text.y, width, 1.4 * text.size)
        made = shapes.add_textbox(*self._place(box))
        made.name = printable(text.key)
        bare(made.text_frame)
        run = made.text_frame.paragraphs[0].add_run()
        run.text = printable(text.text)
        self._font(run.font, text.size, text.colour, bold=text.bold)

    def _font(self, font: Any, pixels: float, colour: str, *, bold: bool) -> None:
        font.name = FONT
        font.size = self._size(pixels)
        font.bold = bold
        font.color.rgb = rgb(colour)

    def _edge(self, edge: Edge) -> None:
        made = self._straight(edge) or self._elbow(edge) or self._freeform(edge)
        _unstyled(made)
        made.line.color.rgb = rgb(edge.colour)
        made.line.width = Emu(round(edge.pen * self.scale))
        made.name = printable(f"{edge.source} to {edge.target}")
        line = made.line._get_or_add_ln()
        etree.SubElement(line, qn("a:tailEnd"), type="triangle", w="med", len="med")

    def _glued(self, edge: Edge, kind: Any, sites: tuple[int, int]) -> Any:
        source, target = self.placed[edge.source], self.placed[edge.target]
        made = self.slide.shapes.add_connector(kind, 0, 0, 0, 0)
        made.begin_connect(source, sites[0])
        made.end_connect(target, sites[1])
        return made

    def _sites(self, edge: Edge) -> tuple[int, int] | None:
        """Connection sites of a route, if both ends are at sites."""
        keys = (edge.source, edge.target)
        shapes = [item for item in self.scene.items if isinstance(item, Shape)]
        boxes = {shape.key: shape.box for shape in shapes}
        found = [
            _site(boxes[key], point)
            for key, point in zip(keys, (edge.route[0], edge.route[-1]), strict=True)
        ]
        first, last = found
        return None if first is None or last is None else (first, last)

    def _straight(self, edge: Edge) -> Any:
        sites = self._sites(edge)
        if len(edge.route) != 2 or sites is None:
            return None
        return self._glued(edge, MSO_CONNECTOR.STRAIGHT, sites)

    def _elbow(self, edge: Edge) -> Any:
        """Down, across and down again, as from the end of a line to the start of the next."""
        if len(edge.route) != 4 or self._sites(edge) != (BOTTOM, TOP):
            return None
        made = self._glued(edge, MSO_CONNECTOR.ELBOW, (BOTTOM, TOP))
        (ax, ay), (bx, by) = self._point(edge.route[0]), self._point(edge.route[-1])
        bend = self._point(edge.route[1])[1]
        _turn_down(made, (ax, ay), (bx, by), (bend - ay) / ((by - ay) or 1))
        return made

    def _freeform(self, edge: Edge) -> Any:
        points = [self._point(point) for point in edge.route]
        builder = self.slide.shapes.build_freeform(*points[0], scale=1.0)
        builder.add_line_segments(points[1:], close=False)
        made = builder.convert_to_shape()
        made.fill.background()
        return made


def _words_of(item: Shape | Text) -> str:
    """The words of an item."""
    if isinstance(item, Text):
        return item.text
    return ", ".join(" ".join(word.text for word in line) for line in item.lines)


def _site(box: Box, point: Point) -> int | None:
    middles: dict[int, Point] = {
        TOP: (box.x, box.top),
        LEFT: (box.left, box.y),
        BOTTOM: (box.x, box.bottom),
        RIGHT: (box.right, box.y),
    }
    for site, (x, y) in middles.items():
        if abs(x - point[0]) < NEAR and abs(y - point[1]) < NEAR:
            return site
    return None


def _turn_down(connector: Any, start: Point, end: Point, bend: float) -> None:
    """Give an elbow its place: turned by 90°, so that it starts downwards, bent at ``bend``."""
    across, down = abs(end[0] - start[0]), abs(end[1] - start[1])
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    xfrm = connector._element.spPr.find(qn("a:xfrm"))
    for name in ("flipH", "flipV"):
        xfrm.attrib.pop(name, None)
    xfrm.set("rot", "5400000")
    if end[0] > start[0]:
        xfrm.set("flipV", "1")
    xfrm.find(qn("a:off")).set("x", str(round(middle[0] - down / 2)))
    xfrm.find(qn("a:off")).set("y", str(round(middle[1] - across / 2)))
    xfrm.find(qn("a:ext")).set("cx", str(round(down)))
    xfrm.find(qn("a:ext")).set("cy", str(round(across)))
    geometry = connector._element.spPr.find(qn("a:prstGeom"))
    values = geometry.find(qn("a:avLst"))
    etree.SubElement(values, qn("a:gd"), name="adj1", fmla=f"val {round(bend * 100_000)}")


def _unstyled(shape: Any) -> None:
    """Without the theme's shadow and colours."""
    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)
