"""Blocks from inside, as boards: a box for each unit, or for each operation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from viz.activations import label_of
from viz.drawing.board import SLIDE, Board, Cell, Join, Line, broken
from viz.drawing.heat import OPERATION, Entry, heat_of
from viz.drawing.look import TAPPED, Look
from viz.drawing.painter import BRANCH, OPERAND, title_room
from viz.drawing.scene import words
from viz.facts.tables import block_rows, map_size, shape_text
from viz.net import cost
from viz.net.operations import JOINS, PRODUCTS, SE, SIDE_ROLES, Operation, Role, Shape
from viz.net.trace import Trace
from viz.text import fits, short_count
from viz.theme import STYLES

LINE_HEIGHT = 170
PANEL_WIDTH = 960
PANEL_CELLS = 3
PANEL_LINE_HEIGHT = 122
SMALLEST = 22  # pixels of a title
MOST_NAMES = 3  # of operations in a box


def units_of(operations: Sequence[Operation]) -> list[tuple[str, list[Operation]]]:
    """The operations of one block in runs of the same unit, each with one layer at most."""
    found: list[tuple[str, list[Operation]]] = []
    for unit, run in groupby(operations, lambda op: op.role.unit):
        for op in run:
            has_layer = found and any(map(cost.weights, found[-1][1]))
            if not found or found[-1][0] != unit or (unit != SE and cost.weights(op) and has_layer):
                found.append((unit, []))
            found[-1][1].append(op)
    return found


def unit_board(traced: Trace, blocks: Collection[int], look: Look) -> Board:
    """One line a block, one box a unit."""
    lines: list[Line] = []
    joins: list[Join] = []
    own: dict[str, Sequence[Operation]] = {}
    for index in blocks:
        units = units_of(traced.of_block(index))
        start = _input_cell(index, units[0][1][0].in_shape, look)
        cells = _unit_cells(traced, index, units, look)
        lines.append(Line(_block_label(traced, index, look), (start, *cells)))
        own |= {cell.key: run for cell, (_unit, run) in zip(cells, units, strict=True)}
        if traced.blocks[index].facts.residual:
            ends = [c for c, (unit, _run) in zip(cells, units, strict=True) if unit == Role.ADD]
            joins += [Join(start.key, cell.key, "residual") for cell in ends]
    height = 380 if len(lines) == 1 else LINE_HEIGHT * len(lines) + 140
    lines, heat = _coloured(lines, own, look, "unit")
    return _detail_board(traced, blocks, lines, joins, look, (SLIDE[0], height), heat)


def operation_board(traced: Trace, blocks: Collection[int], look: Look) -> Board:
    """One line a unit, one box an operation."""
    lines: list[Line] = []
    joins: list[Join] = []
    own: dict[str, Sequence[Operation]] = {}
    for index in blocks:
        operations = traced.of_block(index)
        start = _input_cell(index, operations[0].in_shape, look)
        lines.append(Line(_block_label(traced, index, look), (start,)))
        lines += _operation_lines(operations, look, framed=index in _tapped(traced, look))
        own |= {op.path: [op] for op in operations}
        joins += _joins(operations, start.key)
    size = (PANEL_WIDTH, max(PANEL_LINE_HEIGHT * len(lines) + 140, 420))
    lines, heat = _coloured(lines, own, look, OPERATION)
    return _detail_board(traced, blocks, lines, joins, look, size, heat)


def _coloured(
    lines: list[Line], own: Mapping[str, Sequence[Operation]], look: Look, box: str
) -> tuple[list[Line], list[Entry]]:
    """The lines with boxes coloured by a number, and the legend's entries; ``own`` by box's key."""
    heat = heat_of(list(own.values()), look, box)
    if heat is None:
        return lines, []
    of_key = {key: heat.colours(number, look) for number, key in enumerate(own)}
    found = [
        replace(
            line, cells=tuple(replace(c, colours=of_key.get(c.key, c.colours)) for c in line.cells)
        )
        for line in lines
    ]
    return found, heat.legend(look)


def _tapped(traced: Trace, look: Look) -> set[int]:
    """The blocks whose output is a feature level, where those are to be marked."""
    return {tap.block for tap in traced.taps} if look.taps else set()


def _unit_cells(
    traced: Trace, index: int, units: Sequence[tuple[str, list[Operation]]], look: Look
) -> list[Cell]:
    apart = _apart(traced.of_block(index))
    cells = [
        replace(
            _unit_cell(f"{index}-{number}", unit, run, look),
            detached=run[0].role in SIDE_ROLES or run[0].path in apart,
        )
        for number, (unit, run) in enumerate(units)
    ]
    cells[-1] = replace(cells[-1], framed=index in _tapped(traced, look))
    return cells


def _operation_lines(operations: Sequence[Operation], look: Look, *, framed: bool) -> list[Line]:
    """The units of a block; ``framed`` marks its last operation."""
    apart, last = _apart(operations), operations[-1]
    lines = []
    for role, run in units_of(operations):
        cells = [_operation_cell(op, look, detached=op.path in apart) for op in run]
        cells = [replace(c, framed=framed and c.key == last.path) for c in cells]
        lines += _wrapped(role, cells, PANEL_CELLS)
    return lines


def _wrapped(label: str, cells: list[Cell], most: int) -> list[Line]:
    chunks = [tuple(cells[i : i + most]) for i in range(0, len(cells), most)]
    return [Line((label,) if i == 0 else (), chunk) for i, chunk in enumerate(chunks)]


def _apart(operations: Sequence[Operation]) -> set[str]:
    """The operations that do not read the one before them."""
    pairs = zip([None, *operations], operations, strict=False)
    return {
        op.path
        for before, op in pairs
        if op.starts or (before and op.own is not None and before.path not in op.own.reads)
    }


def _joins(operations: Sequence[Operation], start: str) -> list[Join]:
    """Whatever an operation reads beside the one before it; ``start`` is the block's own input."""
    inside = {op.path for op in operations}
    found = []
    for before, op in zip([None, *operations], operations, strict=False):
        label = OPERAND if op.kind in PRODUCTS else BRANCH
        if op.own is not None:
            others = [path for path in op.own.reads if before is None or path != before.path]
            found += [(path, op.path, label) for path in others if before is not None]
        elif op.starts:
            found.append((op.starts, op.path, label))
        if op.kind in JOINS | PRODUCTS and op.own is None:
            labels = {"add": "residual", "scale": "SE"}
            found.append((op.joins, op.path, labels.get(op.kind, OPERAND)))
    return [Join(source if source in inside else start, end, label) for source, end, label in found]


