"""A board: lines of boxes with a label each, laid out to fill a slide.

Coordinates are pixels of a slide with the origin at the bottom left, as in Graphviz; one pixel is
one Graphviz point. A board knows nothing of networks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from viz.drawing.scene import Box, Words
from viz.text import fits, text_width

SLIDE = (1920, 1080)
MARGIN = 14
TITLE_HEIGHT = 58
LEGEND_HEIGHT = 46
LABEL_SIZES = tuple(range(40, 21, -1))
LINE_SPACING = 1.12
CELL_GAP = 26
LINE_GAP = 30
PADDING = 8
TRACK_GAP = 20  # for each skip that passes between two lines
STRAIGHT = 18  # from the right side of a box to a skip that runs straight down
LANE = 30  # room for one skip that runs down the right side


@dataclass(frozen=True, slots=True)
class Cell:
    """One box: an identifier, lines of words (the first is bold), and its colours (fill, border).

    ``framed`` marks the whole box as different; ``stacked`` says that it stands for several;
    ``detached`` that no arrow leads to it from the box before.
    """

    key: str
    lines: tuple[Words, ...]
    kind: str
    colours: tuple[str, str]
    tooltip: str = ""
    framed: bool = False
    clickable: bool = True
    stacked: bool = False
    detached: bool = False

    @property
    def texts(self) -> list[str]:
        """The lines as plain text."""
        return [" ".join(word.text for word in line) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of boxes under one label; without a label it goes on from the line above."""

    label: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """A skip from the output of one cell to another; from a cell to itself, over that cell."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Board:
    """Contents of a picture. ``legend`` is (label, fill, border) in order.

    ``offset`` moves the board to the right and ``prefix`` keeps its identifiers apart, so that two
    boards can share a picture. ``flows`` draws arrows from each box to the next.
    """

    title: str
    subtitle: str
    lines: tuple[Line, ...]
    joins: tuple[Join, ...] = ()
    legend: tuple[tuple[str, str, str], ...] = ()
    legend_note: str = ""
    size: tuple[int, int] = SLIDE
    offset: int = 0
    prefix: str = ""
    line_gap: int = LINE_GAP
    flows: bool = True


@dataclass(slots=True)
class Layout:
    """Positions and text size of a board's items."""

    board: Board
    font_size: float = 0.0
    boxes: dict[str, Box] = field(default_factory=dict)
    bands: list[Box] = field(default_factory=list)
    label_width: float = 0.0
    lanes: dict[Join, int] = field(default_factory=dict)
    lane_width: float = 0.0
    tracks: dict[Join, int] = field(default_factory=dict)

    @property
    def most_tracks(self) -> int:
        """How many skips pass above each other between two lines."""
        return max(self.tracks.values(), default=-1) + 1


def lay_out(board: Board) -> Layout:
    """Place every box so that the lines fill the board."""
    layout = Layout(board)
    layout.label_width = _label_column(board)
    layout.lanes = _lanes(board)
    layout.lane_width = LANE * (max(layout.lanes.values(), default=-1) + 1)
    top = board.size[1] - MARGIN - TITLE_HEIGHT
    bottom = MARGIN + (LEGEND_HEIGHT if board.legend or board.legend_note else 0)
    pitch = (top - bottom) / len(board.lines)
    for index, line in enumerate(board.lines):
        centre = top - (index + 0.5) * pitch
        layout.bands.append(
            Box(board.offset + board.size[0] / 2, centre, board.size[0] - 2 * MARGIN, pitch - 6)
        )
        _place_line(layout, line, centre - 4, pitch - board.line_gap)
    layout.font_size = _largest_fitting(layout)
    layout.tracks = _tracks(layout)
    return layout


def with_room_for_skips(board: Board) -> Board:
    """The board with a gap between its lines that holds all that passes there."""
    tracks = lay_out(board).most_tracks
    if tracks < 2:
        return board
    gap = TRACK_GAP * (tracks + 1)
    height = board.size[1] + (gap - board.line_gap) * len(board.lines)
    return replace(board, line_gap=gap, size=(board.size[0], height))


def is_straight(a: Box, b: Box) -> bool:
    """Whether a skip to the next line may run straight down."""
    return max(a.left, b.left) < min(a.right, b.right) - STRAIGHT


def _tracks(layout: Layout) -> dict[Join, int]:
    """The height of each skip above the boxes of a line, so that none lies on another.

    Skips from one box, or to one, share theirs. Longer ones pass above shorter ones.
    """
    joins = [join for join in layout.board.joins if _passes(layout, join)]
    ends = Counter(end for join in joins for end in (join.source, join.target))
    passing: dict[tuple[float, str], list[Join]] = {}
    for join in joins:
        shared = max(join.source, join.target, key=ends.__getitem__)
        passing.setdefault((layout.boxes[join.target].y, shared), []).append(join)
    spans = {key: _span(layout, joins) for key, joins in passing.items()}
    taken: dict[tuple[float, int], list[tuple[float, float]]] = {}
    found: dict[Join, int] = {}
    for key in sorted(spans, key=lambda key: spans[key][1] - spans[key][0]):
        track = 0
        while any(_meet(spans[key], other) for other in taken.get((key[0], track), [])):
            track += 1
        taken.setdefault((key[0], track), []).append(spans[key])
        found |= dict.fromkeys(passing[key], track)
    return found


