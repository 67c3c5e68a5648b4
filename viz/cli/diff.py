"""``atlas diff``: what was edited between two networks."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

from viz.cli.output import check_output, format_wanted, write_file
from viz.cli.parser import UsageError
from viz.drawing.comparison import Comparison, compare
from viz.facts.compare import TotalRow
from viz.facts.diff import EditRow, edit_rows
from viz.facts.rows import Table, aligned, csv_text, markdown, table_of
from viz.net.trace import Trace, trace_config
from viz.net.words import config_of

PICTURES = ("svg", "png")
EDITS = {
    "edit": "edit",
    "left": "left block",
    "right": "right block",
    "block": "name",
    "fact": "fact",
    "before": "left",
    "after": "right",
}


def run(options: argparse.Namespace) -> int:
    """Print the edits and both totals; 1 where the networks differ, else 0."""
    if options.picture is not None:
        check_output(options.picture, force=options.force, option="--picture")
    found = compare(_traced(options.left), _traced(options.right))
    print(_FORMATS[options.format](found), end="")
    if options.picture is not None:
        _write_picture(found, options)
    return int(not _is_equal(found))


def _traced(side: str) -> Trace:
    """A network by name, with options as in an address, or the one in a file."""
    name, _, query = side.partition("?")
    if not Path(side).is_file():
        return trace_config(config_of(name, dict(parse_qsl(query, keep_blank_values=True))))
    from viz.reading.process import checked_format, naming

    file = Path(side)
    with naming(file):
        kind = checked_format(file)
    if kind == "onnx":
        from viz.reading.graphs.files import read_file

        return read_file(file)
    return _identified(side)


def _identified(file: str) -> Trace:
    from viz.reading.identify import identify

    match = identify(file).match
    if match is None:
        raise UsageError(f"{file}: its weights are not a network that the Atlas knows.")
    return trace_config(match)


def _write_picture(found: Comparison, options: argparse.Namespace) -> None:
    wanted = argparse.Namespace(output=options.picture, format=None)
    kind = format_wanted(wanted, {name: name for name in PICTURES})
    drawn = found.diagram
    content = drawn.png(scale=2) if kind == "png" else drawn.svg().encode()
    write_file(content, options.picture, force=options.force, option="--picture")


def _is_equal(found: Comparison) -> bool:
    """Whether neither a block nor a total differs; names are nobody's edit."""
    return not found.edits and not any(row.difference for row in found.totals)


def _rows(found: Comparison) -> list[EditRow]:
    return edit_rows(found.edits)


def _as_json(found: Comparison) -> str:
    content = {
        "left": found.left.config.title,
        "right": found.right.config.title,
        "equal": _is_equal(found),
        "edits": [row._asdict() for row in _rows(found)],
        "totals": [row._asdict() for row in found.totals],
    }
    return json.dumps(content, indent=2) + "\n"


def _as_csv(found: Comparison) -> str:
    rows = _rows(found)
    return csv_text(table_of(rows) if rows else Table(EditRow._fields, ()))


def _as_text(found: Comparison) -> str:
    return _told(found, aligned)


def _as_markdown(found: Comparison) -> str:
    return _told(found, markdown)


def _told(found: Comparison, write: Callable[[Table], str]) -> str:
    rows = _rows(found)
    parts = [f"{found.left.config.title} -> {found.right.config.title}"]
    parts += [write(table_of(rows, EDITS))] if rows else [_sameness(found)]
    return "\n\n".join([*parts, write(_totals(found.totals))]) + "\n"


def _sameness(found: Comparison) -> str:
    if _is_equal(found):
        return "The networks are equal."
    return "No block was edited; totals differ."


def _totals(rows: Sequence[TotalRow]) -> Table:
    lines = tuple((row.name, row.left, row.right, row.difference) for row in rows)
    return Table(("total", "left", "right", "difference"), lines)


_FORMATS: dict[str, Callable[[Comparison], str]] = {
    "table": _as_text,
    "markdown": _as_markdown,
    "csv": _as_csv,
    "json": _as_json,
}
