"""Blocks from inside, as boards: a box for each unit, or for each operation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from viz.activations import label_of
from viz.drawing.board import SLIDE, Board, Cell, Join, Line, broken, with_room_for_skips
from viz.drawing.heat import OPERATION, Entry, heat_of
from viz.drawing.look import TAPPED, Look
from viz.drawing.painter import BRANCH, OPERAND, title_room
from viz.drawing.scene import words
from viz.facts.tables import block_rows, map_size, shape_text
from viz.net import cost
from viz.net.operations import PRODUCTS, SE, Operation, Role, Shape
from viz.net.roles import BRANCH_ROLES
from viz.net.trace import Trace
from viz.tables import Table
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
        boxes = [(cell.key, run) for cell, (_unit, run) in zip(cells, units, strict=True)]
        reads = _reads(boxes, start.key)
        lines.append(Line(_block_label(traced, index, look), (start, *_attached(cells, reads))))
        own |= dict(boxes)
        joins += _skips(boxes, reads, start.key)
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
        boxes = [(op.path, [op]) for op in operations]
        reads = _reads(boxes, start.key)
        lines.append(Line(_block_label(traced, index, look), (start,)))
        lines += _operation_lines(operations, reads, look, framed=index in _tapped(traced, look))
        own |= dict(boxes)
        joins += _skips(boxes, reads, start.key)
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
    inside = {op.path for op in traced.of_block(index)}
    cells = [
        _unit_cell(f"{index}-{number}", unit, run, look, inside)
        for number, (unit, run) in enumerate(units)
    ]
    cells[-1] = replace(cells[-1], framed=index in _tapped(traced, look))
    return cells


def _operation_lines(
    operations: Sequence[Operation], reads: "Reads", look: Look, *, framed: bool
) -> list[Line]:
    """The units of a block; ``framed`` marks its last operation."""
    cells = {op.path: _operation_cell(op, look) for op in operations}
    last = operations[-1].path
    cells[last] = replace(cells[last], framed=framed)
    attached = {cell.key: cell for cell in _attached(list(cells.values()), reads)}
    return [
        line
        for role, run in units_of(operations)
        for line in _wrapped(role, [attached[op.path] for op in run], PANEL_CELLS)
    ]


def _wrapped(label: str, cells: list[Cell], most: int) -> list[Line]:
    chunks = [tuple(cells[i : i + most]) for i in range(0, len(cells), most)]
    return [Line((label,) if i == 0 else (), chunk) for i, chunk in enumerate(chunks)]


Boxes = Sequence[tuple[str, Sequence[Operation]]]  # what stands in each box, in order
Reads = dict[str, dict[str, Operation]]  # box -> boxes that it reads, each with a reader inside


def _reads(boxes: Boxes, start: str) -> Reads:
    """What each box reads; ``start`` is the block's own input, and all that lies before it."""
    box_of = {op.path: key for key, run in boxes for op in run}
    found: Reads = {}
    for key, run in boxes:
        sources = [(box_of.get(path, start), op) for op in run for path in op.inputs]
        found[key] = {source: op for source, op in sources if source != key}
    return found


def _attached(cells: Sequence[Cell], reads: Reads) -> list[Cell]:
    """The cells, those detached that do not read the one before them."""
    before = [None, *(cell.key for cell in cells)]
    return [
        replace(cell, detached=previous is not None and previous not in reads[cell.key])
        for previous, cell in zip(before, cells, strict=False)
    ]


def _skips(boxes: Boxes, reads: Reads, start: str) -> list[Join]:
    """Whatever a box reads beside the one before it."""
    before = [start, *(key for key, _run in boxes)]
    return [
        Join(source, key, _join_label(reader, outside=source == start))
        for previous, (key, _run) in zip(before, boxes, strict=False)
        for source, reader in reads[key].items()
        if source != previous
    ]


def _join_label(reader: Operation, *, outside: bool) -> str:
    if reader.kind == "scale":
        return "SE"
    if reader.kind == "add" and outside:
        return "residual"
    return OPERAND if reader.kind in PRODUCTS else BRANCH


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
    grown = replace(whole, size=(size[0], size[1] + more * LINE_HEIGHT)) if more else board
    return with_room_for_skips(grown)


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


def _unit_cell(
    key: str, role: str, run: list[Operation], look: Look, inside: Collection[str]
) -> Cell:
    names = [_operation_name(op) for op in run if op.kind != "scale"]
    names = names[:1] if run[0].kind == "split" else names  # its parts stand in the flow
    names = [] if names == [role] else names
    if run[0].role in BRANCH_ROLES:
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
        texts = (
            "add",
            ", ".join([_summands(run[0], inside), *names[1:]]),
            "",
            shape_text(run[-1].out_shape),
        )
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


def _summands(op: Operation, inside: Collection[str]) -> str:
    residual = len(op.inputs) == 2 and not {*op.inputs} <= {*inside}
    return "input + output" if residual else f"sum of {len(op.inputs)}"


def _flow(run: Sequence[Operation]) -> str:
    """Channels that enter and leave; those of the layer where axes change places."""
    if run[0].kind == "concat":
        parts = " + ".join(f"{shape[0]}" for shape in run[0].in_shapes)
        return f"{parts} → {run[-1].out_shape[0]}"
    if all(op.kind == "split" for op in run):
        return f"{run[0].in_shape[0]} → " + " + ".join(f"{op.out_shape[0]}" for op in run)
    turned = [op for op in run if op.kind == "shape" or (op.kind == "linear" and op.read)]
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


NAMES: Table[str] = Table(
    "viz.drawing.details.NAMES",
    {
        "norm": "BN",
        "linear": "linear",
        "pool": "global average",
        "flatten": "flatten",
        "dropout": "dropout",
        "scale": "× gate",
        "add": "add",
        "scores": "query · key",
        "mix": "weights · value",
        "gain": "× learned",
        "mean": "mean",
        "concat": "concat",
        "split": "split",
        "shuffle": "shuffle",
    },
)


def _operation_name(op: Operation) -> str:
    if op.kind == "activation":
        return label_of(op.activation)
    if op.read is not None:
        window = f"{op.kernel}×{op.kernel} " * (op.kind == "window")
        return f"{window}{op.read.title}" + f" s{op.stride}" * (op.stride > 1)
    if op.kernel:
        step = f" s{op.stride}" * (op.stride > 1) + f" d{op.dilation}" * (op.dilation > 1)
        kind = {"depthwise": "dw", "window": "max pool"}.get(op.kind, "conv")
        return f"{op.kernel}×{op.kernel} {kind}{step}"
    return NAMES[op.kind]


def _operation_cell(op: Operation, look: Look) -> Cell:
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
    )
