"""Trace -> rows by operation, block and stage."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from viz.activations import label_of, paper_word
from viz.facts.rows import Sizes
from viz.net import cost
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Block, Operation, Shape
from viz.net.trace import Trace
from viz.theme import Style


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What is read of a row where lines may be long; files for programs hold every column.
COLUMNS: dict[str, tuple[str, ...]] = {
    "operation": _names(
        "path kind role in_shape out_shape kernel stride padding dilation groups bias activation "
        "params macs"
    ),
    "block": _names(
        "name in_shape out_shape kernels expanded squeeze activation stride dilation residual "
        "params macs"
    ),
}


class OperationRow(NamedTuple):
    """One operation with its cost; ``kernel`` and ``activation`` are None where it has none.

    ``padding`` is (above, below), followed by (left, right) where these are others. ``live_bytes``
    are alive while it runs, at float32; ``receptive_field`` is None inside SE.
    """

    path: str
    kind: str
    role: str
    in_shape: Shape
    out_shape: Shape
    kernel: int | None
    stride: int
    padding: Sizes
    dilation: int
    groups: int
    bias: bool
    activation: str | None
    params: int
    macs: int
    activation_bytes: int
    live_bytes: int
    receptive_field: int | None
    block: int
    stage: int


class BlockRow(NamedTuple):
    """One block: the facts that its row states, as built, with its cost.

    ``kernels`` has 0 for a spatial convolution that is left out; ``expanded`` and ``squeeze`` are 0
    where there is no such width; ``live_bytes`` is the largest of its operations'.
    """

    block: int
    name: str
    kind: str
    stage: int
    in_shape: Shape
    out_shape: Shape
    kernels: Sizes
    expanded: int
    squeeze: int
    activation: str
    stride: int
    dilation: int
    residual: bool
    normed: bool
    groups: int
    heads: int
    params: int
    macs: int
    activation_bytes: int
    live_bytes: int
    receptive_field: int

    @property
    def kernel(self) -> int:
        """The largest kernel; 0 where nothing is convolved."""
        return max(self.kernels, default=0)

    @property
    def channels_in(self) -> int:
        """Channels that enter."""
        return self.in_shape[0]

    @property
    def channels_out(self) -> int:
        """Channels that leave."""
        return self.out_shape[0]

    @property
    def table_entry(self) -> Kind:
        """Its entry in the table of kinds."""
        return KINDS[self.kind]

    @property
    def style(self) -> Style:
        """Its style in pictures."""
        return self.table_entry.look(self.squeeze)


class StageRow(NamedTuple):
    """All blocks of a stage: the size of its map, the channels that enter and leave, its cost."""

    stage: int
    map: str
    blocks: int
    channels_in: int
    channels_out: int
    params: int
    macs: int
    activation_bytes: int


class PaperRow(NamedTuple):
    """A block in the columns of V3's tables; texts, empty where a column does not apply.

    ``exp`` counts expanded channels, ``t`` is the factor that V2's table prints; ``squeeze`` holds
    the paper's tick and SE's width.
    """

    input: str
    operator: str
    exp: str
    t: str
    out: int
    squeeze: str
    nl: str
    stride: str


def block_rows(traced: Trace) -> list[BlockRow]:
    """One row per block, in order."""
    live = traced.live_bytes()
    return [_block_row(traced, block, live) for block in traced.blocks]


def _block_row(traced: Trace, block: Block, live: Sequence[int]) -> BlockRow:
    operations = traced.operations[block.start : block.stop]
    facts = block.facts
    return BlockRow(
        block=block.index,
        name=block.name,
        kind=block.kind,
        stage=block.stage,
        in_shape=block.in_shape,
        out_shape=block.out_shape,
        kernels=Sizes(facts.kernels),
        expanded=facts.expanded,
        squeeze=facts.squeeze,
        activation=facts.activation,
        stride=facts.stride,
        dilation=facts.dilation,
        residual=facts.residual,
        normed=facts.normed,
        groups=facts.groups,
        heads=facts.heads,
        params=sum(map(cost.params, operations)),
        macs=sum(map(cost.macs, operations)),
        activation_bytes=sum(map(cost.activation_bytes, operations)),
        live_bytes=max(live[block.start : block.stop]),
        receptive_field=traced.receptive_fields[block.index],
    )


def operation_rows(traced: Trace) -> list[OperationRow]:
    """One row per operation; the rows' costs sum to the trace's totals."""
    seen = zip(traced.live_bytes(), traced.seen_by_operations, strict=True)
    return [_operation_row(op, *more) for op, more in zip(traced.operations, seen, strict=True)]


def _operation_row(op: Operation, live: int, seen: int | None) -> OperationRow:
    return OperationRow(
        path=op.path,
        kind=op.kind,
        role=op.role.value,
        in_shape=op.in_shape,
        out_shape=op.out_shape,
        kernel=op.kernel or None,
        stride=op.stride,
        padding=Sizes(op.padding if op.padding == op.across else op.padding + op.across),
        dilation=op.dilation,
        groups=op.groups,
        bias=op.bias,
        activation=op.activation or None,
        params=cost.params(op),
        macs=cost.macs(op),
        activation_bytes=cost.activation_bytes(op),
        live_bytes=live,
        receptive_field=seen,
        block=op.block,
        stage=op.stage,
    )


def uncounted_notes(traced: Trace) -> list[str]:
    """Sentence on uncounted operations of a network that was read; empty if none."""
    names = [op.read.title for op in traced.uncounted if op.read]
    if not names:
        return []
    told = ", ".join(f"{name} ({names.count(name)})" for name in dict.fromkeys(names))
    return [f"Not counted, as their cost is not known: {told}."]


def stage_rows(traced: Trace) -> list[StageRow]:
    """One row per stage."""
    grouped: dict[int, list[BlockRow]] = {}
    for row in block_rows(traced):
        grouped.setdefault(row.stage, []).append(row)
    return [_stage_row(stage, rows) for stage, rows in grouped.items()]


def _stage_row(stage: int, rows: list[BlockRow]) -> StageRow:
    return StageRow(
        stage=stage,
        map=map_size(rows[0].out_shape),
        blocks=len(rows),
        channels_in=rows[0].channels_in,
        channels_out=rows[-1].channels_out,
        params=sum(row.params for row in rows),
        macs=sum(row.macs for row in rows),
        activation_bytes=sum(row.activation_bytes for row in rows),
    )


def paper_rows(traced: Trace) -> list[PaperRow]:
    """The network in the columns of V3's tables, with its actual channels."""
    return [_paper_row(row) for row in block_rows(traced)]


