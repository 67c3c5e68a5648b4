"""Tables on slides: PowerPoint's own, and as scenes for files that have none."""

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from viz.drawing.board import SLIDE
from viz.drawing.scene import Scene
from viz.exports.presentation import HEIGHT, WIDTH, describe, place_title, titled_slide
from viz.facts.rows import Table, is_number, shown
from viz.text import text_width
from viz.theme import FONT

ROWS_A_SLIDE = 18
MARGIN = Emu(360_000)
TOP, FOOT = 640_000, 120_000  # EMU above and below a table
TALLEST_ROW = 420_000
LARGEST, SMALLEST = 18.0, 8.0  # points
OF_A_ROW = 0.62  # of its height is text
CELL_MARGINS = 14.4  # points at both sides of a cell, as PowerPoint has them


def add_tables(deck: Any, title: str, table: Table) -> None:
    """Add slides with the table under ``title``, all about as full as each other."""
    size, columns = text_size(table), list(zip(table.headings, *table.lines, strict=True))
    right = [any(map(is_number, column)) for column in columns]
    pages = _pages(table)
    for number, page in enumerate(pages, start=1):
        slide = titled_slide(
            deck, title + (f" ({number} of {len(pages)})" if len(pages) > 1 else "")
        )
        place_title(slide, (MARGIN, Emu(FOOT), WIDTH - 2 * MARGIN, Emu(TOP - 140_000)), 20)
        _add_table(slide, page, _widths(table), size, right)


def _pages(table: Table) -> list[Table]:
    count = -(-len(table.lines) // ROWS_A_SLIDE) or 1
    rows = -(-len(table.lines) // count) or 1
    starts = range(0, max(len(table.lines), 1), rows)
    return [Table(table.headings, table.lines[i : i + rows]) for i in starts]


def text_size(table: Table) -> float:
    """Points of a table's text, the same on all of its slides: what fits rows and columns."""
    room = (WIDTH - 2 * MARGIN) / Pt(1) - CELL_MARGINS * len(table.headings)
    rows = max(len(page.lines) for page in _pages(table))
    fitting = (LARGEST, OF_A_ROW * _row_height(rows) / Pt(1), room / sum(_widths(table)))
    return max(int(2 * min(fitting)) / 2, SMALLEST)


def _row_height(rows: int) -> int:
    """EMU of a row below the headings' one."""
    return int(min((HEIGHT - TOP - FOOT) // (rows + 1), TALLEST_ROW))


def _widths(table: Table) -> list[float]:
    """Of every column the width of its widest text, in sizes of the text."""
    headings = [text_width(text, 100, bold=True) / 100 for text in table.headings]
    columns = list(zip(*table.lines, strict=True)) or [()] * len(headings)
    return [
        max([heading, *(text_width(shown(value), 100) / 100 for value in column)])
        for heading, column in zip(headings, columns, strict=True)
    ]


def _add_table(
    slide: Any, table: Table, widths: Sequence[float], size: float, right: Sequence[bool]
) -> None:
    count, room = len(table.lines) + 1, WIDTH - 2 * MARGIN
    height = _row_height(len(table.lines))
    place = (MARGIN, Emu(TOP), room, Emu(height * count))
    frame = slide.shapes.add_table(count, len(table.headings), *place)
    made = frame.table
    describe(frame, f"Table: {', '.join(table.headings)}; {count - 1} rows.")
    needed = [size * width + CELL_MARGINS for width in widths]
    for index, share in enumerate(needed):
        made.columns[index].width = Emu(int(room * share / sum(needed)))
    for index, line in enumerate([table.headings, *table.lines]):
        made.rows[index].height = Emu(height)
        for column, value in enumerate(line):
            cell = made.cell(index, column)
            _fill(cell, value, size, bold=index == 0, right=right[column])


def _fill(cell: Any, value: object, size: float, *, bold: bool, right: bool) -> None:
    cell.margin_top = cell.margin_bottom = 0
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = shown(value)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT


def table_scene(title: str, table: Table) -> Scene:
    """A short table as a scene, for files that have no tables."""
    scene = Scene(SLIDE, "light")
    scene.ground(filled=True)
    scene.text("title", title, 40, SLIDE[1] - 60, 40, bold=True)
    widest = _characters(table, 3)
    pitch = (SLIDE[0] - 80) / sum(widest)
    step = min((SLIDE[1] - 160) / (len(table.lines) + 1), 80)
    for index, line in enumerate([table.headings, *table.lines]):
        for column, value in enumerate(line):
            x = 40 + pitch * sum(widest[:column])
            y = SLIDE[1] - 160 - index * step
            scene.text(f"{index}-{column}", shown(value), x, y, 28, bold=index == 0)
    return scene


def _characters(table: Table, spare: int) -> list[int]:
    """Characters of the widest text of every column, and some to spare."""
    columns = zip(table.headings, *table.lines, strict=True)
    return [max(len(shown(value)) for value in column) + spare for column in columns]
