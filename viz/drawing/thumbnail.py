"""A network as a skyline: a bar for each block, as tall as its map and as wide as its channels."""

from math import log2, sqrt

from viz.drawing.engine import Diagram
from viz.drawing.scene import Box, Scene, Shape
from viz.facts.tables import BlockRow, block_rows, shape_text
from viz.net.trace import Trace
from viz.theme import Mode

SIZE = (720, 240)
GAP = 5.0


def thumbnail(traced: Trace, mode: Mode) -> Diagram:
    """Bars from the image (left) to the logits (right); no text."""
    facts = block_rows(traced)
    scene = Scene(SIZE, mode)
    widths = [_width(block) for block in facts]
    scale = (SIZE[0] - GAP * (len(facts) - 1)) / sum(widths)
    largest = max(_side(block) for block in facts)
    x = 0.0
    for block, width in zip(facts, widths, strict=True):
        height = max(SIZE[1] * _side(block) / largest, 10.0)
        fill, border = block.style.colours(mode)
        scene.items.append(
            Shape(
                f"bar-{block.block}",
                Box(x + width * scale / 2, height / 2, width * scale, height),
                fill,
                border,
                "bar",
                tooltip=f"{block.name}: {shape_text(block.out_shape)}",
            )
        )
        x += width * scale + GAP
    return Diagram(scene)


def _side(block: BlockRow) -> float:
    return sqrt(block.out_shape[1]) if len(block.out_shape) > 1 else 1.0


def _width(block: BlockRow) -> float:
    return max(log2(block.channels_out), 1.0)
