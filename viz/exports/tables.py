"""Rows as files: for programs, for papers, for spreadsheets and for slides."""

import csv
import html
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Pt
from xlsxwriter import Workbook

from viz.drawing.board import SLIDE
from viz.drawing.scene import Scene
from viz.exports.order import Order
from viz.exports.slides import HEIGHT, WIDTH, blank_slide, presentation, saved
from viz.exports.zips import timeless
from viz.facts.tables import Record, block_rows, operation_rows, rows_as_markdown, stage_rows
from viz.theme import FONT

MAKERS = {"operation": operation_rows, "block": block_rows, "stage": stage_rows}
ROWS_A_SLIDE = 18
FEW_ROWS = 8  # so few can be read from the last row of the room
MARGIN = Emu(360_000)
HEADINGS = {
    "path": "path",
    "in_shape": "in",
    "out_shape": "out",
    "params": "parameters",
    "macs": "MACs",
    "activation_bytes": "activation bytes",
}
# What fits a slide or a page of paper; files for programs hold every column.
PRINTED = {
    "operation": ("path", "kind", "in_shape", "out_shape", "kernel", "stride", "params", "macs"),
    "block": ("name", "map", "params", "macs", "activation_bytes"),
    "stage": ("stage", "map", "params", "macs", "activation_bytes"),
}


def rows_of(order: Order) -> list[Record]:
    """Every column of the rows that are asked for."""
    return MAKERS[order.rows](order.traced)


def printed_rows(order: Order) -> list[Record]:
    """The columns that fit a page, under readable headings."""
    names = PRINTED[order.rows]
    return [{HEADINGS.get(n, n): _flat(row[n]) for n in names} for row in rows_of(order)]


def _flat(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return "×".join(map(str, value))
    return "" if value is None else value


def _grouped(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def as_csv(order: Order) -> bytes:
    """Comma-separated, one header line, shapes as text."""
    rows = rows_of(order)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _flat(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def as_json(order: Order) -> bytes:
    """Configuration, totals and rows, shapes as lists."""
    traced = order.traced
    content = {
        "variant": order.config.variant,
        "config": order.config.arguments(),
        "params": traced.params,
        "macs": traced.macs,
        f"{order.rows}s": rows_of(order),
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def as_markdown(order: Order) -> bytes:
    """A GitHub table."""
    rows: list[Record] = [{k: _grouped(v) for k, v in row.items()} for row in printed_rows(order)]
    return (rows_as_markdown(rows) + "\n").encode()


def as_latex(order: Order) -> bytes:
    """A complete booktabs table; needs \\usepackage{booktabs}."""
    rows = printed_rows(order)
    columns = "".join("r" if isinstance(value, int) else "l" for value in rows[-1].values())
    lines = [
        r"\begin{tabular}{" + columns + "}",
        r"\toprule",
        " & ".join(map(_latex, rows[0])) + r" \\",
        r"\midrule",
        *(" & ".join(_latex(_grouped(v)) for v in row.values()) + r" \\" for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _latex(text: str) -> str:
    for sign in "&%$#_{}":
        text = text.replace(sign, "\\" + sign)
    return text.replace("×", r"$\times$")


def as_html(order: Order) -> bytes:
    """A page with one table."""
    rows = printed_rows(order)
    title = html.escape(order.config.title)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows[0])
    body = "\n".join(
        "<tr>" + "".join(_html_cell(value) for value in row.values()) + "</tr>" for row in rows
    )
    style = (
        "body{font-family:Arial,sans-serif}table{border-collapse:collapse}"
        "th,td{padding:.2em .8em;border-bottom:1px solid #ccc;text-align:left}"
        "td.n{text-align:right}"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head>\n<body><table><caption>{title}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></body></html>\n"
    ).encode()


def _html_cell(value: object) -> str:
    number = ' class="n"' if isinstance(value, int) else ""
    return f"<td{number}>{html.escape(_grouped(value))}</td>"


def as_xlsx(order: Order) -> bytes:
    """A workbook of one sheet: numbers stay numbers, the heading stays in view."""
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    book.set_properties({"title": order.config.title, "created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet(f"{order.rows}s")
    bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
    rows = rows_of(order)
    for column, name in enumerate(rows[0]):
        sheet.write(0, column, HEADINGS.get(name, name), bold)
        for line, row in enumerate(rows, start=1):
            value = _flat(row[name])
            sheet.write(line, column, value, number if isinstance(value, int) else None)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return timeless(target.getvalue())


def as_pptx(order: Order) -> bytes:
    """Native tables, as many slides as it takes."""
    deck = presentation()
    deck.core_properties.title = order.config.title
    add_tables(deck, order.config.title, printed_rows(order))
    return saved(deck)


def add_tables(deck: Any, title: str, rows: Sequence[Record]) -> None:
    """Add slides with ``rows`` under ``title``."""
    pages = [rows[i : i + ROWS_A_SLIDE] for i in range(0, len(rows), ROWS_A_SLIDE)]
    for number, page in enumerate(pages, start=1):
        slide = blank_slide(deck)
        box = slide.shapes.add_textbox(MARGIN, Emu(120_000), WIDTH - 2 * MARGIN, Emu(500_000))
        run = box.text_frame.paragraphs[0].add_run()
        run.text = title + (f" ({number} of {len(pages)})" if len(pages) > 1 else "")
        run.font.size, run.font.bold, run.font.name = Pt(20), True, FONT
        _add_table(slide, page)


def table_scene(title: str, rows: Sequence[Record]) -> Scene:
    """A short table as a scene, for files that have no tables."""
    scene = Scene(SLIDE, "light")
    scene.ground(filled=True)
    scene.text("title", title, 40, SLIDE[1] - 60, 40, bold=True)
    names = list(rows[0])
    widest = [max(len(n), *(len(_grouped(row[n])) for row in rows)) + 3 for n in names]
    pitch = (SLIDE[0] - 80) / sum(widest)
    step = min((SLIDE[1] - 160) / (len(rows) + 1), 80)
    heading: Record = {name: name for name in names}
    for line, row in enumerate([heading, *rows]):
        for column, name in enumerate(names):
            x = 40 + pitch * sum(widest[:column])
            y = SLIDE[1] - 160 - line * step
            scene.text(f"{line}-{column}", _grouped(row[name]), x, y, 28, bold=line == 0)
    return scene


def _add_table(slide: Any, rows: Sequence[Record]) -> None:
    names = list(rows[0])
    top, room = Emu(640_000), HEIGHT - Emu(760_000)
    height = min(room // (len(rows) + 1), Emu(420_000))
    frame = slide.shapes.add_table(
        len(rows) + 1, len(names), MARGIN, top, WIDTH - 2 * MARGIN, height * (len(rows) + 1)
    )
    table = frame.table
    size = 18 if len(rows) <= FEW_ROWS else 11
    widest = [max(len(n), *(len(_grouped(row[n])) for row in rows)) + 2 for n in names]
    for index, share in enumerate(widest):
        table.columns[index].width = Emu((WIDTH - 2 * MARGIN) * share // sum(widest))
    heading: Record = {name: name for name in names}
    for line, row in enumerate([heading, *rows]):
        table.rows[line].height = height
        for column, name in enumerate(names):
            _fill(table.cell(line, column), row[name], size, bold=line == 0)


def _fill(cell: Any, value: object, size: float, *, bold: bool) -> None:
    cell.margin_top = cell.margin_bottom = 0
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if isinstance(value, int) else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = _grouped(value)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
