"""How many bytes are alive while a network runs, operation by operation.

The rules: an operation's inputs and its output are alive together; what is needed later (a skip,
the map that SE scales) stays; normalisation, activation, dropout and flattening work in place.
Weights are counted apart.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from viz.net.operations import JOINS, PRODUCTS, Operation

IN_PLACE = frozenset({"norm", "activation", "dropout", "flatten", "gain", "shape"})
INPUT = -1  # the number of the network's input among the outputs of operations


class _Buffer(NamedTuple):
    values: int
    born: int
    last: int  # the last operation that needs it


def live_values(
    operations: Sequence[Operation], *, depthwise_in_place: bool = False
) -> tuple[int, ...]:
    """Values alive during each operation, for one image.

    ``depthwise_in_place`` lets a depthwise convolution write over its input, channel by channel, as
    MCUNet does (arXiv:2007.10319, section 3.2); its buffer of one channel is left out.
    """
    owner, last = _ownership(operations, depthwise_in_place=depthwise_in_place)
    changes = [0] * (len(operations) + 1)
    for buffer in _buffers(operations, owner, last):
        changes[max(buffer.born, 0)] += buffer.values
        changes[buffer.last + 1] -= buffer.values
    live, found = 0, []
    for change in changes[: len(operations)]:
        live += change
        found.append(live)
    return tuple(found)


def sources_of(operations: Sequence[Operation]) -> list[tuple[int, ...]]:
    """For each operation the numbers of those whose outputs it reads; the image is ``INPUT``."""
    number = {op.path: index for index, op in enumerate(operations)} | {"": INPUT}
    found: list[tuple[int, ...]] = []
    for index, op in enumerate(operations):
        if op.own is not None:
            found.append(tuple(number[path] for path in op.own.reads))
            continue
        first = number[op.starts] if op.starts else index - 1
        second = (number[op.joins],) if op.kind in JOINS | PRODUCTS else ()
        found.append((first, *second))
    return found


def _ownership(
    operations: Sequence[Operation], *, depthwise_in_place: bool
) -> tuple[dict[int, int], dict[int, int]]:
    """(output -> the output whose buffer it lies in, buffer -> last operation that needs it)."""
    sources = sources_of(operations)
    readers: dict[int, int] = {}
    for index, read in enumerate(sources):
        readers |= dict.fromkeys(read, index)
    owner, last = {INPUT: INPUT}, {INPUT: readers[INPUT]}
    for index, op in enumerate(operations):
        before = sources[index][0]
        shares = op.kind in IN_PLACE or (depthwise_in_place and op.kind == "depthwise")
        free = readers[before] == index
        owner[index] = owner[before] if shares and free else index
        last[owner[index]] = readers.get(index, index)
    return owner, last


def _buffers(
    operations: Sequence[Operation], owner: dict[int, int], last: dict[int, int]
) -> list[_Buffer]:
    """Every buffer while it has one size: a depthwise convolution in place may shrink it."""
    shapes = {INPUT: operations[0].in_shape} | {i: op.out_shape for i, op in enumerate(operations)}
    members: dict[int, list[int]] = {}
    for output, buffer in owner.items():
        members.setdefault(buffer, []).append(output)
    found = []
    for buffer, outputs in members.items():
        ends = [*outputs[1:], last[buffer]]
        for output, end in zip(outputs, ends, strict=True):
            born = output if output == buffer else output + 1  # until then its input lies there
            found.append(_Buffer(prod(shapes[output]), born, end))
    return found
