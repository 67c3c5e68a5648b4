"""Branches of a step as small kernels that add up to one, a channel of each."""

from collections.abc import Sequence

from viz.drawing.board import MARGIN, TITLE_HEIGHT
from viz.drawing.look import Look
from viz.drawing.painter import draw_legend, draw_title
from viz.drawing.scene import Box, Scene, words
from viz.lessons.branches import Folded, Step, added
from viz.theme import PALETTES, heat_colour

SIZE = (1920, 600)
FOOT, LABEL = 60.0, 46.0  # of the legend, and above a kernel
CELL, SUM_CELL = (100.0, 54.0), (150.0, 104.0)  # pixels: wide enough for a number
RESULT_WIDTH = 600.0
NUMBER, SUM_NUMBER, NAME = 24.0, 34.0, 26.0

Place = tuple[float, float, tuple[float, float]]  # middle of a kernel, and the size of its cells


def branches_scene(step: Step, parts: Sequence[Folded], shown: int, look: Look) -> Scene:
    """The branches at the left, of which the first ``shown`` are added at the right."""
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    count, total = len(parts), added(parts[:shown])
    title = f"{step.name}, depthwise: {count} branches, one kernel"
    draw_title(scene, title, _told(count, shown))
    largest = max(map(_largest, [*parts, total]))
    for index, (part, place) in enumerate(zip(parts, _places(count), strict=True)):
        dim = index >= shown
        name = _name(step, index)
        _kernel(scene, f"branch-{index}", name, part, place, largest, dim=dim)
        if index:
            _sign(scene, f"plus-{index}", "+", place, step.side, dim=dim)
    place = (SIZE[0] - RESULT_WIDTH / 2, _middle(), SUM_CELL)
    name = "one kernel" if shown == count else f"sum of {shown}"
    _kernel(scene, "sum", name, total, place, largest)
    _sign(scene, "equals", "=", place, step.side)
    draw_legend(scene, [], look.noted("norms are folded in; weights are drawn"))
    return scene


def _name(step: Step, index: int) -> str:
    branch = step.branches[index]
    as_all = f" as {step.side}×{step.side}" if branch.side != step.side else ""
    return branch.name + as_all


def _largest(part: Folded) -> float:
    return max(abs(value) for row in part.kernel for value in row)


def _sign(scene: Scene, key: str, sign: str, place: Place, side: int, *, dim: bool = False) -> None:
    """A sign before a kernel."""
    x, y, (width, _) = place
    scene.centred(key, sign, x - side * width / 2 - 34, y, 44, muted=dim)


def _told(count: int, shown: int) -> str:
    return "all added" if shown == count else f"{shown} of {count} added"


def _middle() -> float:
    return (SIZE[1] - TITLE_HEIGHT + FOOT - LABEL) / 2


def _places(count: int) -> list[Place]:
    """Middle of each kernel, and its cells, in one row or two."""
    rows = 1 if count <= 3 else 2
    columns = -(-count // rows)
    across = (SIZE[0] - RESULT_WIDTH - MARGIN) / columns
    top = SIZE[1] - TITLE_HEIGHT - MARGIN
    up = (top - FOOT) / rows
    tall = CELL[1] * (1 if rows > 1 else 1.6)
    return [
        (
            MARGIN + (index % columns + 0.5) * across + 15,
            top - (index // columns + 0.5) * up - LABEL / 2,
            (CELL[0], tall),
        )
        for index in range(count)
    ]


def _kernel(
    scene: Scene,
    key: str,
    name: str,
    part: Folded,
    place: Place,
    largest: float,
    *,
    dim: bool = False,
) -> None:
    """A grid of numbers, the darker the larger; its name and its bias above it."""
    x, y, (width, height) = place
    side = len(part.kernel)
    palette = PALETTES[scene.mode]
    above = y + side * height / 2 + 22
    label = f"{name} · bias {_number(part.bias)}"
    scene.centred(f"{key}-name", label, x, above, NAME, muted=dim)
    for row, values in enumerate(part.kernel):
        for column, value in enumerate(values):
            right, up = (column - (side - 1) / 2) * width, ((side - 1) / 2 - row) * height
            at = Box(x + right, y + up, width, height)
            fill = palette.band if dim else heat_colour(abs(value) / largest, scene.mode)
            size = SUM_NUMBER if width > CELL[0] else NUMBER
            line = (words(_number(value)),)
            scene.box(f"{key}-{row}-{column}", at, (fill, palette.muted), line, size)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if value else "0"
