"""Two traces as rows aligned by resolution stage, with differences."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import inf
from typing import Literal, NamedTuple

from viz.facts.tables import BlockRow, block_rows
from viz.net.trace import Trace

COMPARED = (
    "kind",
    "kernels",
    "channels_in",
    "expanded",
    "channels_out",
    "squeeze",
    "activation",
    "stride",
    "dilation",
    "groups",
    "heads",
    "residual",
)
TOTALS = ("params", "macs", "activation_bytes", "depth", "receptive_field")
ALONE = "alone"
BEHIND = 1_000  # the stage, in a comparison, of the pool and what follows it


@dataclass(frozen=True, slots=True)
class Pair:
    """Two corresponding blocks; one is missing where a network is shorter."""

    stage: int
    left: BlockRow | None
    right: BlockRow | None

    @property
    def differing(self) -> frozenset[str]:
        """Names of the compared facts that differ; all of them where one side is missing."""
        if self.left is None or self.right is None:
            return frozenset(COMPARED)
        return frozenset(
            name for name in COMPARED if getattr(self.left, name) != getattr(self.right, name)
        )


class TotalRow(NamedTuple):
    """A total of both networks, with difference (right - left) and ratio (right / left).

    Of nothing on the left the ratio is infinite: a network that was read may have no weights.
    """

    name: str
    left: int
    right: int
    difference: int
    ratio: float


class RunningRow(NamedTuple):
    """Totals up to and with one block; ``share`` is its place, as a share of all blocks."""

    block: int
    name: str
    share: float
    params: int
    macs: int
    activation_bytes: int


def align(left: Trace, right: Trace) -> list[Pair]:
    """Blocks in pairs: by stage, within it in order, like with like."""
    sides = [_by_stage(traced) for traced in (left, right)]
    return [
        pair
        for stage in sorted({*sides[0], *sides[1]})
        for pair in _pairs(stage, sides[0].get(stage, []), sides[1].get(stage, []))
    ]


def _by_stage(traced: Trace) -> dict[int, list[BlockRow]]:
    """Blocks by stage; what comes behind the last map is one, however many stages lead there."""
    found: dict[int, list[BlockRow]] = {}
    is_behind = False
    for row in block_rows(traced):
        is_behind |= row.kind == "pool"
        found.setdefault(BEHIND if is_behind else row.stage, []).append(row)
    return found


def _pairs(stage: int, left: list[BlockRow], right: list[BlockRow]) -> Iterator[Pair]:
    """Pair the longest common subsequence of places; the others have no counterpart."""
    places = [[row.table_entry.place for row in side] for side in (left, right)]
    matcher = SequenceMatcher(None, places[0], places[1], autojunk=False)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            yield from (
                Pair(stage, *rows) for rows in zip(left[a:a_end], right[b:b_end], strict=True)
            )
        else:
            yield from (Pair(stage, row, None) for row in left[a:a_end])
            yield from (Pair(stage, None, row) for row in right[b:b_end])


def marks(pairs: list[Pair], side: Literal["left", "right"]) -> dict[int, frozenset[str]]:
    """Differing facts by block number of one side, or ALONE without counterpart."""
    found: dict[int, frozenset[str]] = {}
    for pair in pairs:
        row = pair.left if side == "left" else pair.right
        if row is not None:
            alone = pair.left is None or pair.right is None
            found[row.block] = frozenset({ALONE}) if alone else pair.differing
    return found


def total_rows(left: Trace, right: Trace) -> list[TotalRow]:
    """Totals of both."""
    values = [(name, int(getattr(left, name)), int(getattr(right, name))) for name in TOTALS]
    return [TotalRow(name, a, b, b - a, b / a if a else inf) for name, a, b in values]


def running_rows(traced: Trace) -> list[RunningRow]:
    """Running totals after every block, from the image to the logits."""
    rows: list[RunningRow] = []
    params = macs = memory = 0
    for row in block_rows(traced):
        params, macs = params + row.params, macs + row.macs
        memory += row.activation_bytes
        share = (row.block + 1) / len(traced.blocks)
        rows.append(RunningRow(row.block, row.name, share, params, macs, memory))
    return rows
