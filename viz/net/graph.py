"""Questions about a network as a graph: who reads what, the path, depth, fields, what is alive.

Every operation names those that feed it (``Operation.inputs``); all that follows from that is
answered here, and nobody else asks kinds or roles for it.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import NamedTuple

from viz.net.operations import CONVOLUTIONS, WINDOWS, Operation, Shape

IMAGE = -1  # the number of the network's input among the outputs of operations
# Inputs that steer and are not on the path from image to logits, by their place among the inputs:
# SE's gate, attention's keys and values.
STEERING = {"scale": 0, "scores": 1, "mix": 1}
EVERYWHERE = frozenset({"mix", "matmul"})  # each output depends on the whole map
POOLED = EVERYWHERE | {"pool"}
IN_PLACE = frozenset({"norm", "activation", "dropout", "flatten", "gain", "shape"})


def sources_of(operations: Sequence[Operation]) -> list[tuple[int, ...]]:
    """For each operation the numbers of those that feed it; the image is ``IMAGE``."""
    number = {op.path: index for index, op in enumerate(operations)} | {"": IMAGE}
    return [tuple([number[path] for path in op.inputs]) for op in operations]


def path_sources(operations: Sequence[Operation]) -> list[tuple[int, ...]]:
    """The same without what steers: SE's gates, keys and values."""
    return [
        tuple([source for place, source in enumerate(read) if place != STEERING.get(op.kind)])
        for op, read in zip(operations, sources_of(operations), strict=True)
    ]


def last_readers(operations: Sequence[Operation]) -> dict[int, int]:
    """The last operation that reads each output; outputs that nobody reads are left out."""
    found: dict[int, int] = {}
    for index, read in enumerate(sources_of(operations)):
        found |= dict.fromkeys(read, index)
    return found


def read_once(operations: Sequence[Operation]) -> frozenset[str]:
    """Paths of the operations whose output exactly one operation reads."""
    read = [path for op in operations for path in op.inputs]
    return frozenset(path for path in {*read} if read.count(path) == 1)


def on_path(operations: Sequence[Operation]) -> list[bool]:
    """Whether each operation is on a path from the image to the last operation."""
    sources = path_sources(operations)
    found = [False] * len(operations)
    found[-1] = True
    for index in reversed(range(len(operations))):
        for source in sources[index] if found[index] else ():
            if source != IMAGE:
                found[source] = True
    return found


def depth(operations: Sequence[Operation]) -> int:
    """Layers with weights on the longest path from image to logits; SE is not on it."""
    layers = {IMAGE: 0}
    for index, (op, read) in enumerate(zip(operations, path_sources(operations), strict=True)):
        own = op.kind in CONVOLUTIONS or op.kind == "linear"
        layers[index] = own + max(layers[source] for source in read)
    return layers[len(operations) - 1]


def strides(operations: Sequence[Operation]) -> list[int]:
    """For each output the input pixels between neighbours."""
    found = {IMAGE: 1}
    for index, (op, read) in enumerate(zip(operations, path_sources(operations), strict=True)):
        found[index] = op.stride * max(found[source] for source in read)
    return [found[index] for index in range(len(operations))]


# Receptive fields


class Part(NamedTuple):
    """Pixels of the input: the first row and column, and those behind the last.

    They may lie outside the image, where only padding is seen.
    """

    top: int
    left: int
    bottom: int
    right: int


def receptive_fields(
    operations: Sequence[Operation], image: tuple[int, int]
) -> tuple[int | None, ...]:
    """For each operation the side, in input pixels, of what one position of its output depends on.

    None off the path: inside SE, which depends on the whole map, and for keys and values, behind
    which every position depends on the whole image.
    """
    sides = {IMAGE: 1}
    jumps = [1, *strides(operations)]  # of the image, then of each output
    sources = path_sources(operations)
    for index, (op, read) in enumerate(zip(operations, sources, strict=True)):
        side = max(sides[source] for source in read)
        if op.kind in EVERYWHERE:
            side = max(side, *image)
        if op.kind in WINDOWS and op.in_shape[1:] != (1, 1):
            side += (op.kernel - 1) * op.dilation * max(jumps[source + 1] for source in read)
        sides[index] = side
    return tuple(sides[index] if is_on else None for index, is_on in enumerate(on_path(operations)))


Span = tuple[int, int]


