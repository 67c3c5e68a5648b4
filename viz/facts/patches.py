"""The first blocks of a network, run on pieces of the picture one after the other.

MCUNetV2 (Lin et al., 2021, arXiv:2110.15352, section 3.1): the maps of the first blocks are the
largest, and each piece of their output needs only a piece of the picture, a little larger than its
share. What pieces share is computed again: that is the price. Only the picture's edge is padded.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from viz.facts.micro import Program
from viz.net import cost
from viz.net.fields import ConfigError
from viz.net.graph import IMAGE, sources_of
from viz.net.operations import CONVOLUTIONS, WINDOWS, Operation
from viz.net.trace import Trace

MOST_CUTS = 16
LOCAL = WINDOWS | {"norm", "activation", "dropout", "add", "concat", "split", "shuffle", "gain"}
LOCAL |= {"product", "mean"}
Span = tuple[int, int]  # the first row or column, and the one behind the last
Spans = dict[int, Span]  # by the number of the operation whose output it is; IMAGE is the picture


class Patches(NamedTuple):
    """The first ``blocks`` in ``cuts`` x ``cuts`` pieces.

    ``rows`` and ``columns`` have, for each piece along a side, which part of every output is
    computed. ``macs`` are the multiply-adds of all pieces, ``whole_macs`` those without patches,
    and ``network_macs`` those of the whole network.
    """

    blocks: int
    cuts: int
    rows: tuple[Spans, ...]
    columns: tuple[Spans, ...]
    macs: int
    whole_macs: int
    network_macs: int

    @property
    def extra_macs(self) -> int:
        """Multiply-adds that are done again."""
        return self.macs - self.whole_macs

    @property
    def extra(self) -> float:
        """The same as a share of the network's."""
        return self.extra_macs / self.network_macs

    @property
    def read_twice(self) -> int:
        """Pixels of the picture that are read more than once, each time after the first counted."""
        read = _total(self.rows, IMAGE) * _total(self.columns, IMAGE)
        seen = _union(self.rows) * _union(self.columns)
        return read - seen

    def largest(self, index: int) -> tuple[int, int]:
        """Height and width of the largest piece of an operation's output."""
        rows, columns = ([spans[index] for spans in side] for side in (self.rows, self.columns))
        return max(b - a for a, b in rows), max(b - a for a, b in columns)


def most_blocks(traced: Trace) -> int:
    """How many of the first blocks can be run in pieces: those before the first that sees all."""
    for block in traced.blocks:
        if not all(op.kind in LOCAL for op in traced.of_block(block.index)):
            return block.index
    return len(traced.blocks)


def patches_of(traced: Trace, blocks: int, cuts: int) -> Patches:
    """Where each piece lies. Raises ``ConfigError``."""
    most = most_blocks(traced)
    if not 1 <= blocks <= most:
        allowed = f"1 to {most} blocks: the next one looks at whole maps" if most else "left out"
        raise ConfigError("patches", f"{blocks},{cuts}", allowed)
    operations = traced.operations[: traced.blocks[blocks - 1].stop]
    _check_ends(traced, operations, f"{blocks},{cuts}")
    _channels, height, width = operations[-1].out_shape
    if not 1 <= cuts <= min(height, width, MOST_CUTS):
        allowed = f"{blocks},N with N from 1 to {min(height, width, MOST_CUTS)}"
        raise ConfigError("patches", f"{blocks},{cuts}", allowed)
    rows = tuple(_spans(operations, 1, piece) for piece in _pieces(height, cuts))
    columns = tuple(_spans(operations, 2, piece) for piece in _pieces(width, cuts))
    macs = sum(
        cost.weights(op) * _total(rows, index) * _total(columns, index)
        for index, op in enumerate(operations)
        if op.kind in CONVOLUTIONS
    )
    return Patches(blocks, cuts, rows, columns, macs, sum(map(cost.macs, operations)), traced.macs)


def read_patches(text: str) -> tuple[int, int]:
    """Blocks and cuts of text such as 4,3. Raises ``ConfigError``."""
    blocks, _, cuts = text.partition(",")
    if not (blocks.strip().isdecimal() and cuts.strip().isdecimal() and len(text) < 12):
        raise ConfigError("patches", text, "K,N: the first K blocks in N x N pieces, such as 4,3")
    return int(blocks), int(cuts)


def patched(program: Program, traced: Trace, patches: Patches) -> Program:
    """The program with pieces in place of the first blocks' maps.

    The picture stays until the last piece is done, and the pieces' results are written into one map
    that is there from the first piece on. Pieces between them are as large as the largest.
    """
    stop = traced.blocks[patches.blocks - 1].stop
    number = {op.path: index for index, op in enumerate(traced.operations[:stop])}
    own = [place for place, call in enumerate(program.calls) if 0 <= call.block < patches.blocks]
    values, result = list(program.values), program.calls[own[-1]].outputs[0]
    for place in own:
        call = program.calls[place]
        (value,) = call.outputs
        if value != result:
            sides = patches.largest(number[call.path])
            values[value] = values[value]._replace(shape=(1, *sides, values[value].shape[-1]))
    image = program.calls[own[0]].inputs[0]
    first, last = own[0] + 1, own[-1] + 1  # steps
    kept = ((image, 0, last), (result, first, last))
    title = f"{program.title} · patches {patches.blocks}x{patches.cuts}"
    return program._replace(title=title, values=tuple(values), kept=kept)


def _check_ends(traced: Trace, operations: Sequence[Operation], given: str) -> None:
    """Whether all that comes behind reads only the last of these operations."""
    inside = {"", *(op.path for op in operations[:-1])}
    for op in traced.operations[len(operations) :]:
        if not inside.isdisjoint(op.inputs):
            raise ConfigError("patches", given, "another K: a later block reads into these ones")


def _pieces(size: int, cuts: int) -> list[Span]:
    edges = [round(index * size / cuts) for index in range(cuts + 1)]
    return list(pairwise(edges))


def _spans(operations: Sequence[Operation], axis: int, piece: Span) -> Spans:
    """What of each output is needed along one side for a piece of the last one."""
    sources = sources_of(operations)
    found: Spans = {len(operations) - 1: piece}
    for index in reversed(range(len(operations))):
        if index not in found:
            continue
        op = operations[index]
        for source, shape in zip(sources[index], op.in_shapes, strict=True):
            needed = _before(op, axis, found[index], shape[axis])
            start, stop = found.get(source, needed)
            found[source] = (min(start, needed[0]), max(stop, needed[1]))
    return found


def _before(op: Operation, axis: int, span: Span, size: int) -> Span:
    """What of an input is needed; what would lie outside is padding."""
    if op.kind not in WINDOWS:
        return span
    padding = (op.padding if axis == 1 else op.across)[0]
    start = span[0] * op.stride - padding
    stop = (span[1] - 1) * op.stride - padding + (op.kernel - 1) * op.dilation + 1
    return max(start, 0), min(stop, size)


def _total(side: Sequence[Spans], index: int) -> int:
    """Rows or columns of all pieces together."""
    return sum(spans[index][1] - spans[index][0] for spans in side if index in spans)


def _union(side: Sequence[Spans]) -> int:
    """Rows or columns of the picture that any piece reads."""
    return len({at for spans in side for at in range(*spans[IMAGE])})
