"""Rows as files: for programs, for papers, for spreadsheets and for slides."""

import html
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from viz.exports.latex import escaped
from viz.exports.presentation import (
    presentation,
    saved,
)
from viz.exports.request import TITLES, Request
from viz.exports.slide_tables import add_tables
from viz.exports.zips import timeless
from viz.facts.rows import Table, csv_text, flat, is_number, markdown, shown, table_of
from viz.facts.tables import COLUMNS, block_rows, operation_rows, paper_rows, spoken, stage_rows
from viz.net.trace import Trace
from viz.text import printable

MAKERS: dict[str, Callable[[Trace], Sequence[Any]]] = {
    "operation": operation_rows,
    "block": block_rows,
    "stage": stage_rows,
    "paper": paper_rows,
}
PAGE_LINES = 40  # of a table on a page of paper
NO_WIDER = (
    r"\ifdim\wd2>\linewidth\resizebox{\linewidth}{!}{\usebox{2}}\else\usebox{2}\fi"  # than the text
)
SMALL = r"\begingroup\scriptsize\setlength{\tabcolsep}{2pt}"
HEADINGS = {
    "path": "path",
    "in_shape": "in",
    "out_shape": "out",
    "params": "parameters",
    "macs": "MACs",
    "activation_bytes": "activation bytes",
    "exp": "exp size",
    "out": "#out",
    "squeeze": "SE",
    "nl": "NL",
}
# What fits a slide or a page of paper; files for programs hold every column.
PRINTED = {
    "operation": ("path", "kind", "in_shape", "out_shape", "kernel", "stride", "params", "macs"),
    "block": (
        "name",
        "in_shape",
        "out_shape",
        "kernels",
        "expanded",
        "squeeze",
        "stride",
        "params",
        "macs",
    ),
    "stage": ("stage", "map", "blocks", "channels_in", "channels_out", "params", "macs"),
    "paper": ("input", "operator", "exp", "t", "out", "squeeze", "nl", "stride"),
}


def whole_table(request: Request) -> Table:
    """Every column of the rows that are asked for."""
    return table_of(MAKERS[request.rows](request.traced))


def printed_table(request: Request) -> Table:
    """The columns that fit a page, under readable headings."""
    return _with_columns(request, PRINTED[request.rows])


def read_table(request: Request) -> Table:
    """The columns for lines that may be long, under readable headings."""
    return _with_columns(request, COLUMNS.get(request.rows, PRINTED[request.rows]))


def _with_columns(request: Request, names: Sequence[str]) -> Table:
    columns = {name: _heading(name) for name in names}
    return table_of(spoken(MAKERS[request.rows](request.traced)), columns)


def _heading(name: str) -> str:
    return HEADINGS.get(name, name.replace("_", " "))


def as_csv(request: Request) -> bytes:
    """Comma-separated, one header line, shapes as text."""
    return csv_text(whole_table(request)).encode()


def as_json(request: Request) -> bytes:
    """Configuration, totals and rows, shapes as lists."""
    traced = request.traced
    content = {
        "variant": request.config.variant,
        "config": request.config.arguments(),
        "params": traced.params,
        "macs": traced.macs,
        TITLES[request.rows]: [row._asdict() for row in MAKERS[request.rows](traced)],
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def as_markdown(request: Request) -> bytes:
    """A GitHub table."""
    return (markdown(read_table(request)) + "\n").encode()


def as_latex(request: Request) -> bytes:
    """A booktabs table with caption, label and total, to be included; long ones break over pages.

    Needs \\usepackage{booktabs,graphicx}, \\usepackage{longtable} for more than a page, and
    \\usepackage{amssymb} for the ticks of the paper's table. One that is wider than its column of
    text is scaled to it; a long one, which cannot be, is set small.
    """
    table = printed_table(request)
    columns = "".join("r" if is_number(value) else "l" for value in table.lines[-1])
    label = request.name.replace("_", "-")
    caption = f"\\caption{{{escaped(request.config.title)}}}\\label{{tab:{label}}}"
    heading = [r"\toprule", _latex_line(table.headings), r"\midrule"]
    lines = [_latex_line(map(shown, line)) for line in table.lines]
    totals = _totals(request, table)
    total = [r"\midrule", _latex_line(totals)] if any(totals[1:]) else []
    total += [r"\bottomrule"]
    if len(lines) > PAGE_LINES:
        body = [SMALL, f"\\begin{{longtable}}{{{columns}}}", caption + r"\\"]
        body += [*heading, r"\endhead", *lines, *total, r"\end{longtable}", r"\endgroup"]
    else:
        body = [r"\begin{table}", r"\centering", caption]
        body += [f"\\sbox{{2}}{{\\begin{{tabular}}{{{columns}}}", *heading, *lines, *total]
        body += [r"\end{tabular}}", NO_WIDER, r"\end{table}"]
    return ("\n".join(body) + "\n").encode()


def _latex_line(cells: Iterable[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"


def _totals(request: Request, table: Table) -> list[str]:
    """The last line: totals of parameters, MACs and memory below their columns."""
    traced = request.traced
    own = {
        "parameters": traced.params,
        "MACs": traced.macs,
        "activation bytes": traced.activation_bytes,
    }
    cells = [shown(own[name]) if name in own else "" for name in table.headings]
    return ["total", *cells[1:]]


def as_html(request: Request) -> bytes:
    """A page with one table."""
    table = read_table(request)
    title = html.escape(printable(request.config.title))
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.headings)
    body = "\n".join(
        "<tr>" + "".join(_html_cell(value) for value in line) + "</tr>" for line in table.lines
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
    number = ' class="n"' if is_number(value) else ""
    return f"<td{number}>{html.escape(shown(value))}</td>"


def as_xlsx(request: Request) -> bytes:
    """A workbook of one sheet: numbers stay numbers, the heading stays in view."""
    target = io.BytesIO()
    # A text is a text: no formula and no link, whatever it looks like.
    as_texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls"), False)
    book = Workbook(target, {"in_memory": True, **as_texts})
    title = printable(request.config.title)
    book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet(TITLES[request.rows])
    bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
    table = whole_table(request)
    for column, name in enumerate(table.headings):
        sheet.write(0, column, _heading(name), bold)
        for index, line in enumerate(table.lines, start=1):
            value = line[column]
            sheet.write(index, column, flat(value), number if is_number(value) else None)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return timeless(target.getvalue())


def as_pptx(request: Request) -> bytes:
    """Native tables, as many slides as it takes."""
    deck = presentation(request.config.title)
    add_tables(deck, request.config.title, printed_table(request))
    return saved(deck)
