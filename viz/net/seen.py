"""Which part of the image one position of a map is made from."""

from typing import NamedTuple

from viz.net.operations import SE_ROLES, SIDE_ROLES, WINDOWS
from viz.net.trace import Trace


class Part(NamedTuple):
    """Pixels of the input: the first row and column, and those behind the last.

    They may lie outside the image, where only padding is seen.
    """

    top: int
    left: int
    bottom: int
    right: int


def seen_by(traced: Trace, block: int, row: int, column: int) -> Part:
    """What a position of a block's output is made from; SE and attention are left out.

    Windows are followed back, operation by operation: out of rows a to b of a map come rows
    a * stride - padding to b * stride - padding + (kernel - 1) * dilation of the one before.
    """
    rows, columns = (row, row), (column, column)
    for op in reversed(traced.operations[: traced.blocks[block].stop]):
        if op.role in SE_ROLES | SIDE_ROLES or op.kind not in WINDOWS:
            continue
        reach = (op.kernel - 1) * op.dilation
        rows = _before(rows, op.stride, op.padding[0], reach)
        columns = _before(columns, op.stride, op.across[0], reach)
    return Part(rows[0], columns[0], rows[1] + 1, columns[1] + 1)


def _before(span: tuple[int, int], stride: int, padding: int, reach: int) -> tuple[int, int]:
    return span[0] * stride - padding, span[1] * stride - padding + reach
