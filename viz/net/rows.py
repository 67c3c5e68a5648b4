"""What every row of a paper's table has in common, and how a row is written in a design.

A row is a frozen dataclass of the paper's own numbers. It says which operations it stands for
(``record``), what it is in the table of kinds (``kind``), and its ``columns`` where a design may
have it. One that can dilate has a field ``dilation``.
"""

from collections.abc import Mapping
from dataclasses import Field as DataclassField
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol

from viz.net.fields import Field, Number, Word
from viz.net.kinds import Kind

if TYPE_CHECKING:
    from viz.net.units import Player

CHANNELS = Number(1, 4_096, 16)
KERNEL = Number(1, 11, 3, only=(1, 3, 5, 7, 9, 11))
OPTIONAL_KERNEL = Number(0, 11, 3, only=(0, 1, 3, 5, 7, 9, 11))  # 0: left out
GROUP_SIZE = Number(0, 4_096, 0)  # 0: one group
STRIDE = Number(1, 2, 1)
TIMES, REPEATS = Number(1, 16, 6), Number(1, 20, 1)
NL = Word(("relu", "relu6", "hardswish", "silu", "gelu"), "relu")


def flag(name: str) -> Word:
    """A value that is written by its name, or as "no"."""
    return Word((name, "no"))


class Columns(NamedTuple):
    """How a row is written: its word, and a field for each of its values in order.

    The values from ``required`` on may be left out at the end; the row's own defaults are meant.
    ``needs`` is what has to come before it: a map, a pooled map of 1 x 1, or a vector.
    """

    word: str
    values: Mapping[str, Field]
    required: int = 100
    needs: Literal["map", "pooled map", "vector"] = "map"


class Row(Protocol):
    """A row of a paper's table."""

    __dataclass_fields__: ClassVar[dict[str, DataclassField[Any]]]

    @property
    def kind(self) -> Kind:
        """Its entry in the table of kinds."""
        ...

    def record(self, player: "Player") -> None:
        """Record the operations that it stands for."""
        ...


def paper_channels(row: Row, before: int) -> int:
    """The paper's number of channels behind a row that ``before`` channels enter."""
    return int(getattr(row, "out", before))
