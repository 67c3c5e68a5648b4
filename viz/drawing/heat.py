"""Blocks coloured by a number: from little to much, and what the legend says of it."""

from collections.abc import Sequence
from typing import NamedTuple

from viz.drawing.look import COLOURING_LABELS, Look
from viz.facts.tables import BlockRow
from viz.hardware.roofline import memory_shares
from viz.net.fields import number_text
from viz.net.trace import Trace
from viz.text import short_count
from viz.theme import HEAT, PALETTES, heat_colour

Entry = tuple[str, str, str]


class Heat(NamedTuple):
    """A share of the largest value for each block, 0 to 1, and the text at the legend's end."""

    shares: tuple[float, ...]
    top: str

    def colours(self, block: int, look: Look) -> tuple[str, str]:
        """Fill and border of a block's box."""
        return heat_colour(self.shares[block], look.mode), PALETTES[look.mode].muted

    def legend(self, look: Look) -> list[Entry]:
        """A swatch for each step."""
        steps, border = HEAT[look.mode], PALETTES[look.mode].muted
        labels = ["0", *[""] * (len(steps) - 2), self.top]
        return [(label, step, border) for label, step in zip(labels, steps, strict=True)]


def heat_of(traced: Trace, facts: Sequence[BlockRow], look: Look) -> Heat | None:
    """What the blocks are coloured by; None where it is their kind."""
    if look.colouring == "kind":
        return None
    if look.colouring == "bound":
        top = f"all its time waits for memory, at {number_text(look.ridge)} MACs a byte in 8 bits"
        return Heat(tuple(memory_shares(traced, look.ridge)), top)
    values = [getattr(block, look.colouring) for block in facts]
    largest = max(values) or 1
    label = f"{short_count(largest)} {COLOURING_LABELS[look.colouring]} in one block"
    return Heat(tuple(value / largest for value in values), label)
