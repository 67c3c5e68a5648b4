"""What SE squeezes to, costs, and does."""

from collections.abc import Sequence
from dataclasses import replace

from viz import cost
from viz.channels import make_divisible
from viz.dialect import Gate
from viz.operations import Operation
from viz.tables import Record, block_facts
from viz.trace import Trace

GATES: tuple[Gate, ...] = ("hardsigmoid", "sigmoid", "hardswish")
QUARTER = 4


def squeeze_rows(traces: Sequence[Trace]) -> list[Record]:
    """One row an SE: channels, a quarter of them cut off and rounded to 8, and what is built."""
    return [
        {
            "network": traced.config.network.name,
            "block": facts.index,
            "name": facts.name,
            "channels": facts.expanded,
            "floor": facts.expanded // QUARTER,
            "rounded": make_divisible(facts.expanded / QUARTER),
            "built": facts.squeeze,
            "share": facts.squeeze / facts.expanded,
        }
        for traced in traces
        for facts in block_facts(traced)
        if facts.squeeze and facts.expanded
    ]


def cost_rows(traces: Sequence[Trace]) -> list[Record]:
    """Parameters and MACs of all SE of a network, with their shares of its total."""
    rows: list[Record] = []
    for traced in traces:
        parts = [op for op in traced.operations if op.role == "SE"]
        params, macs = sum(map(cost.params, parts)), sum(map(cost.macs, parts))
        rows.append(
            {
                "network": traced.config.network.name,
                "blocks": len({op.block for op in parts}),
                "params": params,
                "params_share": params / traced.params,
                "macs": macs,
                "macs_share": macs / traced.macs,
            }
        )
    return rows


def se_blocks(traced: Trace) -> list[int]:
    """Indices of the blocks with SE."""
    return sorted({op.block for op in traced.operations if op.role == "SE"})


def with_gate(traced: Trace, gate: Gate) -> Trace:
    """The same network with another function as the gate of every SE."""
    changed = (_gated(op, gate) for op in traced.operations)
    return replace(traced, operations=tuple(changed))


def _gated(op: Operation, gate: Gate) -> Operation:
    return op._replace(activation=gate) if op.path.endswith(".scale_activation") else op