def _detail_board(
    traced: Trace,
    blocks: Collection[int],
    lines: list[Line],
    joins: list[Join],
    look: Look,
    size: tuple[int, int],
    heat: list[Entry],
) -> Board:
    facts = block_rows(traced)
    params = sum(facts[index].params for index in blocks)
    macs = sum(facts[index].macs for index in blocks)
    subtitle = f"{short_count(params)} parameters · {short_count(macs)} MACs"
    only = facts[next(iter(blocks))].name if len(blocks) == 1 else ""
    board = Board(
        title=_title(traced, only, title_room(subtitle, size[0])),
        subtitle=subtitle,
        lines=tuple(lines),
        joins=tuple(joins),
        legend=(*heat, *[("residual", "", "")] * any(j.label == "residual" for j in joins)),
        legend_note=look.noted(_note(look, narrow=size[0] == PANEL_WIDTH)),
        size=size,
    )
    whole = broken(board)
    more = len(whole.lines) - len(lines)
    return replace(whole, size=(size[0], size[1] + more * LINE_HEIGHT)) if more else board


def _title(traced: Trace, block: str, room: float) -> str:
    """The network, or one block of it; by the network's short name where there is little room."""
    network, title = traced.config.network, traced.config.short_title
    briefly = title.replace(network.name, network.short_name, 1)
    names = [f"{block} of {name}" if block else name for name in (title, briefly)]
    return next((name for name in names if fits(name, SMALLEST, room, bold=True)), names[-1])


def _note(look: Look, *, narrow: bool) -> str:
    if look.taps:
        return "framed: tap" if narrow else TAPPED
    crowded = narrow and look.colouring == "bound"
    return "" if crowded else "channels × height × width"


