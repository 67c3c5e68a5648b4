"""The arena of a microcontroller: a rectangle for each tensor, bytes against time."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from viz.drawing.board import LEGEND_HEIGHT, MARGIN, TITLE_HEIGHT
from viz.drawing.look import Look
from viz.drawing.painter import draw_legend, draw_title
from viz.drawing.scene import Box, Scene, words
from viz.facts.arena import Arena, ArenaRow, StepRow
from viz.net.kinds import KINDS
from viz.net.operations import Block
from viz.text import fits, shortened, text_width
from viz.theme import PALETTES, STYLES, Mode

SIZE = (1920, 980)
LEFT, STRIP = 150.0, 62.0  # room for bytes at the left, and for the blocks below
TEXT, SMALL = 24.0, 22.0
BASE = MARGIN + LEGEND_HEIGHT + 14
MOST_ROOM = 1.7  # of the head, up to which a board's memory is drawn as a line
INPUT, OTHER, SCRATCH = ("input", "input"), ("other operators", "pool"), ("scratch", "norm")
KINDS_OF = {  # operator -> its name in the legend, and whose colours it has
    "CONV_2D": ("convolution", "pointwise"),
    "DEPTHWISE_CONV_2D": ("depthwise", "depthwise"),
    "FULLY_CONNECTED": ("fully connected", "linear"),
    "ADD": ("add", "add"),
    "MUL": ("multiply", "SE"),
    "QUANTIZE": ("int8 copy of the input", "conv"),
    "HARD_SWISH": ("activation", "activation"),
    "LOGISTIC": ("activation", "activation"),
    "RELU": ("activation", "activation"),
    "RELU6": ("activation", "activation"),
}


class _Axes(NamedTuple):
    """From steps and bytes to pixels."""

    step: float
    byte: float
    floor: float

    def box(self, first: int, last: int, offset: int, size: int) -> Box:
        """The place of a tensor."""
        width, height = (last - first + 1) * self.step, size * self.byte
        left, bottom = LEFT + first * self.step, self.floor + offset * self.byte
        return Box(left + width / 2, bottom + height / 2, width, height)


def arena_scene(arena: Arena, blocks: Sequence[Block], look: Look, room: int = 0) -> Scene:
    """Every tensor over the steps of its life; ``room`` is what a board leaves for all of them.

    ``blocks`` stand below, each under its operators. The step with the most bytes alive is framed.
    """
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    tail = f" + {arena.tail:,} for records" if arena.tail is not None else ""
    draw_title(scene, f"Arena: {arena.title}", f"{arena.head:,} bytes for tensors{tail}")
    steps = len(arena.steps)
    floor = BASE + (STRIP if blocks else 0.0)
    top = max(arena.head, room if room <= MOST_ROOM * arena.head else 0)
    high = SIZE[1] - TITLE_HEIGHT - 56 - floor
    axes = _Axes((SIZE[0] - LEFT - MARGIN) / steps, high / top, floor)
    _draw_bytes(scene, axes, top)
    _draw_peak(scene, arena.peak, axes, top)
    for index, row in enumerate(arena.rows):
        _draw_tensor(scene, f"tensor-{index}", row, axes, arena.peak.step)
    if blocks:
        _draw_blocks(scene, arena, blocks, axes)
    if room and room <= top:
        _draw_room(scene, room, axes)
    draw_legend(scene, _legend(arena, look.mode), look.noted("framed: alive at the peak"))
    return scene


def _kind(row: ArenaRow) -> tuple[str, str]:
    if row.kind == "input":
        return INPUT
    if row.kind == "scratch":
        return SCRATCH
    return KINDS_OF.get(row.operator, OTHER)


def _legend(arena: Arena, mode: Mode) -> list[tuple[str, str, str]]:
    """What is large enough to be seen, in the order of its first tensor."""
    seen = [row for row in arena.rows if row.size * 60 >= arena.head]
    kinds = dict.fromkeys(map(_kind, sorted(seen, key=lambda row: row.first)))
    return [(label, *STYLES[style].colours(mode)) for label, style in kinds]


def _draw_bytes(scene: Scene, axes: _Axes, top: int) -> None:
    """Lines at quarters of the height, with their bytes."""
    colour = STYLES["norm"].colours(scene.mode)[0]
    for quarter in range(5):
        value = round(top * quarter / 4)
        y = axes.floor + value * axes.byte
        line = Box((LEFT + SIZE[0] - MARGIN) / 2, y, SIZE[0] - LEFT - MARGIN, 1.0)
        scene.shape(f"line-{quarter}", line, colour, "none", "axis")
        text = f"{value / 1024:,.0f} KB" if top >= 8192 else f"{value:,} B"
        scene.text(f"bytes-{quarter}", text, MARGIN, y, SMALL, muted=True)


def _draw_tensor(scene: Scene, key: str, row: ArenaRow, axes: _Axes, peak: int) -> None:
    box = axes.box(max(row.first, 0), max(row.last, 0), row.offset, row.size)
    if box.height < 1 or box.width < 1:
        return
    name = f"{row.bytes:,}"
    shows = box.height > SMALL + 6 and fits(name, SMALL, box.width - 8, bold=True)
    tip = f"{row.tensor}: {row.bytes:,} bytes at {row.offset:,}, steps {row.first} to {row.last}"
    colours = STYLES[_kind(row)[1]].colours(scene.mode)
    lines = (words(name),) if shows else ()
    alive = row.first <= peak <= row.last and box.height > 8
    scene.box(key, box, colours, lines, SMALL, classes="tensor", tooltip=tip, framed=alive)


def _draw_blocks(scene: Scene, arena: Arena, blocks: Sequence[Block], axes: _Axes) -> None:
    """The blocks under their operators; the one of the peak is framed."""
    for block in blocks:
        own = [step.step for step in arena.steps if step.block == block.index]
        if not own:
            continue
        box = axes.box(min(own), max(own), 0, 1)
        place = Box(box.x, axes.floor - STRIP / 2 - 4, box.width - 2, STRIP - 12)
        colours = KINDS[block.kind].look(block.facts.squeeze).colours(scene.mode)
        text = next(_names(block, place.width), "")
        lines = (words(text),) if text else ()
        framed = block.index == arena.peak.block
        key = f"block-{block.index}"
        scene.box(key, place, colours, lines, SMALL, tooltip=block.name, framed=framed)


def _names(block: Block, room: float) -> Iterator[str]:
    """The block's name, or its number, where they fit."""
    for text in (block.name, str(block.index)):
        if fits(text, SMALL, room - 6, bold=True):
            yield text


