"""``python -m viz``: list, summary and diagram, for the shell and for scripts."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from viz.config import NUMBERS, OPTIONS, Config, ConfigError, configure, parse_value
from viz.diagrams import LEVELS, draw
from viz.drawing.engine import DrawingError
from viz.tables import Record, operation_rows, rows_as_markdown
from viz.trace import Trace, trace, trace_config
from viz.zoo import ZOO

FORMATS = ("table", "json", "csv", "markdown")
PICTURES = ("svg", "png", "dot")
COLUMNS = (
    "path",
    "kind",
    "in_shape",
    "out_shape",
    "kernel",
    "stride",
    "groups",
    "activation",
    "params",
    "macs",
    "block",
    "stage",
)


class UsageError(Exception):
    """A command line that cannot be carried out; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without usage."""

    def error(self, message: str) -> NoReturn:
        text = message.removeprefix("argument ").rstrip(".")
        raise UsageError(f"{text[:1].upper()}{text[1:]}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 2 for bad arguments."""
    try:
        options = _parser().parse_args(arguments)
        run = {"list": _list, "summary": _summary, "diagram": _diagram}[options.command]
        run(options)
    except (ConfigError, UsageError, DrawingError) as error:
        print(f"viz: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()
    return 0


def _parser() -> _Parser:
    parser = _Parser(prog="python -m viz", description="The MobileNet family in the shell.")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="list|summary|diagram", parser_class=_Parser
    )
    listing = commands.add_parser("list", help="the networks and their options")
    listing.add_argument("--json", action="store_true", help="as JSON")
    summary = commands.add_parser("summary", help="every operation of one network, and totals")
    _add_network(summary)
    summary.add_argument("--format", choices=FORMATS, default="table")
    picture = commands.add_parser("diagram", help="a picture of one network")
    _add_network(picture)
    picture.add_argument("--level", choices=LEVELS, default="network")
    picture.add_argument("--block", metavar="N", help="only this block, from 0")
    picture.add_argument("--format", choices=PICTURES, default="svg")
    picture.add_argument("--output", metavar="FILE", help="default: standard output")
    return parser


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("variant", metavar="VARIANT", help=", ".join(ZOO))
    for field, short in (("width", "W"), ("resolution", "R"), ("classes", "N"), ("divisor", "D")):
        parser.add_argument(f"--{field}", metavar=short, help=NUMBERS[field].allowed)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="option=value",
        help="width_rule, in_channels, " + ", ".join(OPTIONS),
    )


def _config(options: argparse.Namespace) -> Config:
    chosen: dict[str, object] = {}
    for field in NUMBERS:
        if getattr(options, field, None) is not None:
            chosen[field] = parse_value(field, getattr(options, field))
    for setting in options.set:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ConfigError("--set", setting, "of the form option=value")
        chosen[name] = parse_value(name, text)
    return configure(options.variant, **chosen)


def _list(options: argparse.Namespace) -> None:
    rows: list[Record] = [
        {
            "variant": key,
            "name": network.name,
            "year": str(network.year),
            "paper": network.paper,
            "params": trace(key).params,
            "macs": trace(key).macs,
            "width_rules": [rule.name for rule in network.rules],
            "options": list(network.options),
        }
        for key, network in ZOO.items()
    ]
    print(json.dumps(rows, indent=2) if options.json else _as_table(rows))


def _summary(options: argparse.Namespace) -> None:
    config = _config(options)
    traced = trace_config(config)
    rows = [{name: row[name] for name in COLUMNS} for row in operation_rows(traced)]
    if options.format == "json":
        print(_as_json(traced, rows))
    elif options.format == "csv":
        print(_as_csv(rows), end="")
    else:
        flat = [_flat(row) for row in rows]
        print(rows_as_markdown(flat) if options.format == "markdown" else _as_table(flat))
        print(f"\n{config.title}: {traced.params:,} parameters, {traced.macs:,} MACs")
        for note in config.notes():
            print(note)


def _as_json(traced: Trace, rows: Sequence[Record]) -> str:
    content = {
        "variant": traced.config.variant,
        "config": traced.config.arguments(),
        "params": traced.params,
        "macs": traced.macs,
        "operations": list(rows),
    }
    return json.dumps(content, indent=2)


def _flat(row: Record) -> Record:
    return {k: "×".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()}


def _as_csv(rows: Sequence[Record]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_flat(row) for row in rows)
    return text.getvalue()


def _as_table(rows: Sequence[Record]) -> str:
    names = list(rows[0])
    cells = [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    right = [isinstance(rows[-1][name], int) for name in names]
    return "\n".join(
        "  ".join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in [names, *cells]
    )


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _diagram(options: argparse.Namespace) -> None:
    block = _whole(options.block) if options.block is not None else None
    drawing = draw(trace_config(_config(options)), options.level, block)
    makers: dict[str, Callable[[], bytes]] = {
        "svg": lambda: drawing.svg().encode(),
        "png": drawing.png,
        "dot": lambda: drawing.dot.encode(),
    }
    content = makers[options.format]()
    if options.output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        Path(options.output).write_bytes(content)
    except OSError as error:
        raise UsageError(f"--output {options.output}: {error.strerror}.") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError("block", text, "a whole number") from None