def _block_label(traced: Trace, index: int, look: Look) -> tuple[str, ...]:
    facts = block_rows(traced)[index]
    taps = [f"tap 1/{tap.stride}" for tap in traced.taps if look.taps and tap.block == index]
    return (facts.name, map_size(facts.out_shape), *taps)


def _input_cell(index: int, shape: Shape, look: Look) -> Cell:
    lines = (words("input"), words(shape_text(shape)))
    return Cell(
        f"input-{index}", lines, "input", STYLES["input"].colours(look.mode), clickable=False
    )


def _unit_cell(key: str, role: str, run: list[Operation], look: Look) -> Cell:
    names = [_operation_name(op) for op in run if op.kind != "scale"]
    if run[0].role in SIDE_ROLES:
        names = [_operation_name(op).removesuffix(" conv") for op in run if op.kernel]
    flow = _flow(run)
    kind = _unit_kind(role, run)
    if run[0].role == Role.ATTEND:
        names = ["softmax"]
    if role == SE:
        waist = next(op.out_shape[0] for op in run if op.role == Role.REDUCE)
        flow = f"{run[0].in_shape[0]} → {waist} → {run[-1].out_shape[0]}"
        names = ["squeeze, excite, scale"]
    texts = (role, _named(names), flow, shape_text(run[-1].out_shape))
    if run[0].role == Role.ADD:
        texts = ("add", "input + output", "", shape_text(run[-1].out_shape))
    lines = tuple(words(text) for text in texts if text)
    params, macs = sum(map(cost.params, run)), sum(map(cost.macs, run))
    tooltip = f"{role}: {params:,} parameters, {macs:,} MACs"
    colours = STYLES[kind].colours(look.mode)
    return Cell(
        f"unit-{key}-{role}",
        lines,
        kind,
        colours,
        tooltip,
        clickable=False,
    )


def _flow(run: Sequence[Operation]) -> str:
    """Channels that enter and leave; those of the layer where axes change places."""
    turned = [op for op in run if op.kind == "shape" or (op.kind == "linear" and op.own)]
    if not turned:
        return f"{run[0].in_shape[0]} → {run[-1].out_shape[0]}"
    layer = next((op for op in run if cost.weights(op)), None)
    if layer is None:
        return ""
    axis = -1 if layer.kind == "linear" else 0
    return f"{layer.in_shape[axis]} → {layer.out_shape[axis]}"


def _named(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{names[0]} and {len(names) - 1} more"


def _unit_kind(role: str, run: list[Operation]) -> str:
    layer = next((op for op in run if cost.weights(op)), run[0])
    return SE if role == SE else layer.kind


def _operation_name(op: Operation) -> str:
    names = {
        "norm": "BN",
        "linear": "linear",
        "pool": "global average",
        "scale": "× gate",
        "scores": "query · key",
        "mix": "weights · value",
        "gain": "× learned",
    }
    if op.kind == "activation":
        return label_of(op.activation)
    if op.own is not None:
        window = f"{op.kernel}×{op.kernel} " * (op.kind == "window")
        return f"{window}{op.own.title}" + f" s{op.stride}" * (op.stride > 1)
    if op.kernel:
        step = f" s{op.stride}" * (op.stride > 1) + f" d{op.dilation}" * (op.dilation > 1)
        kind = "dw" if op.kind == "depthwise" else "conv"
        return f"{op.kernel}×{op.kernel} {kind}{step}"
    return names.get(op.kind, op.kind)


def _operation_cell(op: Operation, look: Look, *, detached: bool) -> Cell:
    params, macs = cost.params(op), cost.macs(op)
    costs = [f"{params:,} params"] * bool(params)
    if look.colouring == "macs":
        costs = [f"{short_count(macs)} MACs"] * bool(macs)
    kind = op.kind
    return Cell(
        op.path,
        tuple(words(text) for text in (_operation_name(op), shape_text(op.out_shape), *costs)),
        kind,
        STYLES[kind].colours(look.mode),
        f"{op.path}: {params:,} parameters, {macs:,} MACs",
        clickable=False,
        detached=detached,
    )
