"""Trace -> picture, at three levels of detail.

* ``network``: a row for each resolution stage, a box for each block; fits one slide.
* ``block``: a box for each unit of a block (expand, depthwise, SE, project, add).
* ``operation``: a row for each unit, a box for each operation, with tensor shapes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal, get_args

from viz import cost, engine
from viz.board import (
    SLIDE,
    Board,
    Cell,
    Join,
    Line,
    Word,
    Words,
    board_dot,
    boards_dot,
    words,
)
from viz.compare import ALONE
from viz.config import ConfigError
from viz.operations import JOINS, Operation, Shape
from viz.tables import BlockFacts, block_facts, map_size
from viz.text import short_count
from viz.theme import ACTIVATION_LABELS, HEAT, PALETTES, STYLES, Mode, heat_colour
from viz.trace import Trace, trace

Level = Literal["network", "block", "operation"]
Colouring = Literal["kind", "params", "macs"]

LEVELS: tuple[str, ...] = get_args(Level)
# The words of the control are part of links, so they are never translated.
COLOURING_OF: dict[str, Colouring] = {"kind": "kind", "parameters": "params", "MACs": "macs"}
WRAPPED_CELLS = 3
LINE_HEIGHT = 170
PANEL_WIDTH = 960
PANEL_CELLS = 3
PANEL_LINE_HEIGHT = 122
HALF_SLIDE = (960, 1080)
PAIR_LINE_GAP = 26


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture: its DOT source, drawn on demand."""

    dot: str

    def svg(self) -> str:
        """The picture as an SVG document, in pixels of a 1920 x 1080 slide at network level."""
        return engine.svg(self.dot)

    def png(self, scale: int = 1) -> bytes:
        """The picture as PNG, ``scale`` (1 to 4) image pixels a slide pixel."""
        return engine.png(self.dot, scale)


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw, apart from what: colours, and what is marked as different.

    ``marks`` gives for the index of a block the names of its facts that differ; a block that
    stands alone differs in all of them.
    """

    mode: Mode = "light"
    colouring: Colouring = "kind"
    background: bool = True
    marks: Mapping[int, frozenset[str]] = field(default_factory=dict)


def diagram(
    variant: str, *, level: Level = "network", block: int | None = None, **chosen: object
) -> Diagram:
    """Draw one network of the zoo; further arguments as for ``viz.trace``.

    ``block`` chooses one block at the levels ``block`` and ``operation``; without it all are drawn.
    Raises ``ConfigError``.
    """
    return draw(trace(variant, **chosen), level, block)


def draw(
    traced: Trace, level: Level = "network", block: int | None = None, look: Look | None = None
) -> Diagram:
    """Draw a trace."""
    look = look or Look()
    if level not in LEVELS:
        raise ConfigError("level", level, "one of " + ", ".join(LEVELS))
    last = len(traced.blocks) - 1
    if block is not None and not 0 <= block <= last:
        raise ConfigError("block", block, f"a whole number from 0 to {last}")
    if level == "network":
        return Diagram(
            board_dot(network_board(traced, look), look.mode, background=look.background)
        )
    blocks = range(last + 1) if block is None else [block]
    make = unit_board if level == "block" else operation_board
    return Diagram(board_dot(make(traced, blocks, look), look.mode, background=look.background))


# Network level


def network_board(
    traced: Trace,
    look: Look,
    *,
    size: tuple[int, int] = SLIDE,
    lines_per_stage: dict[int, int] | None = None,
) -> Board:
    """All blocks, a line for each stage; wrapped where ``lines_per_stage`` gives several."""
    facts = block_facts(traced)
    compact = lines_per_stage is not None
    lines: list[Line] = []
    for stage, group in groupby(facts, lambda block: block.stage):
        blocks = list(group)
        count = (lines_per_stage or {}).get(stage, 1)
        lines += _stage_lines(traced, blocks, facts, look, count, compact=compact)
    joins = [Join(_key(b), _key(b), "residual") for b in facts if b.residual]
    return Board(
        title=traced.config.title,
        subtitle=f"{short_count(traced.params)} parameters · {short_count(traced.macs)} MACs",
        lines=tuple(lines),
        joins=tuple(joins),
        legend=_legend(facts, look),
        legend_note="in → expand → out · s2 = stride 2" if size == SLIDE else "",
        size=size,
    )


def stage_lengths(traced: Trace) -> dict[int, int]:
    """Number of blocks of each stage."""
    return {stage: len(blocks) for stage, blocks in traced.stages.items()}


def lines_needed(traces: Sequence[Trace], cells: int = WRAPPED_CELLS) -> dict[int, int]:
    """Lines for each stage so that no network has more than ``cells`` boxes in one."""
    needed: dict[int, int] = {}
    for traced in traces:
        for stage, length in stage_lengths(traced).items():
            needed[stage] = max(needed.get(stage, 1), -(-length // cells))
    return needed


def _stage_lines(
    traced: Trace,
    blocks: list[BlockFacts],
    facts: list[BlockFacts],
    look: Look,
    count: int,
    *,
    compact: bool,
) -> list[Line]:
    share = sum(b.macs for b in blocks) / traced.macs
    weight = sum(b.params for b in blocks) / traced.params
    label = (
        map_size(blocks[-1].out_shape),
        f"{share_text(share)} MACs",
        f"{share_text(weight)} params",
    )
    cells = [_block_cell(block, facts, look, compact=compact) for block in blocks]
    per_line = -(-len(cells) // count)
    chunks = [cells[i : i + per_line] for i in range(0, len(cells), per_line)]
    chunks += [[]] * (count - len(chunks))
    return [Line(label if i == 0 else (), tuple(chunk)) for i, chunk in enumerate(chunks)]


def draw_pair(
    left: Trace, right: Trace, looks: tuple[Look, Look], cells: int = WRAPPED_CELLS
) -> Diagram:
    """Two networks beside each other on one slide, stage by stage at the same height."""
    needed = lines_needed((left, right), cells)
    boards = [
        replace(
            network_board(side, look, size=HALF_SLIDE, lines_per_stage=needed),
            offset=index * HALF_SLIDE[0],
            prefix=("left-", "right-")[index],
            line_gap=PAIR_LINE_GAP,
        )
        for index, (side, look) in enumerate(zip((left, right), looks, strict=True))
    ]
    both = dict.fromkeys([*boards[0].legend, *boards[1].legend])
    ordered = sorted(both, key=lambda entry: entry[0] == "residual")
    note = "underlined: differs · framed: stands alone"
    boards[0] = replace(boards[0], legend=tuple(ordered), legend_note=note)
    return Diagram(boards_dot(boards, looks[0].mode, background=looks[0].background))


def share_text(share: float) -> str:
    """A share in whole percent; what is there but rounds to nothing is said to be less than one."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _block_cell(block: BlockFacts, facts: list[BlockFacts], look: Look, *, compact: bool) -> Cell:
    marks = look.marks.get(block.index, frozenset())
    return Cell(
        key=_key(block),
        lines=_block_lines(block, frozenset() if ALONE in marks else marks, compact=compact),
        kind=_style_of(block),
        colours=_block_colours(block, facts, look),
        tooltip=f"{block.name}: {block.params:,} parameters, {block.macs:,} MACs",
        framed=ALONE in marks,
    )


