"""Routes of edges as Graphviz's cubic Bézier control points."""

from math import hypot

Point = tuple[float, float]

ARROW = 9.0
CORNER = 10.0


def polyline(points: list[Point]) -> str:
    """The ``pos`` of an edge along straight pieces with rounded corners, an arrow at the end.

    The last point is the tip of the arrow.
    """
    tip = points[-1]
    spline = " ".join(f"{x:.2f},{y:.2f}" for x, y in controls_of(points))
    return f"e,{tip[0]:.2f},{tip[1]:.2f} {spline}"


def shortened(points: list[Point]) -> Point:
    """End of a route's line, before its arrowhead."""
    return _towards(points[-1], points[-2], ARROW)


def controls_of(points: list[Point]) -> list[Point]:
    """The route as a start and three Bézier control points for each piece, up to the arrow."""
    corners = [*points[:-1], shortened(points)]
    controls = [corners[0]]
    for index in range(1, len(corners)):
        is_last = index == len(corners) - 1
        here = corners[index]
        if is_last:
            _straight(controls, here)
            continue
        radius = min(CORNER, *(_distance(here, corners[i]) / 2 for i in (index - 1, index + 1)))
        entry = _towards(here, corners[index - 1], radius)
        leave = _towards(here, corners[index + 1], radius)
        _straight(controls, entry)
        controls += [here, here, leave]
    return controls


def _straight(controls: list[Point], end: Point) -> None:
    start = controls[-1]
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    controls += [
        (start[0] + third[0], start[1] + third[1]),
        (end[0] - third[0], end[1] - third[1]),
        end,
    ]


def _distance(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])


def _towards(origin: Point, target: Point, length: float) -> Point:
    distance = _distance(origin, target) or 1.0
    share = min(length / distance, 1.0)
    return (
        origin[0] + (target[0] - origin[0]) * share,
        origin[1] + (target[1] - origin[1]) * share,
    )
