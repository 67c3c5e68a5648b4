"""Which part of the image one position of a map is made from."""

from typing import NamedTuple

from viz.net.operations import SE_ROLES, SIDE_ROLES, WINDOWS
from viz.net.trace import Trace

EVERYWHERE = frozenset({"pool", "mix", "matmul"})  # what looks at the whole map before it


class Part(NamedTuple):
    """Pixels of the input: the first row and column, and those behind the last.

    They may lie outside the image, where only padding is seen.
    """

    top: int
    left: int
    bottom: int
    right: int


def seen_by(traced: Trace, block: int, row: int, column: int) -> Part:
    """What a position of a block's output is made from; SE is left out.

    Windows are followed back, operation by operation: out of rows a to b of a map come rows
    a * stride - padding to b * stride - padding + (kernel - 1) * dilation of the one before. Pools
    and attention look at all rows.
    """
    rows, columns = (row, row), (column, column)
    for op in reversed(traced.operations[: traced.blocks[block].stop]):
        if op.role in SE_ROLES | SIDE_ROLES:
            continue
        if op.kind in EVERYWHERE:
            height, width = (op.in_shape if op.kind == "pool" else op.out_shape)[1:]
            rows, columns = (0, height - 1), (0, width - 1)
        if op.kind not in WINDOWS:
            continue
        reach = (op.kernel - 1) * op.dilation
        rows = _before(rows, op.stride, op.padding[0], reach)
        columns = _before(columns, op.stride, op.across[0], reach)
    return Part(rows[0], columns[0], rows[1] + 1, columns[1] + 1)


def _before(span: tuple[int, int], stride: int, padding: int, reach: int) -> tuple[int, int]:
    return span[0] * stride - padding, span[1] * stride - padding + reach
