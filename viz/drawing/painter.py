"""Boards as scenes: bands, boxes, arrows, skips, titles and the legend, each at its place."""

from collections.abc import Sequence

from viz.drawing.board import (
    LANE,
    LEGEND_HEIGHT,
    MARGIN,
    PADDING,
    STRAIGHT,
    TITLE_HEIGHT,
    Board,
    Cell,
    Join,
    Layout,
    Line,
    is_straight,
    label_size,
    lay_out,
)
from viz.drawing.look import PART
from viz.drawing.routes import Point
from viz.drawing.scene import NONE, Box, Scene
from viz.text import fits, shortened, size_for, text_width
from viz.theme import PALETTES, Mode

BEHIND = "-behind-"  # in the keys of boxes behind another one
STACK = 5.0  # how far a box behind another one looks out
BRANCH, OPERAND = "branch", "operand"  # of attention: drawn as flows, not as skips
WAY = "way"  # from block to block; each has a number
NOTE = 22.0  # size of the legend and the note
NOTE_STEP = 13.0  # half of the way from one line of a note to the next
PASSED = 26.0  # from the middle of a box to a skip that leaves room for an arrow


def _is_flow(join: Join) -> bool:
    return join.label in (BRANCH, OPERAND) or join.label.startswith(WAY)


def board_scene(board: Board, mode: Mode, *, background: bool = True) -> Scene:
    """One board as a scene."""
    return boards_scene([board], mode, background=background)


def boards_scene(boards: Sequence[Board], mode: Mode, *, background: bool = True) -> Scene:
    """Boards that share one picture and one legend, the first one's."""
    width = max(board.offset + board.size[0] for board in boards)
    height = max(board.size[1] for board in boards)
    scene = Scene((width, height), mode)
    scene.ground(filled=background)
    draw_legend(scene, boards[0].legend, boards[0].legend_note)
    sizes, layouts = _common_sizes(boards), [lay_out(board) for board in boards]
    smallest = min(layout.font_size for layout in layouts)
    for board, layout in zip(boards, layouts, strict=True):
        area = (board.offset, board.size[0])
        draw_title(scene, board.title, board.subtitle, area, board.prefix, sizes)
        layout.font_size = smallest
        _Painter(scene, layout).paint()
    return scene.with_own_keys_apart()


def _common_sizes(boards: Sequence[Board]) -> tuple[float, float]:
    """Equal text sizes for boards next to each other."""
    fitting = [title_sizes(board.title, board.subtitle, board.size[0]) for board in boards]
    return min(size for size, _ in fitting), min(small for _, small in fitting)


def title_sizes(title: str, subtitle: str, width: float) -> tuple[float, float]:
    """The sizes at which a title and its subtitle fit beside each other."""
    size = size_for(title, 38, min(title_room(subtitle, width), width * 0.6), bold=True)
    fitting = shortened(title, size, title_room(subtitle, width))
    room = width - 3 * MARGIN - text_width(fitting, size, bold=True)
    return size, size_for(subtitle, 28, room)


def title_room(subtitle: str, width: float) -> float:
    """Room for the title next to a subtitle, in pixels."""
    return width - 4 * MARGIN - text_width(subtitle, 22)


def draw_title(
    scene: Scene,
    title: str,
    subtitle: str,
    area: tuple[float, float] | None = None,
    key: str = "",
    sizes: tuple[float, float] | None = None,
) -> None:
    """Title at the left and subtitle at the right of ``area`` (offset and width), at the top."""
    offset, width = area or (0.0, scene.size[0])
    y = scene.size[1] - MARGIN - TITLE_HEIGHT / 2 + 4
    size, small = sizes or title_sizes(title, subtitle, width)
    fitting = shortened(title, size, title_room(subtitle, width))
    scene.text(f"{key}title", fitting, offset + MARGIN, y, size, bold=True)
    start = offset + width - MARGIN - text_width(subtitle, small)
    scene.text(f"{key}subtitle", subtitle, start, y, small, muted=True)


