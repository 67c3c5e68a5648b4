"""Where TFLite Micro's greedy planner puts each tensor of the arena.

``GreedyMemoryPlanner`` (tensorflow/lite/micro/memory_planner/greedy_memory_planner.cc): the largest
tensor first, each in the lowest gap between those placed before that are alive at the same time.
"""

from bisect import bisect
from collections.abc import Sequence
from typing import NamedTuple

ALIGNMENT = 16  # bytes; MicroArenaBufferAlignment()


class Buffer(NamedTuple):
    """So many bytes, needed from the ``first`` to the ``last`` step, both included."""

    size: int
    first: int
    last: int


def aligned(size: int, alignment: int = ALIGNMENT) -> int:
    """The size rounded up to the alignment."""
    return -(-size // alignment) * alignment


def offsets(buffers: Sequence[Buffer]) -> list[int]:
    """The place of each buffer, in bytes from the start; of equal sizes the last goes first."""
    order = sorted(range(len(buffers)), key=lambda index: (-buffers[index].size, -index))
    found = [0] * len(buffers)
    starts: list[int] = []  # of what is placed, ascending
    placed: list[int] = []
    for index in order:
        found[index] = _lowest(buffers, found, placed, index)
        at = bisect(starts, found[index])
        starts.insert(at, found[index])
        placed.insert(at, index)
    return found


def _lowest(
    buffers: Sequence[Buffer], found: Sequence[int], placed: Sequence[int], index: int
) -> int:
    """Where the first gap is that a buffer fits into."""
    size, first, last = buffers[index]
    free = 0
    for other in placed:
        beside = buffers[other]
        if beside.first > last or first > beside.last:
            continue
        if found[other] - free >= size:
            break
        free = max(free, found[other] + beside.size)
    return free


def height(buffers: Sequence[Buffer], found: Sequence[int]) -> int:
    """Bytes that a plan needs."""
    return max((at + buffer.size for at, buffer in zip(found, buffers, strict=True)), default=0)
