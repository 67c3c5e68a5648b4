"""The picture cut into pieces, with what is read twice, and what each block computes again."""

from itertools import pairwise
from math import prod

from viz.drawing.board import LEGEND_HEIGHT, MARGIN, TITLE_HEIGHT
from viz.drawing.look import Look
from viz.drawing.painter import draw_legend, draw_title
from viz.drawing.scene import Box, Scene
from viz.facts.patches import Patches, Span, Spans
from viz.net.graph import IMAGE
from viz.net.trace import Trace
from viz.text import fits
from viz.theme import PALETTES, STYLES

SIZE = (1920, 980)
FLOOR = MARGIN + LEGEND_HEIGHT + 24
SIDE = SIZE[1] - TITLE_HEIGHT - 40 - FLOOR
LEFT, TABLE = 60.0, 1000.0
TEXT, MOST_LINES = 24.0, 14
ONCE, TWICE = "pointwise", "activation"


def patches_scene(patches: Patches, traced: Trace, look: Look) -> Scene:
    """Left the picture with its pieces, right the blocks with the size of a piece."""
    scene = Scene(SIZE, look.mode)
    scene.ground(filled=look.background)
    size = f"{patches.blocks} blocks in {patches.cuts} × {patches.cuts} pieces"
    title = f"{traced.config.title}: {size}"
    draw_title(scene, title, f"{patches.extra:.1%} more MACs")
    _draw_picture(scene, patches, traced.config.image)
    _draw_blocks(scene, patches, traced)
    legend = [
        ("read once", *STYLES[ONCE].colours(look.mode)),
        ("read more than once", *STYLES[TWICE].colours(look.mode)),
    ]
    draw_legend(scene, legend, look.noted("framed: what one piece reads"))
    return scene


def _draw_picture(scene: Scene, patches: Patches, image: tuple[int, int]) -> None:
    height, width = image
    pixel = SIDE / max(image)
    top = FLOOR + height * pixel

    def place(rows: Span, columns: Span) -> Box:
        high, wide = (rows[1] - rows[0]) * pixel, (columns[1] - columns[0]) * pixel
        return Box(
            LEFT + columns[0] * pixel + wide / 2, top - rows[0] * pixel - high / 2, wide, high
        )

    whole = ((0, height), (0, width))
    scene.shape("picture", place(*whole), *STYLES[ONCE].colours(scene.mode), "piece")
    fill = STYLES[TWICE].colours(scene.mode)[0]
    for index, band in enumerate(_shared(patches.rows)):
        scene.shape(f"row-{index}", place(band, whole[1]), fill, "none", "halo")
    for index, band in enumerate(_shared(patches.columns)):
        scene.shape(f"column-{index}", place(whole[0], band), fill, "none", "halo")
    _draw_cuts(scene, patches.cuts, place(*whole))
    middle = patches.cuts // 2
    rows, columns = patches.rows[middle][IMAGE], patches.columns[middle][IMAGE]
    size = f"{rows[1] - rows[0]} × {columns[1] - columns[0]} pixels"
    _frame(scene, place(rows, columns), size)


def _draw_cuts(scene: Scene, cuts: int, box: Box) -> None:
    """Where the picture would be cut if no piece read more than its share."""
    colour = PALETTES[scene.mode].muted
    for index in range(1, cuts):
        x, y = box.left + box.width * index / cuts, box.bottom + box.height * index / cuts
        scene.shape(f"cut-x-{index}", Box(x, box.y, 2.0, box.height), colour, "none", "cut")
        scene.shape(f"cut-y-{index}", Box(box.x, y, box.width, 2.0), colour, "none", "cut")


def _frame(scene: Scene, box: Box, size: str) -> None:
    colour = PALETTES[scene.mode].marked
    for side, x in (("left", box.left), ("right", box.right)):
        scene.shape(f"one-{side}", Box(x, box.y, 6.0, box.height + 6), colour, "none", "one")
    for side, y in (("top", box.top), ("bottom", box.bottom)):
        scene.shape(f"one-{side}", Box(box.x, y, box.width + 6, 6.0), colour, "none", "one")
    if fits(size, TEXT, box.width - 16):
        scene.centred("one-size", size, box.x, box.y, TEXT)


def _shared(side: tuple[Spans, ...]) -> list[Span]:
    """What a piece and the next one both read."""
    spans = [spans[IMAGE] for spans in side]
    return [(after[0], before[1]) for before, after in pairwise(spans) if after[0] < before[1]]


def _draw_blocks(scene: Scene, patches: Patches, traced: Trace) -> None:
    """A line for each block: its map, the largest piece of it, and how often it is computed."""
    top = FLOOR + SIDE - 12
    heads = (("block", 0.0), ("whole map", 210.0), ("largest piece", 430.0), ("computed", 690.0))
    for name, offset in heads:
        scene.text(f"head-{name}", name, TABLE + offset, top, TEXT, muted=True)
    step = min(56.0, (SIDE - 70) / min(patches.blocks, MOST_LINES))
    for line, block in enumerate(traced.blocks[: min(patches.blocks, MOST_LINES)]):
        last = block.stop - 1
        whole, (rows, columns) = traced.operations[last].out_shape[1:], patches.largest(last)
        again = _computed(patches, last) / prod(whole)
        texts = (
            block.name,
            f"{whole[0]} × {whole[1]}",
            f"{rows} × {columns}",
            f"{again:.2f} times",
        )
        y = top - 48 - line * step
        for index, (text, (_name, offset)) in enumerate(zip(texts, heads, strict=True)):
            scene.text(f"block-{line}-{index}", text, TABLE + offset, y, TEXT)


def _computed(patches: Patches, index: int) -> int:
    """Positions of an output that all pieces together compute."""
    rows, columns = (
        sum(spans[index][1] - spans[index][0] for spans in side)
        for side in (patches.rows, patches.columns)
    )
    return rows * columns
