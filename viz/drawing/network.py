"""A whole network as a board: a line for each resolution stage, a box for each block."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from viz.activations import label_of
from viz.drawing.board import LINE_GAP, SLIDE, Board, Cell, Join, Line, broken, fits_board
from viz.drawing.folding import SINGLE, Plan, Run, Wording, run_with, runs_of
from viz.drawing.heat import Entry, Heat, heat_of
from viz.drawing.look import PART, TAPPED, Look
from viz.drawing.scene import Word, Words, words
from viz.drawing.ways import MOST, Ways, way_joins, ways_of
from viz.facts.compare import ALONE
from viz.facts.tables import BlockRow, block_rows, kernels_text, map_size, shape_text
from viz.net.taps import module_of
from viz.net.trace import Trace
from viz.text import short_count
from viz.theme import PAPER

WRAPPED_CELLS = 3
TIGHT_GAP = 26  # between lines, where boxes say less


class _Telling(NamedTuple):
    """Context of the boxes of a network's picture."""

    traced: Trace
    look: Look
    wording: Wording
    names: bool
    heat: Heat | None
    hides: str
    ways: Ways


def network_board(traced: Trace, look: Look) -> Board:
    """All blocks, a line per stage, by the first plan that is readable."""
    for plan in SINGLE:
        board = planned_board(traced, look, plan)
        if plan.breaks:
            board = broken(board)
        if fits_board(board):
            break
    return board


def planned_board(
    traced: Trace,
    look: Look,
    plan: Plan,
    *,
    size: tuple[int, int] = SLIDE,
    lines_per_stage: Mapping[int, int] | None = None,
) -> Board:
    """The blocks drawn by a plan; ``lines_per_stage`` says how many lines each stage has."""
    facts = block_rows(traced)
    heat = heat_of([traced.of_block(block.block) for block in facts], look, "block")
    hides = _same_activation(facts)
    telling = _Telling(traced, look, plan.wording, plan.names, heat, hides, ways_of(traced))
    lines: list[Line] = []
    joins: list[Join] = []
    box_of: dict[int, str] = {}
    for stage, runs in stage_runs(traced, look, plan, facts).items():
        count = (lines_per_stage or {}).get(stage, 1)
        lines += _stage_lines(telling, runs, count)
        box_of |= {block.block: _key(run.first) for run in runs for block in run.blocks}
        keys = [_key(run.first) for run in runs if run.first.residual]
        joins += [Join(key, key, "residual") for key in keys]
    far = way_joins(telling.ways.far, box_of)
    note = _note(facts, telling, left_out=len(far[MOST:]))
    return Board(
        title=traced.config.title if size == SLIDE else _brief_title(traced),
        subtitle=f"{short_count(traced.params)} parameters · {short_count(traced.macs)} MACs",
        lines=tuple(lines),
        joins=(*joins, *far[:MOST]),
        legend=_legend(facts, look, heat, {cell.colours for line in lines for cell in line.cells}),
        legend_note=look.noted(note) if size == SLIDE else "",
        size=size,
        line_gap=LINE_GAP if plan.wording == "full" else TIGHT_GAP,
    )


def _brief_title(traced: Trace) -> str:
    """The title for half a slide, where a long name gives way to a short one."""
    network = traced.config.network
    return traced.config.title.replace(network.name, network.short or network.name, 1)


def stage_runs(
    traced: Trace, look: Look, plan: Plan, facts: Sequence[BlockRow]
) -> dict[int, list[Run]]:
    """The runs of each stage."""
    tapped = {tap.block for tap in traced.taps} if look.taps else set()
    found = {}
    for stage, group in groupby(facts, lambda block: block.stage):
        blocks = list(group)
        runs = runs_of(blocks, plan, look.marks, tapped)
        opened = run_with(runs, look.opened) if look.opened is not None else None
        found[stage] = [
            part
            for run in runs
            for part in ([Run((b,)) for b in run.blocks] if run is opened else [run])
        ]
    return found


