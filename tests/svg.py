"""Reads an SVG as a browser would place it: boxes, texts and their sizes, in pixels."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

NAMESPACE = "{http://www.w3.org/2000/svg}"
RECT = ("x", "y", "width", "height")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass
class Rectangle:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def overlaps(self, other: "Rectangle") -> bool:
        apart = (
            self.right <= other.left
            or other.right <= self.left
            or self.bottom <= other.top
            or other.bottom <= self.top
        )
        return not apart


class Drawing:
    """A parsed SVG document."""

    def __init__(self, text: str) -> None:
        self.root = ElementTree.fromstring(text)
        _, _, self.width, self.height = (float(n) for n in self.root.get("viewBox", "").split())
        self.groups = [g for g in self.root.iter(f"{NAMESPACE}g") if g.get("class")]

    def boxes(self, kind: str) -> dict[str, Rectangle]:
        """Rectangles of the shapes whose class has the words of ``kind``, by identifier."""
        return {
            str(group.get("id")): self._rectangle(group)
            for group in self.groups
            if set(kind.split()) <= set(str(group.get("class")).split())
        }

    def font_sizes(self) -> list[float]:
        sized = (node.get("font-size") for node in self.root.iter() if node.get("font-size"))
        return [float(str(size)) for size in sized]

    def texts(self, identifier: str) -> list[str]:
        group = next(g for g in self.groups if g.get("id") == identifier)
        return ["".join(text.itertext()) for text in group.iter(f"{NAMESPACE}text")]

    def fill_of(self, identifier: str) -> str:
        """The colour of a box."""
        group = next(g for g in self.groups if g.get("id") == identifier)
        fills = (node.get("fill") for node in group.iter() if node.tag != f"{NAMESPACE}text")
        return next(fill for fill in fills if fill and fill != "none")

    def edges(self, kind: str) -> int:
        return sum({"edge", kind} <= set(str(group.get("class")).split()) for group in self.groups)

    def _rectangle(self, group: ElementTree.Element) -> Rectangle:
        numbers: list[float] = []
        for shape in group.iter():
            if shape.tag in (f"{NAMESPACE}path", f"{NAMESPACE}polygon"):
                text = shape.get("d") or shape.get("points") or ""
                numbers += [float(n) for n in NUMBER.findall(text)]
            elif shape.tag == f"{NAMESPACE}rect":
                x, y, width, height = (float(shape.get(n, "0")) for n in RECT)
                numbers += [x, y, x + width, y + height]
        xs, ys = numbers[::2], numbers[1::2]
        if not xs:  # a text alone
            return Rectangle(0, 0, 0, 0)
        return Rectangle(min(xs), min(ys), max(xs), max(ys))


def folded_in(text: str, names: list[str]) -> set[str]:
    """Those of the names, each a kind and a number, that a text says; or their numbers alone."""
    named = {name for name in names if name in text}
    pattern = r"^(?:\d+ × \w+ |\w+ )?(\d+)(?:–(\d+))?(?: ·|\s*$)"
    for first, last in re.findall(pattern, text, re.MULTILINE):
        numbers = {str(number) for number in range(int(first), int(last or first) + 1)}
        named |= {name for name in names if name.rpartition(" ")[2] in numbers}
    return named & set(names)
