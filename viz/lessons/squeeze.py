"""Squeeze widths, costs and channel weights of SE."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod
from statistics import fmean
from typing import Any, NamedTuple

from viz.activations import Gate, label_of
from viz.facts.tables import block_rows
from viz.net import cost
from viz.net.bounds import SENT_PIXELS as MOST_PIXELS
from viz.net.channels import make_divisible
from viz.net.config import Config
from viz.net.fields import ConfigError, size_text
from viz.net.operations import SE_ROLES, Operation, Role
from viz.net.trace import Trace

GATES: tuple[Gate, ...] = ("hardsigmoid", "sigmoid", "hardswish")
QUARTER = 4
APART = 0.1  # of gates from 0 to 1


class SqueezeRow(NamedTuple):
    """An SE: its channels, a quarter of them cut off and rounded to 8, and what is built."""

    network: str
    block: int
    name: str
    channels: int
    floor: int
    rounded: int
    built: int
    share: float


class SECostRow(NamedTuple):
    """Parameters and MACs of all SE of a network, with their shares of its total."""

    network: str
    blocks: int
    params: int
    params_share: float
    macs: int
    macs_share: float


class GateRow(NamedTuple):
    """Mean, lowest and highest channel weight of an SE."""

    name: str
    mean: float
    low: float
    high: float


def squeeze_rows(traces: Sequence[Trace]) -> list[SqueezeRow]:
    """One row per SE inside a block."""
    return [
        SqueezeRow(
            network=traced.config.network.name,
            block=row.block,
            name=row.name,
            channels=row.expanded,
            floor=row.expanded // QUARTER,
            rounded=make_divisible(row.expanded / QUARTER),
            built=row.squeeze,
            share=row.squeeze / row.expanded,
        )
        for traced in traces
        for row in block_rows(traced)
        if row.squeeze and row.expanded
    ]


def cost_rows(traces: Sequence[Trace]) -> list[SECostRow]:
    """One row per network."""
    return [_cost_row(traced) for traced in traces]


def _cost_row(traced: Trace) -> SECostRow:
    parts = se_operations(traced.operations)
    params, macs = sum(map(cost.params, parts)), sum(map(cost.macs, parts))
    return SECostRow(
        network=traced.config.network.name,
        blocks=len(se_blocks(traced)),
        params=params,
        params_share=params / traced.params,
        macs=macs,
        macs_share=macs / traced.macs,
    )


def se_operations(operations: Iterable[Operation]) -> list[Operation]:
    """Those that belong to an SE."""
    return [op for op in operations if op.role in SE_ROLES]


def se_blocks(traced: Trace) -> list[int]:
    """Indices of the blocks with SE."""
    return [block.index for block in traced.blocks if block.facts.squeeze]


def excitation_steps(
    excitation: Mapping[str, Any], gate: str, traced: Trace
) -> list[tuple[str, Sequence[float]]]:
    """Steps of one SE on a picture: a name, and a value per channel."""
    block = traced.of_block(excitation["block"])
    inner = next(label_of(op.activation) for op in block if op.role is Role.INNER)
    channels, waist = len(excitation["gate"]), len(excitation["hidden"])
    return [
        (f"1 squeeze:<br>{channels} means", excitation["squeezed"]),
        (f"2 reduce:<br>{waist}, {inner}", excitation["hidden"]),
        (f"3 gate:<br>{label_of(gate)}", excitation["gate"]),
        (f"4 scale:<br>{channels} means", excitation["scaled"]),
    ]


def gate_rows(traced: Trace, excitations: Sequence[Mapping[str, Any]]) -> list[GateRow]:
    """One row per SE."""
    return [
        GateRow(
            traced.blocks[each["block"]].name,
            fmean(each["gate"]),
            min(each["gate"]),
            max(each["gate"]),
        )
        for each in excitations
    ]


def opened_apart(pictures: Sequence[Sequence[float]]) -> int:
    """How many gates of two pictures are more than ``APART`` apart."""
    return sum(abs(first - second) > APART for first, second in zip(*pictures, strict=True))


def with_gate(traced: Trace, gate: Gate) -> Trace:
    """The same network with another function as the gate of every SE."""
    changed = (_gated(op, gate) for op in traced.operations)
    return replace(traced, operations=tuple(changed))


def _gated(op: Operation, gate: Gate) -> Operation:
    return op._replace(activation=gate) if op.role == Role.GATE else op


def check_computed(config: Config) -> None:
    """Raises ``ConfigError`` for a picture too large to be sent through a network here."""
    if prod(config.image) > MOST_PIXELS:
        shown = size_text(config.resolution)
        raise ConfigError("resolution", shown, "at most 512x512 for what torch computes here")