def _draw_peak(scene: Scene, peak: StepRow, axes: _Axes, top: int) -> None:
    """Lines beside the step, and what it is above."""
    colour = PALETTES[scene.mode].marked
    box = axes.box(peak.step, peak.step, 0, top)
    for side, x in (("left", box.left), ("right", box.right)):
        scene.shape(f"peak-{side}", Box(x, box.y, 4.0, box.height), colour, "none", "peak")
    scene.shape("peak-top", Box(box.x, box.top, box.width + 4, 4.0), colour, "none", "peak")
    what = f"peak: {peak.operator or 'input'} {peak.path}"
    room = SIZE[0] - LEFT - MARGIN
    text = shortened(f"{what}, {peak.live_bytes:,} bytes alive", TEXT, room)
    start = min(box.left, SIZE[0] - MARGIN - text_width(text, TEXT, bold=True))
    scene.text("peak", text, max(start, LEFT), box.top + 24, TEXT, bold=True)


def _draw_room(scene: Scene, room: int, axes: _Axes) -> None:
    y = axes.floor + room * axes.byte
    colour = PALETTES[scene.mode].residual
    line = Box((LEFT + SIZE[0] - MARGIN) / 2, y, SIZE[0] - LEFT - MARGIN, 5.0)
    scene.shape("room", line, colour, "none", "room")
    text = f"the board has room up to here: {room:,} bytes"
    start = SIZE[0] - MARGIN - text_width(text, TEXT, bold=True)
    scene.text("room-text", text, start, y + 20, TEXT, bold=True)
