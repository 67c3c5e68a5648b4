"""``python -m viz``: list, summary, diagram and export, for the shell and for scripts."""

import argparse
import csv
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from viz.drawing.diagrams import COLOURING_OF, LEVELS, draw
from viz.drawing.engine import DrawingError
from viz.exports import EXPORTS, order_of
from viz.exports.order import CHARTS, ROWS, THEMES
from viz.facts.tables import Record, operation_rows, rows_as_markdown
from viz.net.config import NUMBERS, OPTIONS, Config, ConfigError, configure, parse_value
from viz.net.trace import Trace, trace, trace_config
from viz.net.zoo import ZOO

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
        commands = {"list": _list, "summary": _summary, "diagram": _diagram, "export": _export}
        run = commands[options.command]
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
        dest="command", required=True, metavar="list|summary|diagram|export", parser_class=_Parser
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
    _add_export(commands)
    return parser


def _add_export(commands: "argparse._SubParsersAction[_Parser]") -> None:
    export = commands.add_parser("export", help="a file of one network, for slides and papers")
    _add_network(export)
    export.add_argument("--what", choices=[*EXPORTS, "deck"], default="diagram")
    export.add_argument("--format", metavar="F", default="svg", help=_formats())
    for name, allowed in (
        ("level", ", ".join(LEVELS)),
        ("block", "number of a block, from 0"),
        ("colour", ", ".join(COLOURING_OF)),
        ("rows", "a row of a table is an " + ", ".join(ROWS)),
        ("chart", ", ".join(CHARTS)),
        ("theme", ", ".join(THEMES)),
        ("scale", "image pixels a slide pixel, 1 to 4"),
    ):
        export.add_argument(f"--{name}", help=allowed)
    export.add_argument("--topics", help="of a deck, separated by commas; default: all")
    export.add_argument("--address", help="where the Atlas runs, for a deck's links back")
    export.add_argument("--output", metavar="FILE", help="default: standard output")
    export.add_argument("--force", action="store_true", help="overwrite FILE")


def _formats() -> str:
    return "; ".join(f"{what}: {', '.join(formats)}" for what, formats in EXPORTS.items())


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
        name, text = _setting(setting)
        chosen[name] = parse_value(name, text)
    return configure(options.variant, **chosen)


def _setting(setting: str) -> tuple[str, str]:
    name, equals, text = setting.partition("=")
    if not equals:
        raise ConfigError("--set", setting, "of the form option=value")
    return name, text


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
    _write(makers[options.format](), options.output, force=True)


def _export(options: argparse.Namespace) -> None:
    if options.output and Path(options.output).exists() and not options.force:
        raise UsageError(f"--output {options.output}: the file exists; --force overwrites it.")
    if options.what == "deck":
        _export_deck(options)
        return
    formats = EXPORTS[options.what]
    if options.format not in formats:
        raise ConfigError("--format", options.format, "one of " + ", ".join(formats))
    looks = ("level", "block", "colour", "rows", "chart", "theme", "scale")
    chosen = {name: str(getattr(options, name)) for name in looks if getattr(options, name)}
    chosen |= {f: str(getattr(options, f)) for f in NUMBERS if getattr(options, f, None)}
    chosen |= dict(_setting(setting) for setting in options.set)
    order = order_of(options.variant, chosen)
    _write(formats[options.format].make(order), options.output, force=options.force)


def _export_deck(options: argparse.Namespace) -> None:
    from viz.exports.deck import DECKS
    from viz.exports.lecture import DEFAULT_ADDRESS, lecture_of

    if options.format not in DECKS:
        raise ConfigError("--format", options.format, "one of " + ", ".join(DECKS))
    address = options.address or DEFAULT_ADDRESS
    lecture = lecture_of(options.variant, options.topics or "", address)

    def progress(done: int, total: int) -> None:
        print(f"page {done} of {total}", file=sys.stderr)

    _write(DECKS[options.format](lecture, progress), options.output, force=options.force)


def _write(content: bytes, output: str | None, *, force: bool) -> None:
    """To standard output, or to a file that is there whole or not at all."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    target = Path(output)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        if target.exists() and not force:
            raise FileExistsError(errno.EEXIST, "the file exists; --force overwrites it")
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError("block", text, "a whole number") from None
