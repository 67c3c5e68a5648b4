"""Connections between blocks that are not consecutive: taps, decoders, several outputs.

Only networks that were read have such ways.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from viz.drawing.board import Join
from viz.drawing.painter import WAY
from viz.net.graph import block_reads
from viz.net.trace import Trace

MOST = 6  # ways with a lane each; more of them leave no room for the boxes


class Ways(NamedTuple):
    """``far`` are (block, block that reads it); ``detached`` do not read the block before them."""

    far: tuple[tuple[int, int], ...] = ()
    detached: frozenset[int] = frozenset()


def ways_of(traced: Trace) -> Ways:
    """Connections between non-consecutive blocks."""
    if not traced.config.is_read:
        return Ways()
    reads = block_reads(traced.operations)
    far = sorted((source, target) for source, target in reads if source != target - 1)
    later = range(1, len(traced.blocks))
    return Ways(tuple(far), frozenset(b for b in later if (b - 1, b) not in reads))


def way_joins(far: Iterable[tuple[int, int]], box_of: Mapping[int, str]) -> list[Join]:
    """A skip with a lane of its own for each way, between the boxes that its blocks stand in.

    All of them: a picture has room for the first ``MOST``, and says how many it leaves out.
    """
    pairs = dict.fromkeys((box_of[source], box_of[target]) for source, target in far)
    return [Join(a, b, f"{WAY}-{i}") for i, (a, b) in enumerate(pairs) if a != b]