def part_seen(operations: Sequence[Operation], row: int, column: int) -> Part:
    """What a position of the last operation's output is made from.

    Windows are followed back along every path: out of rows a to b of a map come rows a * stride -
    padding to b * stride - padding + (kernel - 1) * dilation of its input. Pools and attention look
    at all rows.
    """
    sources = path_sources(operations)
    found: dict[int, tuple[Span, Span]] = {len(operations) - 1: ((row, row), (column, column))}
    for index in reversed(range(len(operations))):
        if index in found:
            before = _spans_before(operations[index], *found[index])
            for source in sources[index]:
                found[source] = _union(found.get(source, before), before)
    rows, columns = found[IMAGE]
    return Part(rows[0], columns[0], rows[1] + 1, columns[1] + 1)


def _spans_before(op: Operation, rows: Span, columns: Span) -> tuple[Span, Span]:
    """Rows and columns of the input that these of the output are made from."""
    if op.kind in POOLED:
        height, width = (op.in_shape if op.kind == "pool" else op.out_shape)[1:]
        return (0, height - 1), (0, width - 1)
    if op.kind not in WINDOWS:
        return rows, columns
    reach = (op.kernel - 1) * op.dilation
    return (
        _span_before(rows, op.stride, op.padding[0], reach),
        _span_before(columns, op.stride, op.across[0], reach),
    )


def _span_before(span: Span, stride: int, padding: int, reach: int) -> Span:
    return span[0] * stride - padding, span[1] * stride - padding + reach


def _union(one: tuple[Span, Span], other: tuple[Span, Span]) -> tuple[Span, Span]:
    rows, columns = zip(one, other, strict=True)
    return _hull(*rows), _hull(*columns)


def _hull(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), max(one[1], other[1])


# What is alive
#
# The rules: an operation's inputs and its output are alive together; what is needed later (a skip,
# the map that SE scales) stays; normalisation, activation, dropout and flattening work in place.
# Weights are counted apart.


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
    changes: dict[int, int] = {}
    for buffer in _buffers(operations, owner, last):
        born, gone = max(buffer.born, 0), buffer.last + 1
        changes[born] = changes.get(born, 0) + buffer.values
        changes[gone] = changes.get(gone, 0) - buffer.values
    live, found = 0, []
    for index in range(len(operations)):
        if index in changes:
            live = live + changes[index]
        found.append(live)
    return tuple(found)


def _ownership(
    operations: Sequence[Operation], *, depthwise_in_place: bool
) -> tuple[dict[int, int], dict[int, int]]:
    """(output -> the output whose buffer it lies in, buffer -> last operation that needs it)."""
    readers = last_readers(operations)
    owner, last = {IMAGE: IMAGE}, {IMAGE: readers[IMAGE]}
    for index, (op, read) in enumerate(zip(operations, sources_of(operations), strict=True)):
        before = read[0]
        shares = op.kind in IN_PLACE or (depthwise_in_place and op.kind == "depthwise")
        free = readers[before] == index
        owner[index] = owner[before] if shares and free else index
        last[owner[index]] = readers.get(index, index)
    return owner, last


def _buffers(
    operations: Sequence[Operation], owner: dict[int, int], last: dict[int, int]
) -> list[_Buffer]:
    """Every buffer while it has one size: a depthwise convolution in place may shrink it."""
    shapes = {IMAGE: operations[0].in_shape} | {i: op.out_shape for i, op in enumerate(operations)}
    members: dict[int, list[int]] = {}
    for output, buffer in owner.items():
        members.setdefault(buffer, []).append(output)
    return [found for outputs in members.items() for found in _spells(*outputs, shapes, last)]


def _spells(
    buffer: int, outputs: list[int], shapes: dict[int, Shape], last: dict[int, int]
) -> list[_Buffer]:
    """One buffer, once for each shape of the outputs that lie in it."""
    changed = [after for before, after in pairwise(outputs) if shapes[after] is not shapes[before]]
    sized = [outputs[0], *changed]
    found = []
    for output, end in zip(sized, [*sized[1:], last[buffer]], strict=True):
        born = output if output == buffer else output + 1  # until then its input lies there
        found.append(_Buffer(prod(shapes[output]), born, end))
    return found


# Blocks as nodes of a graph


def block_reads(operations: Sequence[Operation]) -> frozenset[tuple[int, int]]:
    """Pairs of different blocks, the first of which feeds the second."""
    return frozenset(
        (operations[source].block, op.block)
        for op, read in zip(operations, sources_of(operations), strict=True)
        for source in read
        if source != IMAGE and operations[source].block != op.block
    )
