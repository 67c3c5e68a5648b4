"""A picture as plain records: shapes, texts and edges, each with its place.

Whatever makes a picture makes a scene; Graphviz draws it (``dot``), and slides are written from it.
Coordinates are pixels of a slide with the origin at the bottom left, as in Graphviz; one pixel is
one Graphviz point.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from viz.drawing.routes import Point
from viz.text import text_width, without_results
from viz.theme import PALETTES, Mode, text_on

NONE = "none"
RESIDUAL_PEN = 3.5


class Word(NamedTuple):
    """A piece of text in a box; ``marked`` underlines it in the colour for differences."""

    text: str
    marked: bool = False


Words = tuple[Word, ...]


def words(*texts: str) -> Words:
    """Unmarked words."""
    return tuple(Word(text) for text in texts)


@dataclass(slots=True)
class Box:
    """A place: centre and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """Left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y - self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A box; fill and border are colours or ``none``. The first line of text is bold.

    ``classes`` are names for style sheets and tests; ``ink`` colours text, ``mark`` marked words.
    """

    key: str
    box: Box
    fill: str
    border: str
    classes: str
    lines: tuple[Words, ...] = ()
    size: float = 22.0
    ink: str = ""
    mark: str = ""
    tooltip: str = " "
    pen: float = 1.6
    group: str = ""

    @property
    def rounded(self) -> bool:
        """Whether corners are round; only the ground has square ones."""
        return self.classes != "slide"

    @property
    def is_cell(self) -> bool:
        """Whether it stands for a block or an operation, by whose name it is called."""
        return "cell" in self.classes.split()


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text without a box, from ``x`` to the right, its middle at the height ``y``."""

    key: str
    text: str
    x: float
    y: float
    size: float
    colour: str
    bold: bool = False
    muted: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A route from one shape to another: corners, the last one the tip of the arrow."""

    source: str
    target: str
    route: tuple[Point, ...]
    colour: str
    classes: str
    pen: float = 2.0
    group: str = ""


Item = Shape | Text | Edge


def _quiet(item: Item) -> Item:
    if isinstance(item, Text):
        return replace(item, text=without_results(item.text))
    if isinstance(item, Edge):
        return item
    lines = tuple(
        tuple(word._replace(text=without_results(word.text)) for word in line)
        for line in item.lines
    )
    return replace(item, lines=lines, tooltip=" ")


@dataclass(slots=True)
class Scene:
    """A picture to be, of ``size`` pixels; items lie one above the other in their order."""

    size: tuple[int, int]
    mode: Mode
    items: list[Item] = field(default_factory=list)

    def filled(self) -> "Scene":
        """The same picture on the ground of its theme."""
        paper = PALETTES[self.mode].paper
        ground, *rest = self.items
        if not isinstance(ground, Shape) or ground.classes != "slide":
            return self
        return Scene(self.size, self.mode, [replace(ground, fill=paper), *rest])

    def without_results(self) -> "Scene":
        """The same picture with a question mark for each result in its texts."""
        return Scene(self.size, self.mode, [_quiet(item) for item in self.items])

    def with_own_keys_apart(self) -> "Scene":
        """The same picture where a box may be called as the picture's own parts are.

        Boxes are called after modules of others, and each key is one node of Graphviz.
        """
        cells = {item.key for item in self.items if isinstance(item, Shape) and item.is_cell}
        items = [
            replace(item, key=f"{item.key}'")
            if not isinstance(item, Edge)
            and not getattr(item, "is_cell", False)
            and item.key in cells
            else item
            for item in self.items
        ]
        return Scene(self.size, self.mode, items)

    def ground(self, *, filled: bool) -> None:
        """Add the ground, which also fixes the size of the picture."""
        width, height = self.size
        fill = PALETTES[self.mode].paper if filled else NONE
        self.items.append(
            Shape("slide", Box(width / 2, height / 2, width, height), fill, NONE, "slide")
        )

    def shape(
        self, key: str, box: Box, fill: str, border: str, classes: str, *, group: str = ""
    ) -> None:
        """Add a shape without text."""
        self.items.append(Shape(key, box, fill, border, classes, group=group))

    def box(
        self,
        key: str,
        box: Box,
        colours: tuple[str, str],
        lines: tuple[Words, ...],
        size: float,
        *,
        classes: str = "cell",
        tooltip: str = "",
        framed: bool = False,
        group: str = "",
    ) -> None:
        """Add a box with text; ``framed`` marks the whole of it as different."""
        palette = PALETTES[self.mode]
        fill, border = colours
        plain = " ".join(word.text for line in lines for word in line)
        self.items.append(
            Shape(
                key,
                box,
                fill,
                palette.marked if framed else border,
                classes + (" framed" if framed else ""),
                lines,
                size,
                text_on(fill) if fill.startswith("#") else palette.text,
                palette.marked,
                tooltip or plain or " ",
                5.0 if framed else 1.6,
                group,
            )
        )

    def text(
        self,
        key: str,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        muted: bool = False,
        group: str = "",
    ) -> None:
        """Add a line of text that starts at ``x``."""
        palette = PALETTES[self.mode]
        colour = palette.muted if muted else palette.text
        self.items.append(Text(key, text, x, y, size, colour, bold, muted, group))

    def centred(
        self, key: str, text: str, x: float, y: float, size: float, *, muted: bool = False
    ) -> None:
        """Add a line of text with its middle at ``x``."""
        self.text(key, text, x - text_width(text, size) / 2, y, size, muted=muted)

    def edge(
        self,
        source: str,
        target: str,
        route: list[Point],
        classes: str = "flow",
        *,
        residual: bool = False,
        group: str = "",
    ) -> None:
        """Add an arrow; residuals are heavier and have a colour of their own."""
        palette = PALETTES[self.mode]
        colour = palette.residual if residual else palette.flow
        pen = RESIDUAL_PEN if residual else 2.0
        self.items.append(Edge(source, target, tuple(route), colour, classes, pen, group))
