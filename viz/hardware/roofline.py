"""Roofline model: time of each operation on a device given by its ridge point.

The model of MobileNetV4's paper (arXiv:2404.10518, section 3 and appendix): an operation takes as
long as its multiply-adds or as moving its bytes, whichever is longer; the device's *ridge point*
says how many multiply-adds it does in the time in which it moves one byte. Bytes are weights,
inputs and outputs. Normalisation and activation are taken to be fused into the convolution before
them; additions, SE's products and pooling move bytes and multiply nothing.

The model leaves out caches (every operation reads and writes main memory), the start of a kernel,
and how well a device uses its units for one kind of operation or another.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

from viz.net import cost
from viz.net.numbers import larger
from viz.net.operations import Operation
from viz.net.trace import Trace

FUSED = frozenset({"norm", "activation", "flatten", "dropout", "gain", "shape"})
KINDS: dict[str, str] = {  # what operations are called here
    "conv": "full convolution",
    "depthwise": "depthwise",
    "pointwise": "1×1 convolution",
    "linear": "fully connected",
    "pool": "pooling",
    "scale": "SE product",
    "add": "addition",
    "scores": "attention",
    "mix": "attention",
    "matmul": "attention",
    "window": "pooling",
}
ELSE = "other"  # what a network that was read does besides: it moves bytes


class Work(NamedTuple):
    """MACs of one operation, and the values it moves."""

    kind: str
    macs: int
    weights: int
    moved: int


class RoofRow(NamedTuple):
    """One operation on a device.

    ``intensity`` is in MACs per byte; ``time`` in multiply-adds that the device could have
    done meanwhile; ``is_memory_bound`` says that moving bytes takes longer than multiplying.
    """

    path: str
    block: int
    kind: str
    macs: int
    bytes: int
    intensity: float
    time: float
    is_memory_bound: bool


class KindRow(NamedTuple):
    """All operations of one kind: their shares, in percent, of multiply-adds and of time."""

    kind: str
    macs: float
    time: float


def roof_rows(
    traced: Trace, ridge: float, bytes_per_value: int = 1, batch: int = 1
) -> list[RoofRow]:
    """One row for each operation that is not fused into another.

    ``ridge`` is in MACs per byte; weights are read once for all images of a ``batch``.
    """
    operations = [op for op in traced.operations if op.kind not in FUSED]
    return [_row(op, ridge, bytes_per_value, batch) for op in operations]


def work_of(op: Operation) -> Work:
    """The work of one operation for one image, in values."""
    inputs = sum(map(prod, op.in_shapes))
    weights = cost.weights(op) + (op.out_shape[0] if op.bias else 0)
    return Work(KINDS.get(op.kind, ELSE), cost.macs(op), weights, inputs + prod(op.out_shape))


def _row(op: Operation, ridge: float, bytes_per_value: int, batch: int) -> RoofRow:
    work = work_of(op)
    macs, moved = batch * work.macs, moved_bytes(work, bytes_per_value, batch)
    return RoofRow(
        path=op.path,
        block=op.block,
        kind=work.kind,
        macs=macs,
        bytes=moved,
        intensity=macs / moved,
        time=larger(macs, ridge * moved),
        is_memory_bound=ridge * moved > macs,
    )


def moved_bytes(work: Work, bytes_per_value: int, batch: int) -> int:
    """Bytes of weights, inputs and outputs for a batch."""
    return bytes_per_value * (work.weights + batch * work.moved)


def total_time(
    works: Iterable[Work], ridge: float, bytes_per_value: int = 1, batch: int = 1
) -> float:
    """Time of a network, in multiply-adds that the device could have done meanwhile."""
    return sum(
        larger(batch * work.macs, ridge * moved_bytes(work, bytes_per_value, batch))
        for work in works
    )


def kind_rows(rows: Sequence[RoofRow]) -> list[KindRow]:
    """Shares by kind of operation, the largest share of time first."""
    macs, time = sum(row.macs for row in rows) or 1, sum(row.time for row in rows)
    found = {
        kind: KindRow(
            kind,
            100 * sum(row.macs for row in rows if row.kind == kind) / macs,
            100 * sum(row.time for row in rows if row.kind == kind) / time,
        )
        for kind in {row.kind for row in rows}
    }
    return sorted(found.values(), key=lambda row: -row.time)


def odd_kind(rows: Sequence[KindRow]) -> KindRow:
    """Depthwise convolutions, or else what takes most time for its multiply-adds."""
    depthwise = [row for row in rows if row.kind == KINDS["depthwise"]]
    return depthwise[0] if depthwise else max(rows, key=lambda row: row.time - row.macs)


def memory_share(operations: Iterable[Operation], ridge: float) -> float:
    """Memory-bound share of operations' time, in 8 bits at batch 1.

    0 where none takes time of its own.
    """
    rows = [_row(op, ridge, 1, 1) for op in operations if op.kind not in FUSED]
    waits = sum(row.time for row in rows if row.is_memory_bound)
    return waits / (sum(row.time for row in rows) or 1)