def _block_lines(block: BlockFacts, marks: frozenset[str], *, compact: bool) -> tuple[Words, ...]:
    """What a box says, each word marked where its fact is among ``marks``."""

    def word(text: object, fact: str) -> Word:
        return Word(str(text), fact in marks)

    name = word(block.name, "kind")
    out = word(block.channels_out, "channels_out")
    if block.kind == "pool":
        return ((name,), words("global average"), (out, Word("features")))
    flow = [word(block.channels_in, "channels_in"), Word("→")]
    flow += [word(block.expanded, "expanded"), Word("→")] if block.kind == "bneck" else []
    last = [word(f"SE {block.squeeze}", "squeeze")] if block.squeeze else []
    last += [word(label, "activation") for label in _label_of(block.activation)]
    end: list[Words] = [(*flow, out), *([tuple(last)] if last else [])]
    if block.kind == "linear":
        return ((name,), *end)
    steps = [word(f"{block.kernel}×{block.kernel}", "kernel")]
    steps += [word(f"s{block.stride}", "stride")] if block.stride > 1 else []
    steps += [word(f"d{block.dilation}", "dilation")] if block.dilation > 1 else []
    if compact:
        number = word(block.name.split(" ")[-1], "kind")
        return ((number, Word("·"), *steps), *end)
    return ((name,), tuple(steps), *end)