def _paper_row(row: BlockRow) -> PaperRow:
    return PaperRow(
        input=shape_text((*row.in_shape[1:], row.in_shape[0])),
        operator=_operator(row),
        exp=f"{row.expanded or ''}",
        t=f"{row.expanded / row.channels_in:.3g}" if row.expanded else "",
        out=row.channels_out,
        squeeze=f"✓ {row.squeeze}" if row.squeeze else "",
        nl=paper_word(row.activation),
        stride=f"{row.stride}" if row.kernels else "",
    )


def block_at(traced: Trace, path: str) -> int | None:
    """The block that a module belongs to, by its path; None for a module that holds several."""
    while path:
        inside = path + "."
        found = {op.block for op in traced.operations if f"{op.path}.".startswith(inside)}
        if found:
            return found.pop() if len(found) == 1 else None
        path = path.rpartition(".")[0]  # batch norm and activation belong to their convolution
    return None


def _operator(row: BlockRow) -> str:
    kernels = f", {kernels_text(row.kernels)}" if row.kernels else ""
    bare = ", NBN" if not (row.normed or row.squeeze) else ""  # as the papers write: no batch norm
    return f"{row.name}{kernels}{bare}"


def kernels_text(kernels: tuple[int, ...]) -> str:
    """Kernel sizes, such as 3×3; several in order, a dash for one that is left out."""
    return ", ".join(f"{k}×{k}" if k else "–" for k in kernels)


def shape_text(shape: Shape) -> str:
    """A shape with crosses: channels x height x width."""
    return "×".join(map(str, shape))


def map_size(shape: Shape) -> str:
    """Height x width of a feature map, for a label; a vector counts as 1 x 1."""
    return shape_text(shape[1:]) or "1×1"


def spoken(rows: Sequence[Any]) -> list[Any]:
    """Rows of a table for readers: activations are called as on screen."""
    if not rows or not hasattr(rows[0], "activation"):
        return list(rows)
    return [row._replace(activation=label_of(row.activation or "")) for row in rows]
