"""Options of drawing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from viz.hardware.devices import DEVICES
from viz.theme import Mode

Colouring = Literal["kind", "params", "macs", "bound"]

COLOURINGS: tuple[str, ...] = get_args(Colouring)
COLOURING_LABELS: dict[str, str] = {
    "kind": "kind",
    "params": "parameters",
    "macs": "MACs",
    "bound": "memory-bound",
}
TAPPED = "framed: last map at each stride"  # what a picture says of its taps
PART = " · "  # between the parts of a picture's note
USUAL_RIDGE = DEVICES["pixel-6-cpu"].ridge


@dataclass(frozen=True, slots=True)
class Look:
    """Colouring, and marked differences.

    ``marks`` gives for the index of a block the names of its facts that differ; a block that
    stands alone differs in all of them. ``source`` is named in the picture: a slide stands alone.
    ``taps`` frames the feature levels. ``opened`` is a block whose equal neighbours are not folded
    into one box with it. ``ridge`` is a device's ridge point, by which blocks wait for memory.
    ``decibels`` are signal to error behind operations, by path; they colour in place of all else.
    """

    mode: Mode = "light"
    colouring: Colouring = "kind"
    background: bool = True
    marks: Mapping[int, frozenset[str]] = field(default_factory=dict)
    source: str = ""
    taps: bool = False
    opened: int | None = None
    ridge: float = USUAL_RIDGE
    decibels: Mapping[str, float] = field(default_factory=dict)

    def noted(self, note: str) -> str:
        """A picture's note with the source, where one is to be shown."""
        return PART.join(part for part in (note, self.source) if part)
