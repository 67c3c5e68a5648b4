"""Feature levels: what a detector or a segmenter takes from a network, at each stride."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from math import log2
from typing import NamedTuple

from viz.net import graph
from viz.net.operations import WINDOWS, Block, Operation, Role


class Tap(NamedTuple):
    """The last map at one stride, as timm's ``features_only`` gives it.

    ``path`` is the torch module whose output it is. ``inner_path`` and ``inner_channels`` are what
    SSDLite and DeepLab take instead: the expansion inside the next block of stride 2, or the last
    1x1 convolution; empty and 0 where there is none.
    """

    stride: int
    block: int
    name: str
    path: str
    channels: int
    height: int
    width: int
    inner_path: str
    inner_channels: int


def taps_of(
    operations: Sequence[Operation], blocks: Sequence[Block], *, last_is_head: bool
) -> tuple[Tap, ...]:
    """One tap a stride from 2 on. ``last_is_head`` leaves the last 1x1 convolution to the head."""
    maps = [block for block in blocks if _is_map(operations, block)]
    body = [b for b in maps if not (last_is_head and b.kind == "last conv")]
    strides = _strides(operations, maps)
    found = {strides[block.index]: block for block in body if strides[block.index] > 1}
    return tuple(_tap(operations, blocks, stride, block) for stride, block in found.items())


def _is_map(operations: Sequence[Operation], block: Block) -> bool:
    """Whether a block gives a map: convolutions, before pooling."""
    return len(block.out_shape) == 3 and any(
        op.kind in WINDOWS for op in operations[block.start : block.stop]
    )


def _strides(operations: Sequence[Operation], blocks: Sequence[Block]) -> dict[int, int]:
    """Input pixels between neighbours of the map behind each block.

    A network that was read may have strides that no operation states, as where it upsamples: there
    it is the power of two by which the map is smaller than the input.
    """
    if any(op.read for op in operations):
        side = operations[0].in_shape[1]
        return {b.index: 2 ** max(round(log2(side / b.out_shape[1])), 0) for b in blocks}
    found = graph.strides(operations)
    return {block.index: found[block.stop - 1] for block in blocks}


def _tap(
    operations: Sequence[Operation], blocks: Sequence[Block], stride: int, block: Block
) -> Tap:
    channels, height, width = block.out_shape
    inner = _inner(operations, blocks[block.index + 1 : block.index + 2], (height, width))
    return Tap(
        stride,
        block.index,
        block.name,
        module_of(op.path for op in operations[block.start : block.stop])
        or operations[block.stop - 1].path,
        channels,
        height,
        width,
        inner.path if inner else "",
        inner.out_shape[0] if inner else 0,
    )


def _inner(
    operations: Sequence[Operation], following: Sequence[Block], size: tuple[int, ...]
) -> Operation | None:
    """The last operation of the next block's expansion of this size, or of the last 1x1's."""
    inside = [op for block in following for op in operations[block.start : block.stop]]
    found = [op for op in inside if op.role in (Role.EXPAND, Role.LAST_CONV)]
    found = [op for op in found if op.out_shape[1:] == size]
    return found[-1] if found else None


def module_of(paths: Iterable[str]) -> str:
    """The torch module of the block that holds all of these: two levels down at most."""
    parts = list(zip(*(path.split(".") for path in paths), strict=False))[:2]
    return ".".join(same[0] for same in takewhile(lambda each: len({*each}) == 1, parts))
