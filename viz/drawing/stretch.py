"""A wide picture drawn out to the height of a slide; title and legend keep their places."""

from dataclasses import replace

from viz.drawing.board import LEGEND_HEIGHT, MARGIN, PADDING, TITLE_HEIGHT
from viz.drawing.engine import Diagram
from viz.drawing.scene import Box, Edge, Item, Scene, Shape, Text
from viz.text import text_width

ASPECT = 16 / 9
HEAD, FOOT = MARGIN + TITLE_HEIGHT, MARGIN + LEGEND_HEIGHT
MOST = 2.0  # a picture of one line is not torn apart


def filling(diagram: Diagram, aspect: float = ASPECT) -> Diagram:
    """The picture at the shape of a slide, where it is wider than one."""
    width, height = diagram.scene.size
    wanted = round(width / aspect)
    if height >= wanted:
        return diagram
    return Diagram(_Stretch(diagram.scene, wanted).scene())


class _Stretch:
    """What is between title and legend is drawn out; what is left is shared above and below."""

    def __init__(self, source: Scene, height: int) -> None:
        self.source, self.height = source, height
        old = source.size[1] - HEAD - FOOT
        self.factor = min((height - HEAD - FOOT) / old, MOST)
        self.start = FOOT + (height - HEAD - FOOT - self.factor * old) / 2

    def scene(self) -> Scene:
        """The new one."""
        size = (self.source.size[0], self.height)
        return Scene(size, self.source.mode, [self._item(item) for item in self.source.items])

    def _y(self, y: float) -> float:
        if y <= FOOT:
            return y
        if y >= self.source.size[1] - HEAD:
            return y + self.height - self.source.size[1]
        return self.start + (y - FOOT) * self.factor

    def _item(self, item: Item) -> Item:
        if isinstance(item, Edge):
            return replace(item, route=tuple((x, self._y(y)) for x, y in item.route))
        if isinstance(item, Text):
            return replace(item, y=self._y(item.y))
        return self._shape(item)

    def _shape(self, shape: Shape) -> Shape:
        if shape.classes == "slide":
            width = self.source.size[0]
            return replace(shape, box=Box(width / 2, self.height / 2, width, self.height))
        top, bottom = self._y(shape.box.top), self._y(shape.box.bottom)
        box = Box(shape.box.x, (top + bottom) / 2, shape.box.width, top - bottom)
        return replace(shape, box=box, size=self._text_size(shape))

    def _text_size(self, shape: Shape) -> float:
        """Text grows with its box, as far as its lines have room beside each other."""
        texts = [" ".join(word.text for word in line) for line in shape.lines]
        widest = max((text_width(text, shape.size, bold=True) for text in texts), default=0)
        room = shape.box.width - 2 * PADDING
        return shape.size * max(1.0, min(self.factor, room / widest if widest else 1.0, 1.5))
