"""Levels of detail of a network's picture: folding, line breaks, wording.

Every network has to be read on one slide. One with few blocks has a box for each; one with more
folds equal neighbours into one box, then breaks its lines, then says less in each box.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from viz.facts.compare import ALONE, COMPARED
from viz.facts.tables import BlockRow

Wording = Literal["full", "compact", "short"]


class Plan(NamedTuple):
    """One way to draw a network: whether blocks fold, and how its boxes are worded.

    ``breaks`` lets a stage have several lines. ``names`` says the kind of a box that says little
    else; ``merges`` puts neighbours without counterpart into one box.
    """

    folds: bool = False
    breaks: bool = False
    wording: Wording = "full"
    names: bool = False
    merges: bool = False


SINGLE = (
    Plan(),
    Plan(folds=True),
    Plan(folds=True, breaks=True),
    Plan(folds=True, breaks=True, wording="compact", names=True),
    Plan(folds=True, breaks=True, wording="short", names=True),
    Plan(folds=True, breaks=True, wording="compact"),
    Plan(folds=True, breaks=True, wording="short"),
)
PAIR = (
    Plan(breaks=True, wording="compact"),
    Plan(folds=True, breaks=True, wording="compact"),
    Plan(folds=True, breaks=True, wording="short"),
    Plan(folds=True, breaks=True, wording="short", merges=True),
)


class Run(NamedTuple):
    """Equal blocks in a line that are drawn as one box; mostly just one."""

    blocks: tuple[BlockRow, ...]

    @property
    def first(self) -> BlockRow:
        """The block that stands for all."""
        return self.blocks[0]

    @property
    def is_mixed(self) -> bool:
        """Whether its blocks differ: they have only in common that nothing corresponds to them."""
        return len({(b.kind, b.kernels, b.channels_in, b.expanded) for b in self.blocks}) > 1

    @property
    def numbers(self) -> str:
        """Its number, or those of the first and the last."""
        last = self.blocks[-1].block
        return f"{self.first.block}" if len(self.blocks) == 1 else f"{self.first.block}–{last}"

    @property
    def name(self) -> str:
        """Label of the box, with the number of its blocks."""
        kind = self.first.table_entry
        if len(self.blocks) == 1:
            return self.first.name
        return f"{len(self.blocks)} × {kind.name} {self.numbers if kind.numbered else ''}".strip()


def runs_of(
    blocks: Sequence[BlockRow],
    plan: Plan,
    marks: Mapping[int, frozenset[str]],
    alone: Collection[int],
) -> list[Run]:
    """The blocks in runs; those in ``alone`` and those marked otherwise stay apart."""
    if not plan.folds:
        return [Run((block,)) for block in blocks]

    def look(block: BlockRow) -> tuple[object, ...]:
        if plan.merges and block.table_entry.numbered and ALONE in marks.get(block.block, ()):
            return (ALONE,)
        facts = [getattr(block, name) for name in (*COMPARED, "in_shape", "normed")]
        own = block.block if block.block in alone else -1
        return (*facts, own, marks.get(block.block, frozenset()))

    return [Run(tuple(group)) for _key, group in groupby(blocks, look)]


def run_with(runs: Sequence[Run], block: int) -> Run | None:
    """The run that a block is drawn in."""
    return next((run for run in runs if any(row.block == block for row in run.blocks)), None)
