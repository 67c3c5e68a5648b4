"""Changes in frozen features during training, through batch norm's statistics.

torch's answer (``viz.lab.pytorch.frozen_page``) becomes rows here: how far the running means of
each block's batch norms are from where they were, in the post's way and in the right way.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from viz.facts.tables import block_at
from viz.net.fields import Number
from viz.net.trace import Trace

WAYS = ("post", "right")
STEPS = Number(1, 12, 4)
COUNTER = ".num_batches_tracked"
FLOWERS = 5  # classes of the post's data set

Answer = Mapping[str, Any]


class Count(NamedTuple):
    """Tensors of the features, those that changed, and the means and variances that are in these.

    ``numbers`` are single values, counters of batches left out.
    """

    all: int
    changed: int
    numbers: int


class BlockShift(NamedTuple):
    """Largest change of a block's running means for each code."""

    name: str
    post: float
    right: float


def count(answer: Answer, way: str) -> Count:
    """The tensors of the features in one way."""
    rows: Sequence[Any] = answer[way]["features"]
    changed = [row for row in rows if row["furthest"] > 0]
    numbers = sum(row["numbers"] for row in changed if not row["name"].endswith(COUNTER))
    return Count(len(rows), len(changed), numbers)


def shifts(traced: Trace, answer: Answer) -> list[BlockShift]:
    """One row per block that has batch norms among the features."""
    found: dict[int, dict[str, float]] = {}
    for way in WAYS:
        for row in answer[way]["features"]:
            path, _, part = row["name"].rpartition(".")
            block = block_at(traced, path)
            if part == "running_mean" and block is not None:
                values = found.setdefault(block, dict.fromkeys(WAYS, 0.0))
                values[way] = max(values[way], row["furthest"])
    return [BlockShift(traced.blocks[block].name, **found[block]) for block in sorted(found)]
