"""What SE squeezes to, costs, and does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from viz.facts.tables import Record, block_facts
from viz.net import cost
from viz.net.channels import make_divisible
from viz.net.dialect import Gate
from viz.net.operations import Operation
from viz.net.trace import Trace
from viz.theme import ACTIVATION_LABELS

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


def excitation_steps(excitation: Mapping[str, Any], gate: str) -> list[tuple[str, Sequence[float]]]:
    """The panels of one SE at work: a name and a value a channel for each step."""
    channels, waist = len(excitation["gate"]), len(excitation["hidden"])
    return [
        (f"1 squeeze: mean of {channels} maps", excitation["squeezed"]),
        (f"2 {channels} → {waist}, ReLU", excitation["hidden"]),
        (f"3 {waist} → {channels}, {ACTIVATION_LABELS[gate]}", excitation["gate"]),
        ("4 scale: mean of each map", excitation["scaled"]),
    ]


def gate_rows(traced: Trace, excitations: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Mean, lowest and highest channel weight of every SE."""
    names = {facts.index: facts.name for facts in block_facts(traced)}
    return [
        {
            "name": names[each["block"]],
            "mean": fmean(each["gate"]),
            "low": min(each["gate"]),
            "high": max(each["gate"]),
        }
        for each in excitations
    ]


def with_gate(traced: Trace, gate: Gate) -> Trace:
    """The same network with another function as the gate of every SE."""
    changed = (_gated(op, gate) for op in traced.operations)
    return replace(traced, operations=tuple(changed))


def _gated(op: Operation, gate: Gate) -> Operation:
    return op._replace(activation=gate) if op.path.endswith(".scale_activation") else op
