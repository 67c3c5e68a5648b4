"""A whole network as a board: a line for each resolution stage, a box for each block."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from viz.activations import label_of
from viz.drawing.board import SLIDE, Board, Cell, Join, Line
from viz.drawing.look import COLOURING_LABELS, Look
from viz.drawing.scene import Word, Words, words
from viz.facts.compare import ALONE
from viz.facts.tables import BlockRow, block_rows, kernels_text, map_size, shape_text
from viz.net.taps import module_of
from viz.net.trace import Trace
from viz.text import short_count
from viz.theme import HEAT, PALETTES, heat_colour

WRAPPED_CELLS = 3


def network_board(
    traced: Trace,
    look: Look,
    *,
    size: tuple[int, int] = SLIDE,
    lines_per_stage: dict[int, int] | None = None,
) -> Board:
    """All blocks, a line for each stage; wrapped where ``lines_per_stage`` gives several."""
    facts = block_rows(traced)
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
        legend_note=look.noted(_note(facts, look)) if size == SLIDE else "",
        size=size,
    )


def _note(facts: list[BlockRow], look: Look) -> str:
    if look.taps:
        return "framed: the last map at a stride"
    dilated = " · d2 = dilation 2" if any(block.dilation > 1 for block in facts) else ""
    return f"in → expand → out · s2 = stride 2{dilated}"


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
    blocks: list[BlockRow],
    facts: list[BlockRow],
    look: Look,
    count: int,
    *,
    compact: bool,
) -> list[Line]:
    share = sum(b.macs for b in blocks) / traced.macs
    weight = sum(b.params for b in blocks) / traced.params
    label: tuple[str, ...] = (
        map_size(blocks[-1].out_shape),
        f"{share_text(share)} MACs",
        f"{share_text(weight)} params",
    )
    if look.taps:
        own = {block.block for block in blocks}
        label += tuple(f"tap 1/{tap.stride}" for tap in traced.taps if tap.block in own)
    cells = [_block_cell(block, facts, look, compact=compact) for block in blocks]
    tapped = {tap.block for tap in traced.taps} if look.taps else set()
    cells = [
        replace(c, tooltip=_tooltip(traced, b), framed=c.framed or b.block in tapped)
        for c, b in zip(cells, blocks, strict=True)
    ]
    per_line = -(-len(cells) // count)
    chunks = [cells[i : i + per_line] for i in range(0, len(cells), per_line)]
    chunks += [[]] * (count - len(chunks))
    return [Line(label if i == 0 else (), tuple(chunk)) for i, chunk in enumerate(chunks)]


def share_text(share: float) -> str:
    """A share in whole percent; what is there but rounds to nothing is said to be less than one."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def _block_cell(block: BlockRow, facts: list[BlockRow], look: Look, *, compact: bool) -> Cell:
    marks = look.marks.get(block.block, frozenset())
    return Cell(
        key=_key(block),
        lines=_block_lines(block, frozenset() if ALONE in marks else marks, compact=compact),
        kind=_css_kind(block),
        colours=_block_colours(block, facts, look),
        framed=ALONE in marks,
    )


def _tooltip(traced: Trace, block: BlockRow) -> str:
    """Exact figures, and where the block is in the torch module."""
    path = module_of(op.path for op in traced.of_block(block.block))
    where = f" ({path})" if path else ""
    shares = (block.params / traced.params, block.macs / (traced.macs or 1))
    return (
        f"{block.name}{where}: {block.params:,} parameters ({share_text(shares[0])}), "
        f"{block.macs:,} MACs ({share_text(shares[1])}), "
        f"output {shape_text(block.out_shape)}, sees {traced.receptive_fields[block.block]} px"
    )


def _block_lines(block: BlockRow, marks: frozenset[str], *, compact: bool) -> tuple[Words, ...]:
    """What a box says, each word marked where its fact is among ``marks``."""

    def word(text: object, fact: str) -> Word:
        return Word(str(text), fact in marks)

    name = word(block.name, "kind")
    out = word(block.channels_out, "channels_out")
    if not (block.kernels or block.activation or block.squeeze) and block.normed:
        return ((name,), words("global average"), (out, Word("features")))
    bare_se = block.squeeze > 0 and not block.kernels
    inner = (block.expanded, "expanded") if block.expanded else (block.squeeze, "squeeze")
    flow = [word(block.channels_in, "channels_in"), Word("→")]
    flow += [word(*inner), Word("→")] if block.expanded or bare_se else []
    last = [word(f"SE {block.squeeze}", "squeeze")] if block.squeeze and not bare_se else []
    last += [word(label_of(block.activation), "activation")] if block.activation else []
    end: list[Words] = [(*flow, out), *([tuple(last)] if last else [])]
    if not block.kernels:
        return ((name,), *end)
    steps = [word(kernels_text(block.kernels), "kernels")]
    steps += [word(f"s{block.stride}", "stride")] if block.stride > 1 else []
    steps += [word(f"d{block.dilation}", "dilation")] if block.dilation > 1 else []
    if compact:
        short = str(block.block) if block.table_entry.numbered else block.name
        number = word(short, "kind")
        return ((number, Word("·"), *steps), *end)
    return ((name,), tuple(steps), *end)


def _key(block: BlockRow) -> str:
    return f"block-{block.block}"


def _css_kind(block: BlockRow) -> str:
    return block.kind.replace(" ", "-")


def _block_colours(block: BlockRow, facts: list[BlockRow], look: Look) -> tuple[str, str]:
    if look.colouring == "kind":
        return block.style.colours(look.mode)
    largest = max(getattr(other, look.colouring) for other in facts) or 1
    share = getattr(block, look.colouring) / largest
    return heat_colour(share, look.mode), PALETTES[look.mode].muted


def _legend(facts: list[BlockRow], look: Look) -> tuple[tuple[str, str, str], ...]:
    residual = [("residual", "", "")] if any(block.residual for block in facts) else []
    if look.colouring != "kind":
        largest = max(getattr(block, look.colouring) for block in facts)
        return (*_heat_legend(largest, look), *residual)
    styles = dict.fromkeys(block.style for block in facts)
    entries = {style.label: style.colours(look.mode) for style in styles}
    return (*((label, *colours) for label, colours in entries.items()), *residual)


def _heat_legend(largest: int, look: Look) -> list[tuple[str, str, str]]:
    steps, border = HEAT[look.mode], PALETTES[look.mode].muted
    top = f"{short_count(largest)} {COLOURING_LABELS[look.colouring]}"
    labels = ["0", *[""] * (len(steps) - 2), f"{top} in one block"]
    return [(label, step, border) for label, step in zip(labels, steps, strict=True)]