def _passes(layout: Layout, join: Join) -> bool:
    """Whether a skip runs along the gap above the line of its target."""
    a, b = layout.boxes[join.source], layout.boxes[join.target]
    beside = abs(a.y - b.y) < 1 or not is_straight(a, b)
    return a is not b and join not in layout.lanes and beside


def _span(layout: Layout, joins: list[Join]) -> tuple[float, float]:
    ends = [layout.boxes[key].x for join in joins for key in (join.source, join.target)]
    return min(ends), max(ends)


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _label_column(board: Board) -> float:
    widths = [
        text_width(text, label_size(i), bold=i == 0)
        for line in board.lines
        for i, text in enumerate(line.label)
    ]
    return max(widths, default=0) + 2 * PADDING + 6


def label_size(index: int) -> int:
    """Font size of the line ``index`` of a label: the first is the largest."""
    return 24 if index == 0 else 22


def _lanes(board: Board) -> dict[Join, int]:
    """The lane of each skip that passes a line: one for a label, more where they would meet."""
    line_of = {cell.key: i for i, line in enumerate(board.lines) for cell in line.cells}
    spans = {join: (line_of[join.source], line_of[join.target]) for join in board.joins}
    found: dict[Join, int] = {}
    first = 0
    for label in sorted({join.label for join in board.joins}):
        lanes: list[list[Join]] = []
        for join in (j for j, (a, b) in spans.items() if j.label == label and abs(a - b) > 1):
            free = (n for n, lane in enumerate(lanes) if not _crowded(join, lane, spans))
            number = next(free, len(lanes))
            lanes += [[]] * (number == len(lanes))
            lanes[number] = [*lanes[number], join]
            found[join] = first + number
        first += len(lanes)
    return found


def _crowded(join: Join, lane: Sequence[Join], spans: Mapping[Join, tuple[float, float]]) -> bool:
    """Whether another skip of a lane, from and to other boxes, would lie on this one."""
    return any(
        spans[join][0] <= spans[other][1] and spans[other][0] <= spans[join][1]
        for other in lane
        if join.source != other.source and join.target != other.target
    )


def _place_line(layout: Layout, line: Line, centre: float, height: float) -> None:
    left = MARGIN + layout.label_width
    start = layout.board.offset + left
    width = _slot(layout, len(line.cells))
    for index, cell in enumerate(line.cells):
        x = start + index * (width + CELL_GAP) + width / 2
        layout.boxes[cell.key] = Box(x, centre, width, height)


def _slot(layout: Layout, cells: int) -> float:
    """Width of a box where so many share a line."""
    taken = 2 * MARGIN + PADDING + layout.label_width + layout.lane_width
    slots = max(cells, 1)
    return (layout.board.size[0] - taken - CELL_GAP * (slots - 1)) / slots


def fits_board(board: Board) -> bool:
    """Whether every text has room at the smallest size."""
    layout = lay_out(board)
    cells = [cell for line in board.lines for cell in line.cells]
    return all(_cell_fits(cell, layout.boxes[cell.key], LABEL_SIZES[-1]) for cell in cells)


def broken(board: Board) -> Board:
    """The board with lines that are too long for their texts broken into equal ones."""
    layout = lay_out(board)
    lines = [part for line in board.lines for part in _broken_line(layout, line)]
    return replace(board, lines=tuple(lines))


def _broken_line(layout: Layout, line: Line) -> list[Line]:
    for count in range(1, len(line.cells) + 1):
        per_line = -(-len(line.cells) // count)
        room = _slot(layout, per_line) - 2 * PADDING
        if all(_wide_enough(cell, room, LABEL_SIZES[-1]) for cell in line.cells):
            break
    starts = range(0, len(line.cells), per_line)
    return [Line(line.label if i == 0 else (), line.cells[i : i + per_line]) for i in starts]


def _largest_fitting(layout: Layout) -> float:
    cells = [cell for line in layout.board.lines for cell in line.cells]
    for size in LABEL_SIZES:
        if all(_cell_fits(cell, layout.boxes[cell.key], size) for cell in cells):
            return size
    return LABEL_SIZES[-1]


def _cell_fits(cell: Cell, box: Box, size: float) -> bool:
    tall = len(cell.lines) * size * LINE_SPACING + 2 <= box.height
    return tall and _wide_enough(cell, box.width - 2 * PADDING, size)


def _wide_enough(cell: Cell, room: float, size: float) -> bool:
    return all(fits(text, size, room, bold=i == 0) for i, text in enumerate(cell.texts))
