"""How networks show themselves in a notebook: as HTML, and as text where that cannot be shown.

Front ends ask for ``_repr_mimebundle_`` and take the richest form that they know:
https://ipython.readthedocs.io/en/stable/config/integrating.html
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from viz.activations import label_of
from viz.net import cost
from viz.net.operations import Block, Operation

LINES = 21  # of a table on a screen of 720 pixels
KEPT_AT_THE_END = 4
Cell = str | int
Bundle = dict[str, str]


class Sheet(NamedTuple):
    """A small table with its title; numbers are set to the right."""

    title: str
    headings: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    note: str = ""


BLOCK_HEADINGS = (*("block", "kernel", "expand", "SE", "activation", "output", "params", "MACs"),)


def block_sheet(title: str, blocks: Sequence[Block], operations: Sequence[Operation]) -> Sheet:
    """A line for each block, the middle of a long network left out, and totals."""
    lines = [_block_line(block, operations[block.start : block.stop]) for block in blocks]
    params, macs = sum(map(cost.params, operations)), sum(map(cost.macs, operations))
    note = f"{params:,} parameters, {macs:,} MACs in {len(blocks)} blocks"
    return Sheet(title, BLOCK_HEADINGS, tuple(_screen(lines)), note)


def bundle_of(sheet: Sheet) -> Bundle:
    """The forms of a table."""
    return {"text/html": html_of(sheet), "text/plain": text_of(sheet)}


def html_of(sheet: Sheet) -> str:
    """The table for a front end, whose own style it takes."""
    sides = [_side(cell) for cell in sheet.lines[-1]]
    named = zip(sides, sheet.headings, strict=True)
    head = "".join(f'<th style="text-align:{side}">{escape(name)}</th>' for side, name in named)
    body = "\n".join(f"<tr>{''.join(map(_html_cell, line))}</tr>" for line in sheet.lines)
    return (
        f"<div><p><b>{escape(sheet.title)}</b><br>{escape(sheet.note)}</p>\n"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def text_of(sheet: Sheet) -> str:
    """The same in columns of equal width."""
    lines = [sheet.headings, *(tuple(map(_text, line)) for line in sheet.lines)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [isinstance(cell, int) for cell in sheet.lines[-1]]
    body = [
        "  ".join(map(_placed, line, widths, right)).rstrip()  # as a terminal has it
        for line in lines
    ]
    return "\n".join([sheet.title, *[sheet.note] * bool(sheet.note), "", *body])


def _block_line(block: Block, operations: Sequence[Operation]) -> tuple[Cell, ...]:
    facts = block.facts
    return (
        block.name,
        _kernels(block),
        f"{facts.expanded or ''}",
        f"{facts.squeeze or ''}",
        label_of(facts.activation),
        _shape(block.out_shape),
        sum(map(cost.params, operations)),
        sum(map(cost.macs, operations)),
    )


def _screen(lines: Sequence[tuple[Cell, ...]]) -> Sequence[tuple[Cell, ...]]:
    """As many lines as a screen has; one says how many are left out."""
    if len(lines) <= LINES:
        return lines
    first = lines[: LINES - KEPT_AT_THE_END - 1]
    omitted = len(lines) - len(first) - KEPT_AT_THE_END
    gap = (f"… {omitted} more", *[""] * (len(lines[0]) - 1))
    return [*first, gap, *lines[-KEPT_AT_THE_END:]]


def _kernels(block: Block) -> str:
    """As in pictures: 3×3 s2 is a stride of 2."""
    sizes = ", ".join(f"{k}×{k}" if k else "–" for k in block.facts.kernels)
    return f"{sizes} s{block.facts.stride}" if block.facts.stride > 1 else sizes


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _text(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell


def _html_cell(cell: Cell) -> str:
    return f'<td style="text-align:{_side(cell)}">{escape(_text(cell))}</td>'


def _side(cell: Cell) -> str:
    return "right" if isinstance(cell, int) else "left"


def _placed(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)
