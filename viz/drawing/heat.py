"""Heat colouring of boxes, with its legend."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from viz.drawing.look import COLOURING_LABELS, Look
from viz.hardware.roofline import memory_share
from viz.net import cost
from viz.net.fields import number_text
from viz.net.operations import Operation
from viz.text import short_count
from viz.theme import HEAT, PALETTES, heat_colour

Entry = tuple[str, str, str]
OPERATION = "operation"


class Heat(NamedTuple):
    """A share of the largest value for each box, 0 to 1, and what the legend's ends are called.

    ``between`` says that there are shares between nothing and all.
    """

    shares: tuple[float, ...]
    top: str
    bottom: str = "0"
    between: bool = True

    def colours(self, box: int, look: Look) -> tuple[str, str]:
        """Fill and border of a box."""
        return heat_colour(self.shares[box], look.mode), PALETTES[look.mode].muted

    def legend(self, look: Look) -> list[Entry]:
        """Swatches of the legend; only the lowest if all values are zero."""
        first, *middle, last = HEAT[look.mode]
        border = PALETTES[look.mode].muted
        if not any(self.shares):
            return [(self.bottom, first, border)]
        steps = [("", step, border) for step in middle if self.between]
        return [(self.bottom, first, border), *steps, (self.top, last, border)]


def heat_of(boxes: Sequence[Sequence[Operation]], look: Look, box: str) -> Heat | None:
    """Heat values of boxes of operations; None when coloured by kind.

    ``box`` is what one is called: block, unit, or ``OPERATION``.
    """
    if look.decibels:
        return _error_heat(boxes, look.decibels)
    if look.colouring == "kind":
        return None
    if look.colouring == "bound":
        return _memory_heat(boxes, look.ridge, single=box == OPERATION)
    count = {"params": cost.params, "macs": cost.macs}[look.colouring]
    values = [sum(map(count, own)) for own in boxes]
    largest = max(values) or 1
    label = f"{short_count(largest)} {COLOURING_LABELS[look.colouring]}"
    where = "" if box == OPERATION else f" in one {box}"  # in a narrow picture
    return Heat(tuple(value / largest for value in values), label + where)


def _error_heat(boxes: Sequence[Sequence[Operation]], decibels: Mapping[str, float]) -> Heat:
    """How much of the best signal to error a box has lost at its worst operation."""
    high, low = max(decibels.values()), min(decibels.values())
    worst = [
        min((decibels[op.path] for op in own if op.path in decibels), default=high) for own in boxes
    ]
    span = (high - low) or 1.0
    shares = tuple((high - each) / span for each in worst)
    return Heat(shares, f"{low:.0f} dB signal to error", f"{high:.0f} dB")


def _memory_heat(boxes: Sequence[Sequence[Operation]], ridge: float, *, single: bool) -> Heat:
    """Share of time that is memory-bound; a ``single`` operation is or is not."""
    shares = tuple(memory_share(own, ridge) for own in boxes)
    at = f"at {number_text(ridge)} MACs per byte"
    if single:
        return Heat(shares, f"memory-bound {at}", "compute-bound", between=False)
    return Heat(shares, f"100 % memory-bound, {at} in 8 bits")
