"""Facts of the zoo that several claims use."""

from viz.facts.tables import BlockRow, block_rows
from viz.net.trace import trace


def bnecks(key: str) -> list[BlockRow]:
    """The inverted residuals of a network at width 1."""
    return [row for row in block_rows(trace(key)) if row.kind == "bneck"]


def count_of_kind(key: str, kind: str) -> int:
    """How many operations of one kind a network has."""
    return sum(op.kind == kind for op in trace(key).operations)


def activated(key: str, name: str) -> int:
    """How often a network uses an activation."""
    return sum(op.activation == name for op in trace(key).operations)