def _label_of(activation: str) -> list[str]:
    return [ACTIVATION_LABELS[activation]] if activation else []


def _key(block: BlockFacts) -> str:
    return f"block-{block.index}"


def _style_of(block: BlockFacts) -> str:
    return "bneck-se" if block.kind == "bneck" and block.squeeze else block.kind


def _block_colours(block: BlockFacts, facts: list[BlockFacts], look: Look) -> tuple[str, str]:
    if look.colouring == "kind":
        return STYLES[_style_of(block)].colours(look.mode)
    largest = max(getattr(other, look.colouring) for other in facts) or 1
    share = getattr(block, look.colouring) / largest
    return heat_colour(share, look.mode), PALETTES[look.mode].muted


def _legend(facts: list[BlockFacts], look: Look) -> tuple[tuple[str, str, str], ...]:
    residual = [("residual", "", "")] if any(block.residual for block in facts) else []
    if look.colouring != "kind":
        largest = max(getattr(block, look.colouring) for block in facts)
        return (*_heat_legend(largest, look), *residual)
    kinds = dict.fromkeys(_style_of(block) for block in facts)
    entries = {STYLES[kind].label: STYLES[kind].colours(look.mode) for kind in kinds}
    return (*((label, *colours) for label, colours in entries.items()), *residual)


def _heat_legend(largest: int, look: Look) -> list[tuple[str, str, str]]:
    steps, border = HEAT[look.mode], PALETTES[look.mode].muted
    words = {colouring: word for word, colouring in COLOURING_OF.items()}
    top = f"{short_count(largest)} {words[look.colouring]}"
    labels = ["0", *[""] * (len(steps) - 2), f"{top} in one block"]
    return [(label, step, border) for label, step in zip(labels, steps, strict=True)]


# Block and operation level


def units_of(operations: Sequence[Operation]) -> list[tuple[str, list[Operation]]]:
    """The operations of one block in runs of the same role."""
    return [(role, list(run)) for role, run in groupby(operations, lambda op: op.role)]


def unit_board(traced: Trace, blocks: Collection[int], look: Look) -> Board:
    """One line a block, one box a unit."""
    lines, joins = [], []
    for index in blocks:
        units = units_of(traced.of_block(index))
        shape = units[0][1][0].in_shape
        start = _input_cell(index, shape, look)
        cells = [_unit_cell(index, role, run, look) for role, run in units]
        lines.append(Line(_block_label(traced, index), (start, *cells)))
        if traced.blocks[index].residual:
            joins.append(Join(start.key, cells[-1].key, "residual"))
    height = 380 if len(lines) == 1 else LINE_HEIGHT * len(lines) + 140
    return _detail_board(traced, blocks, lines, joins, look, (SLIDE[0], height))


def operation_board(traced: Trace, blocks: Collection[int], look: Look) -> Board:
    """One line a unit, one box an operation."""
    lines, joins = [], []
    for index in blocks:
        operations = traced.of_block(index)
        start = _input_cell(index, operations[0].in_shape, look)
        name = _block_label(traced, index)
        for position, (role, run) in enumerate(units_of(operations)):
            cells = [_operation_cell(op, look) for op in run]
            if position == 0:
                lines.append(Line(name, (start,)))
            lines += _wrapped(role, cells, PANEL_CELLS)
        joins += [_operation_join(op, operations, start.key) for op in operations if _joins(op)]
    size = (PANEL_WIDTH, max(PANEL_LINE_HEIGHT * len(lines) + 140, 420))
    return _detail_board(traced, blocks, lines, joins, look, size)