def draw_legend(scene: Scene, legend: Sequence[tuple[str, str, str]], note: str) -> None:
    """The legend at the foot, and the note at its right end."""
    width = scene.size[0]
    y, x = MARGIN + LEGEND_HEIGHT / 2 - 8, float(MARGIN)
    gap = _legend_gap(legend, note, width)
    for index, (label, fill, border) in enumerate(legend):
        swatch = Box(x + 17, y, 34, 26)
        if label == "residual":
            _residual_swatch(scene, swatch)
        else:
            scene.shape(f"swatch-{index}", swatch, fill, border, "swatch")
        if label:
            scene.text(f"legend-{index}", label, x + 46, y, NOTE)
        x += _entry_width(label, gap)
    if note:
        lines = _note_lines(note, width - x - MARGIN)
        for index, line in enumerate(lines):
            place = (
                width - MARGIN - text_width(line, NOTE),
                y + NOTE_STEP * (len(lines) - 1 - 2 * index),
            )
            scene.text(f"note-{index}" if index else "note", line, *place, NOTE, muted=True)


def _legend_gap(legend: Sequence[tuple[str, str, str]], note: str, width: float) -> float:
    """The gap between entries, which gives way to the note."""
    needed = text_width(note, NOTE) + 2 * MARGIN
    for gap in (26.0, 20.0, 14.0):
        if sum(_entry_width(label, gap) for label, *_ in legend) + needed <= width:
            return gap
    return 14.0


def _entry_width(label: str, gap: float) -> float:
    return 46 + text_width(label, NOTE) + gap if label else 36.0


def _note_lines(note: str, room: float) -> list[str]:
    """The note in one line, if need be without its first parts, or in two: a source is not cut."""
    one = _fitting_parts(note, room)
    if fits(one, NOTE, room, bold=False):
        return [one]
    parts = note.split(PART)
    for first in range(len(parts)):
        if two := _in_two(PART.join(parts[first:]), room):
            return two
    return [shortened(note, NOTE, room, bold=False)]


def _in_two(text: str, room: float) -> list[str]:
    """Two lines that fit, broken where it reads best; none where there are no such."""
    for break_ in (PART, ", ", " "):
        pieces = text.split(break_)
        for count in range(1, len(pieces)):
            head = break_.join(pieces[:count]) + break_.rstrip() * (break_ == ", ")
            tail = break_.join(pieces[count:])
            if all(fits(line, NOTE, room, bold=False) for line in (head, tail)):
                return [head, tail]
    return []


def _fitting_parts(note: str, room: float) -> str:
    """A note without its first parts, if the rest then fits: the last is the source."""
    rest = note
    while PART in rest and not fits(rest, NOTE, room):
        rest = rest.partition(PART)[2]
    return rest if fits(rest, NOTE, room) else note


def _residual_swatch(scene: Scene, swatch: Box) -> None:
    for name, x in (("skip-a", swatch.left), ("skip-b", swatch.right)):
        scene.shape(name, Box(x, swatch.bottom, 1, 1), NONE, NONE, "swatch")
    top = swatch.top - 4
    corners = [(swatch.left, top), (swatch.right, top)]
    ends = (swatch.left, swatch.bottom), (swatch.right, swatch.bottom)
    scene.edge("skip-a", "skip-b", [ends[0], *corners, ends[1]], "swatch", residual=True)


