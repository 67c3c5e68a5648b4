"""Memory of a network: weights and live activations."""

from typing import NamedTuple

from viz.net.trace import Trace

DTYPES = {"float32": 4, "float16": 2, "int8": 1}  # bytes a value


class LiveRow(NamedTuple):
    """Live bytes during one operation; ``place`` counts operations from 0."""

    place: int
    path: str
    block: str
    role: str
    live_bytes: int


class MemoryRow(NamedTuple):
    """Bytes of weights, and the peak of activations with the operation where it occurs."""

    dtype: str
    weight_bytes: int
    peak_bytes: int
    peak_in_place: int
    where: str


def live_rows(
    traced: Trace, dtype: str, *, batch: int = 1, depthwise_in_place: bool = False
) -> list[LiveRow]:
    """One row per operation."""
    live = traced.live_bytes(DTYPES[dtype], batch=batch, depthwise_in_place=depthwise_in_place)
    names = [block.name for block in traced.blocks]
    return [
        LiveRow(place, op.path, names[op.block], op.role.value, values)
        for place, (op, values) in enumerate(zip(traced.operations, live, strict=True))
    ]


def peak(rows: list[LiveRow]) -> LiveRow:
    """The first row with the most bytes."""
    return max(rows, key=lambda row: row.live_bytes)


def memory_rows(traced: Trace, batch: int = 1) -> list[MemoryRow]:
    """One row per type of value."""
    return [_memory_row(traced, dtype, batch) for dtype in DTYPES]


def _memory_row(traced: Trace, dtype: str, batch: int) -> MemoryRow:
    size = DTYPES[dtype]
    top = peak(live_rows(traced, dtype, batch=batch))
    return MemoryRow(
        dtype,
        traced.weight_bytes(size),
        top.live_bytes,
        traced.peak_bytes(size, batch=batch, depthwise_in_place=True),
        f"{top.block}, {top.role}",
    )
