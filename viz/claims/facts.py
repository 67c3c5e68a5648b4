"""What several claims read from the zoo."""

from viz.facts.tables import BlockFacts, block_facts
from viz.net.trace import trace


def bnecks(key: str) -> list[BlockFacts]:
    """The inverted residuals of a network at width 1."""
    return [facts for facts in block_facts(trace(key)) if facts.kind == "bneck"]


def shape_text(shape: tuple[int, ...]) -> str:
    """Channels x height x width."""
    return "×".join(map(str, shape))


def count_of_kind(key: str, kind: str) -> int:
    """How many operations of one kind a network has."""
    return sum(op.kind == kind for op in trace(key).operations)


def activated(key: str, name: str) -> int:
    """How often a network uses an activation."""
    return sum(op.activation == name for op in trace(key).operations)