def _wrapped(label: str, cells: list[Cell], most: int) -> list[Line]:
    chunks = [tuple(cells[i : i + most]) for i in range(0, len(cells), most)]
    return [Line((label,) if i == 0 else (), chunk) for i, chunk in enumerate(chunks)]


def _joins(op: Operation) -> bool:
    return op.kind in JOINS


def _operation_join(op: Operation, operations: Sequence[Operation], start: str) -> Join:
    inside = {other.path for other in operations}
    source = op.joins if op.joins in inside else start
    return Join(source, op.path, "residual" if op.kind == "add" else "SE")


def _detail_board(
    traced: Trace,
    blocks: Collection[int],
    lines: list[Line],
    joins: list[Join],
    look: Look,
    size: tuple[int, int],
) -> Board:
    facts = block_facts(traced)
    params = sum(facts[index].params for index in blocks)
    macs = sum(facts[index].macs for index in blocks)
    only = f"{facts[next(iter(blocks))].name} of " if len(blocks) == 1 else ""
    return Board(
        title=f"{only}{traced.config.title}",
        subtitle=f"{short_count(params)} parameters · {short_count(macs)} MACs",
        lines=tuple(lines),
        joins=tuple(joins),
        legend=(("residual", "", ""),) if any(j.label == "residual" for j in joins) else (),
        legend_note="channels × height × width",
        size=size,
    )


def _block_label(traced: Trace, index: int) -> tuple[str, ...]:
    facts = block_facts(traced)[index]
    return (facts.name, map_size(facts.out_shape))


def shape_text(shape: Shape) -> str:
    """Channels x height x width."""
    return "×".join(map(str, shape))


def _input_cell(index: int, shape: Shape, look: Look) -> Cell:
    lines = (words("input"), words(shape_text(shape)))
    return Cell(
        f"input-{index}", lines, "input", STYLES["input"].colours(look.mode), clickable=False
    )


def _unit_cell(index: int, role: str, run: list[Operation], look: Look) -> Cell:
    names = [_operation_name(op) for op in run if op.kind not in ("pool", "scale")]
    flow = f"{run[0].in_shape[0]} → {run[-1].out_shape[0]}"
    kind = _unit_kind(role, run)
    if role == "SE":
        flow = f"{run[0].in_shape[0]} → {run[1].out_shape[0]} → {run[-1].out_shape[0]}"
        names = ["squeeze, excite, scale"]
    texts = (role, ", ".join(names), flow, shape_text(run[-1].out_shape))
    if role == "add":
        texts = ("add", "input + output", "", shape_text(run[-1].out_shape))
    lines = tuple(words(text) for text in texts if text)
    tooltip = f"{role}: {sum(map(cost.params, run)):,} parameters"
    colours = STYLES[kind].colours(look.mode)
    return Cell(f"unit-{index}-{role}", lines, kind, colours, tooltip, clickable=False)


def _unit_kind(role: str, run: list[Operation]) -> str:
    first = run[0].kind
    return role if role in ("SE", "add") else "stem" if first == "conv" else first


def _operation_name(op: Operation) -> str:
    names = {"norm": "BN", "linear": "linear", "pool": "avg pool", "scale": "× gate"}
    if op.kind == "activation":
        return ACTIVATION_LABELS[op.activation]
    if op.kernel:
        step = f" s{op.stride}" * (op.stride > 1) + f" d{op.dilation}" * (op.dilation > 1)
        kind = "dw" if op.kind == "depthwise" else "conv"
        return f"{op.kernel}×{op.kernel} {kind}{step}"
    return names.get(op.kind, op.kind)


def _operation_cell(op: Operation, look: Look) -> Cell:
    params, macs = cost.params(op), cost.macs(op)
    costs = [f"{params:,} params"] * bool(params)
    kind = "stem" if op.kind == "conv" else op.kind
    return Cell(
        op.path,
        tuple(words(text) for text in (_operation_name(op), shape_text(op.out_shape), *costs)),
        kind,
        STYLES[kind].colours(look.mode),
        f"{op.path}: {params:,} parameters, {macs:,} MACs",
        clickable=False,
    )