class _Painter:
    """Paints one layout onto a scene."""

    def __init__(self, scene: Scene, layout: Layout) -> None:
        self.scene, self.layout, self.board = scene, layout, layout.board
        self.prefix = layout.board.prefix
        self.group = ""
        # boxes that an arrow enters from above, at the middle: skips must not lie across it
        first = [line.cells[0].key for line in self.board.lines if line.cells]
        self.entered = set(first[1:])

    def paint(self) -> None:
        """Draw lines, arrows and skips."""
        for index, line in enumerate(self.board.lines):
            self._line(index, line)
        if self.board.flows:
            self._flow()
        for join in self.board.joins:
            self._join(join)

    def _line(self, index: int, line: Line) -> None:
        band = self.layout.bands[index]
        if line.label:  # a line without a label goes on from the one above
            self.group = f"{self.prefix}{line.label[0]} · {index}"
        palette = PALETTES[self.scene.mode]
        self.scene.shape(
            f"{self.prefix}band-{index}", band, palette.band, NONE, "band", group=self.group
        )
        for number, text in enumerate(line.label):
            self.scene.text(
                f"{self.prefix}label-{index}-{number}",
                text,
                self.board.offset + MARGIN + PADDING,
                band.y + (len(line.label) - 1) * 14.5 - number * 29,
                label_size(number),
                bold=number == 0,
                muted=number > 0,
                group=self.group,
            )
        for cell in line.cells:
            self._cell(cell)

    def _cell(self, cell: Cell) -> None:
        if cell.stacked:
            self._stack(cell)
        self.scene.box(
            self.prefix + cell.key,
            self.layout.boxes[cell.key],
            cell.colours,
            cell.lines,
            self.layout.font_size,
            classes=f"cell kind-{cell.kind}" + (" clickable" if cell.clickable else ""),
            tooltip=cell.tooltip or " ".join(cell.texts),
            framed=cell.framed,
            group=self.group,
        )

    def _stack(self, cell: Cell) -> None:
        """The edges of boxes behind it."""
        box = self.layout.boxes[cell.key]
        for step in (2, 1):
            behind = Box(box.x + step * STACK, box.y - step * STACK, box.width, box.height)
            key = f"{self.prefix}{cell.key}{BEHIND}{step}"
            self.scene.shape(key, behind, *cell.colours, "behind", group=self.group)

    def _flow(self) -> None:
        """Arrows in execution order, along a line and on to the start of the next."""
        previous: Cell | None = None
        for line in self.board.lines:
            for position, cell in enumerate(line.cells):
                if previous is not None and not cell.detached:
                    self._arrow(previous.key, cell.key, wraps=position == 0)
                previous = cell

    def _arrow(self, source: str, target: str, *, wraps: bool) -> None:
        a, b = self.layout.boxes[source], self.layout.boxes[target]
        route: list[Point] = [(a.right, a.y), (b.left, b.y)]
        if wraps:
            middle = a.bottom - 0.3 * self.board.line_gap
            route = [(a.x, a.bottom), (a.x, middle), (b.x, middle), (b.x, b.top)]
        self.scene.edge(self.prefix + source, self.prefix + target, route)

    def _join(self, join: Join) -> None:
        a, b = self.layout.boxes[join.source], self.layout.boxes[join.target]
        self.scene.edge(
            self.prefix + join.source,
            self.prefix + join.target,
            self._join_route(join, a, b),
            f"skip {join.label}",
            residual=not _is_flow(join),
        )

    def _join_route(self, join: Join, a: Box, b: Box) -> list[Point]:
        rise = 0.38 * self.board.line_gap
        way = join.label.startswith(WAY)  # it passes above skips over single boxes
        if join in self.layout.lanes:
            return self._lane_route(join, a, b, 0.54 * self.board.line_gap if way else rise)
        if join in self.layout.tracks:
            rise = self._rise(join)
        if abs(a.y - b.y) < 1:
            left = a.x + PASSED if join.source in self.entered else a.left + 16
            start, end = (left, b.right - 16) if a is b else (self._start(join, a), b.x)
            top = max(a.top, b.top) + rise
            return [(start, a.top), (start, top), (end, top), (end, b.top)]
        if is_straight(a, b):
            x = min(a.right, b.right) - STRAIGHT
            return [(x, a.bottom), (x, b.top)]
        start, top = a.x - PASSED, b.top + rise
        return [(start, a.bottom), (start, top), (b.x, top), (b.x, b.top)]

    def _rise(self, join: Join) -> float:
        """Height of a skip above the boxes: in the lower part of the gap, arrows take the rest."""
        tracks, gap = self.layout.most_tracks, self.board.line_gap
        return 0.38 * gap if tracks == 1 else 0.62 * gap * (self.layout.tracks[join] + 1) / tracks

    def _start(self, join: Join, box: Box) -> float:
        """Where a skip leaves a box: not where an arrow comes in."""
        many = self.layout.most_tracks > 1
        return box.x + PASSED if many and self._is_entered(join.source) else box.x

    def _is_entered(self, key: str) -> bool:
        return key in self.entered or any(key == join.target for join in self.board.joins)

    def _lane_route(self, join: Join, a: Box, b: Box, rise: float) -> list[Point]:
        """Down the right side; a box with others to its right is left from above."""
        edge = self.board.offset + self.board.size[0] - MARGIN - PADDING - self.layout.lane_width
        lane = edge + LANE * (self.layout.lanes[join] + 0.75)
        start = [(a.right, a.y), (lane, a.y)]
        if a.right < edge - 1:
            x = a.x + PASSED * join.label.startswith(WAY)
            start = [(x, a.top), (x, a.top + rise), (lane, a.top + rise)]
        if _is_flow(join) and b.right < edge - 1:  # from above, past the boxes on its right
            return [*start, (lane, b.top + rise), (b.x, b.top + rise), (b.x, b.top)]
        return [*start, (lane, b.y), (b.right, b.y)]
