"""Placement of labels beside points, without overlaps where there is room."""

from collections.abc import Sequence
from typing import NamedTuple

from viz.text import text_width

PLACES = ("top center", "bottom center", "middle left", "middle right")
ROOM = (1000.0, 340.0)  # pixels of a chart's plot on a usual page
Point = tuple[float, float]
SIZE = 14.0  # pixels of a name
POINT = 8.0  # half of one


class _Area(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def is_inside(self) -> bool:
        """Whether it is on the plot."""
        return min(self.left, self.bottom) >= 0 and self.right <= ROOM[0] and self.top <= ROOM[1]

    def meets(self, other: "_Area") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


def sides(
    points: Sequence[Point], names: Sequence[str], lines: Sequence[tuple[Point, Point]] = ()
) -> list[str]:
    """Plotly's place of each name: one on the plot where it meets no name, point or line.

    Above its point where there is no such place.
    Points and the ends of lines are shares of the plot, from the lower left.
    """
    at = [_pixels(point) for point in points]
    dots = [_Area(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in at]
    along = [_Area(x - 1, y - 1, x + 1, y + 1) for line in lines for x, y in _along(*line)]
    found: dict[int, str] = {}
    taken: list[_Area] = []
    for index in sorted(range(len(at)), key=at.__getitem__):
        others = [*taken, *along, *dots[:index], *dots[index + 1 :]]
        areas = {place: _area(at[index], names[index], place) for place in PLACES}
        free = [
            place
            for place, own in areas.items()
            if own.is_inside() and not any(map(own.meets, others))
        ]
        found[index] = next(iter(free), PLACES[0])
        taken.append(areas[found[index]])
    return [found[index] for index in range(len(at))]


def _pixels(point: Point) -> Point:
    return point[0] * ROOM[0], point[1] * ROOM[1]


def _along(start: Point, end: Point) -> list[Point]:
    """Points of a line, close enough that no name fits between two of them."""
    (x, y), (to_x, to_y) = _pixels(start), _pixels(end)
    count = 1 + int(max(abs(to_x - x), abs(to_y - y)) / (SIZE / 2))
    shares = [step / count for step in range(count + 1)]
    return [(x + share * (to_x - x), y + share * (to_y - y)) for share in shares]


def _area(point: Point, name: str, place: str) -> _Area:
    (x, y), width = point, text_width(name, SIZE)
    upright, across = place.split(" ")
    bottom = {"top": y + POINT, "middle": y - SIZE / 2, "bottom": y - POINT - SIZE}[upright]
    left = {"center": x - width / 2, "left": x - POINT - width, "right": x + POINT}[across]
    return _Area(left, bottom, left + width, bottom + SIZE)
