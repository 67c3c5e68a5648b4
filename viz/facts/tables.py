"""Trace -> rows by operation, block and stage. Plain dictionaries and records, no data frames.

Numbers stay numbers here; titles and units are the business of the last file that shows them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from viz.net import cost
from viz.net.operations import CONVOLUTIONS, Block, Operation, Shape
from viz.net.trace import Trace

Record = dict[str, object]
PAPER_WORDS = {"relu": "RE", "hardswish": "HS", "relu6": "ReLU6"}


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """What a block's box says: the paper's columns, as built, with its cost.

    ``expanded`` is the number of channels at the depthwise convolution, ``squeeze`` the width of
    the SE bottleneck (0 without SE), ``kernel`` 0 where nothing is convolved.
    """

    index: int
    kind: str
    name: str
    stage: int
    in_shape: Shape
    out_shape: Shape
    kernel: int
    expanded: int
    squeeze: int
    activation: str
    stride: int
    dilation: int
    residual: bool
    params: int
    macs: int
    activation_bytes: int

    @property
    def channels_in(self) -> int:
        """Channels that enter."""
        return self.in_shape[0]

    @property
    def channels_out(self) -> int:
        """Channels that leave."""
        return self.out_shape[0]


def block_facts(traced: Trace) -> list[BlockFacts]:
    """One record a block, in order."""
    return [_facts(block, traced.of_block(block.index)) for block in traced.blocks]


def _facts(block: Block, operations: Sequence[Operation]) -> BlockFacts:
    convolutions = [op for op in operations if op.kind in CONVOLUTIONS and op.role != "SE"]
    spatial = next((op for op in convolutions if op.kind != "pointwise"), None)
    main = spatial or (convolutions[0] if convolutions else None)
    squeezes = [op for op in operations if op.role == "SE" and op.kind == "pointwise"]
    return BlockFacts(
        index=block.index,
        kind=block.kind,
        name=block.name,
        stage=block.stage,
        in_shape=operations[0].in_shape,
        out_shape=operations[-1].out_shape,
        kernel=main.kernel if main else 0,
        expanded=spatial.out_shape[0] if spatial and spatial.kind == "depthwise" else 0,
        squeeze=squeezes[0].out_shape[0] if squeezes else 0,
        activation=_main_activation(operations),
        stride=prod(op.stride for op in convolutions),
        dilation=main.dilation if main else 1,
        residual=block.residual,
        params=sum(map(cost.params, operations)),
        macs=sum(map(cost.macs, operations)),
        activation_bytes=sum(map(cost.activation_bytes, operations)),
    )


def _main_activation(operations: Iterable[Operation]) -> str:
    return next((op.activation for op in operations if op.activation and op.role != "SE"), "")


def operation_rows(traced: Trace) -> list[Record]:
    """One row an operation, with its cost; the rows' costs sum to the trace's totals."""
    return [
        {
            "path": op.path,
            "kind": op.kind,
            "role": op.role,
            "in_shape": list(op.in_shape),
            "out_shape": list(op.out_shape),
            "kernel": op.kernel or None,
            "stride": op.stride,
            "groups": op.groups,
            "dilation": op.dilation,
            "activation": op.activation or None,
            "params": cost.params(op),
            "macs": cost.macs(op),
            "activation_bytes": cost.activation_bytes(op),
            "block": op.block,
            "stage": op.stage,
        }
        for op in traced.operations
    ]


def block_rows(traced: Trace) -> list[Record]:
    """One row a block: its name, stage and costs."""
    return [
        {
            "block": facts.index,
            "name": facts.name,
            "kind": facts.kind,
            "stage": facts.stage,
            "map": map_size(facts.out_shape),
            "params": facts.params,
            "macs": facts.macs,
            "activation_bytes": facts.activation_bytes,
        }
        for facts in block_facts(traced)
    ]


def paper_rows(traced: Trace) -> list[Record]:
    """The network in the columns of V3's tables, with its actual channels.

    Texts, empty where a column does not apply. ``exp`` counts expanded channels, ``t`` is the
    factor that V2's table prints; ``squeeze`` holds the paper's tick and SE's width.
    """
    return [
        {
            "input": "×".join(map(str, (*facts.in_shape[1:], facts.in_shape[0]))),
            "operator": _operator(facts),
            "exp": f"{facts.expanded or ''}",
            "t": f"{facts.expanded / facts.channels_in:.3g}" if facts.expanded else "",
            "out": facts.channels_out,
            "squeeze": f"✓ {facts.squeeze}" if facts.squeeze else "",
            "nl": PAPER_WORDS.get(facts.activation, facts.activation),
            "stride": f"{facts.stride}" if facts.kernel else "",
        }
        for facts in block_facts(traced)
    ]


def _operator(facts: BlockFacts) -> str:
    kernel = f", {facts.kernel}×{facts.kernel}" if facts.kernel else ""
    bare = ", NBN" if facts.kind == "linear" else ""  # as the paper writes: no batch norm
    return f"{facts.name}{kernel}{bare}"


def stage_rows(traced: Trace) -> list[Record]:
    """One row a stage: the size of its map and its costs."""
    rows: dict[int, Record] = {}
    for facts in block_facts(traced):
        row = rows.setdefault(
            facts.stage,
            {"stage": facts.stage, "map": "", "params": 0, "macs": 0, "activation_bytes": 0},
        )
        row["map"] = row["map"] or map_size(facts.out_shape)
        for name in ("params", "macs", "activation_bytes"):
            row[name] = int(str(row[name])) + int(getattr(facts, name))
    return list(rows.values())


def map_size(shape: Shape) -> str:
    """Height x width of a feature map, for a label; a vector counts as 1 x 1."""
    return "×".join(str(n) for n in shape[1:]) or "1×1"


def rows_as_markdown(rows: Sequence[Record]) -> str:
    """Rows as a GitHub table."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names)]
    lines += [["" if row[n] is None else str(row[n]) for n in names] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