def _note(facts: list[BlockRow], telling: _Telling, *, left_out: int) -> str:
    if telling.look.taps:
        return TAPPED
    parts = ["in → expand → out", "s2 = stride 2"]
    parts += ["d2 = dilation 2"] * any(block.dilation > 1 for block in facts)
    parts += ["g2 = 2 groups"] * any(block.groups > 1 for block in facts)
    parts += [f"connections not drawn: {left_out}"] * (left_out > 0)
    hidden = telling.hides if telling.wording == "short" else ""
    return PART.join(parts + [f"all {label_of(hidden)}"] * bool(hidden))


def lines_needed(
    sides: Sequence[tuple[Trace, Look]], plan: Plan, cells: int = WRAPPED_CELLS
) -> dict[int, int]:
    """Lines for each stage so that no network has more than ``cells`` boxes in one."""
    needed: dict[int, int] = {}
    for traced, look in sides:
        for stage, runs in stage_runs(traced, look, plan, block_rows(traced)).items():
            needed[stage] = max(needed.get(stage, 1), -(-len(runs) // cells))
    return needed


def _stage_lines(telling: _Telling, runs: list[Run], count: int) -> list[Line]:
    traced, look = telling.traced, telling.look
    label = _stage_label(telling, [b for run in runs for b in run.blocks])
    tapped = {tap.block for tap in traced.taps} if look.taps else set()
    cells = []
    for run in runs:
        cell = _run_cell(telling, run)
        cells.append(replace(cell, framed=cell.framed or run.first.block in tapped))
    per_line = -(-len(cells) // count)
    chunks = [cells[i : i + per_line] for i in range(0, len(cells), per_line)]
    chunks += [[]] * (count - len(chunks))
    return [Line(label if i == 0 else (), tuple(chunk)) for i, chunk in enumerate(chunks)]


def _stage_label(telling: _Telling, blocks: list[BlockRow]) -> tuple[str, ...]:
    traced, look, wording = telling.traced, telling.look, telling.wording
    share = share_text(sum(b.macs for b in blocks) / (traced.macs or 1))
    weight = share_text(sum(b.params for b in blocks) / (traced.params or 1))
    label: tuple[str, ...] = (map_size(blocks[-1].out_shape), f"{share} MACs")
    label += (f"{weight} params",) if wording != "short" else ()
    if look.taps:
        own = {block.block for block in blocks}
        label += tuple(f"tap 1/{tap.stride}" for tap in traced.taps if tap.block in own)
    return label


def share_text(share: float) -> str:
    """A share in whole percent; "<1%" for a non-zero share that rounds to zero."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _run_cell(telling: _Telling, run: Run) -> Cell:
    block, look = run.first, telling.look
    marks = look.marks.get(block.block, frozenset())
    own = PAPER.colours(look.mode) if run.is_mixed else block.style.colours(look.mode)
    return Cell(
        key=_key(block),
        lines=_run_lines(run, frozenset() if ALONE in marks else marks, telling),
        kind=_css_kind(block),
        colours=telling.heat.colours(block.block, look) if telling.heat else own,
        tooltip=_run_tooltip(telling.traced, run),
        framed=ALONE in marks,
        stacked=len(run.blocks) > 1,
        detached=block.block in telling.ways.detached,
    )


def _same_activation(facts: Sequence[BlockRow]) -> str:
    """The activation of all blocks that have one; empty where they differ."""
    found = {block.activation for block in facts if block.activation}
    return found.pop() if len(found) == 1 else ""


def _run_tooltip(traced: Trace, run: Run) -> str:
    if run.is_mixed:
        kinds = Counter(block.table_entry.name for block in run.blocks)
        return f"{run.numbers}: " + ", ".join(f"{count} × {kind}" for kind, count in kinds.items())
    told = _tooltip(traced, run.first)
    return told if len(run.blocks) == 1 else f"{run.name}, identical; each {told}"


def _tooltip(traced: Trace, block: BlockRow) -> str:
    """Exact figures, and where the block is in the torch module."""
    path = module_of(op.path for op in traced.of_block(block.block))
    where = f" ({path})" if path else ""
    shares = (block.params / (traced.params or 1), block.macs / (traced.macs or 1))
    return (
        f"{block.name}{where}: {block.params:,} parameters ({share_text(shares[0])}), "
        f"{block.macs:,} MACs ({share_text(shares[1])}), "
        f"output {shape_text(block.out_shape)}, "
        f"receptive field {traced.receptive_fields[block.block]} px"
    )


def _run_lines(run: Run, marks: frozenset[str], telling: _Telling) -> tuple[Words, ...]:
    """Text lines of a box, with words marked whose fact is in ``marks``.

    Where it is to be short it leaves out an activation that all blocks have.
    """
    wording = telling.wording
    block = run.first

    def word(text: object, fact: str) -> Word:
        return Word(str(text), fact in marks)

    name = word(run.name, "kind")
    out = word(run.blocks[-1].channels_out, "channels_out")
    if run.is_mixed:
        flow = [word(block.channels_in, "channels_in"), Word("→"), out]
        return (
            (word(run.numbers, "kind"), Word("·"), Word(f"{len(run.blocks)} blocks")),
            tuple(flow),
        )
    if block.kind == "pool":
        told = [words("global average")] * (wording == "full")
        return ((name,), *told, (out, Word("features")))
    bare_se = block.squeeze > 0 and not block.kernels
    inner = (block.expanded, "expanded") if block.expanded else (block.squeeze, "squeeze")
    flow = [word(block.channels_in, "channels_in"), Word("→")]
    flow += [word(*inner), Word("→")] if block.expanded or bare_se else []
    flow.append(out)
    se = [word(f"SE {block.squeeze}", "squeeze")] if block.squeeze and not bare_se else []
    nl = [word(label_of(block.activation), "activation")] if block.activation else []
    steps = _steps(block, word, bare=wording == "full")
    if wording == "full":
        lines = [(name,), tuple(steps), tuple(flow), (*se, *nl)]
        return tuple(line for line in lines if line)
    numbered = block.table_entry.numbered
    named = f"{block.table_entry.name} {run.numbers}" if telling.names else run.numbers
    number = word(named if numbered else block.name, "kind")
    first: list[Word] = [number, *([Word("·"), *steps] if steps else [])]
    if wording == "short":
        first, se = [*first, *se], []
        nl = [] if block.activation == telling.hides else nl
    return tuple(line for line in (tuple(first), tuple(flow), (*se, *nl)) if line)


def _steps(block: BlockRow, word: Callable[[object, str], Word], *, bare: bool) -> list[Word]:
    """Kernels, and whatever of stride, dilation and groups is not one.

    ``bare`` leaves out the dash of a kernel that is left out: the name says which it is.
    """
    if block.heads:
        return [word(f"{block.heads} heads", "heads")]
    if not block.kernel:
        return []
    kernels = tuple(k for k in block.kernels if k or not bare)
    steps = [word(kernels_text(kernels), "kernels")]
    steps += [word(f"s{block.stride}", "stride")] if block.stride > 1 else []
    steps += [word(f"d{block.dilation}", "dilation")] if block.dilation > 1 else []
    steps += [word(f"g{block.groups}", "groups")] if block.groups > 1 else []
    return steps


def _key(block: BlockRow) -> str:
    return f"block-{block.block}"


def _css_kind(block: BlockRow) -> str:
    return block.kind.replace(" ", "-")


def _legend(
    facts: list[BlockRow], look: Look, heat: Heat | None, drawn: Collection[tuple[str, str]]
) -> tuple[Entry, ...]:
    """Kinds whose colour is ``drawn``: a box of blocks of several kinds has none of theirs."""
    residual = [("residual", "", "")] if any(block.residual for block in facts) else []
    if heat:
        return (*heat.legend(look), *residual)
    styles = dict.fromkeys(block.style for block in facts)
    entries = [(style.label, *style.colours(look.mode)) for style in styles]
    entries = [entry for entry in entries if entry[1:] in drawn]
    return (*one_entry_each(entries), *residual)


def one_entry_each(entries: Iterable[Entry]) -> list[Entry]:
    """A legend that has each colour once; kinds that share one share its entry."""
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for label, *colours in entries:
        labels.setdefault((colours[0], colours[1]), {})[label] = None
    return [(" / ".join(found), *colours) for colours, found in labels.items()]
