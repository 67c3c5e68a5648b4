"""``python -m viz``: list, summary, diagram and export, for the shell and for scripts."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from viz.drawing.diagrams import LEVELS
from viz.drawing.engine import DrawingError
from viz.drawing.look import COLOURINGS
from viz.exports import EXPORTS, format_of, request_of
from viz.exports.request import CHARTS, LOOKS, ROWS, THEMES
from viz.facts.memory import memory_rows
from viz.facts.rows import Table, aligned, csv_text, markdown, table_of
from viz.facts.tables import OperationRow, operation_rows
from viz.net.config import NUMBERS, OPTIONS
from viz.net.fields import ConfigError
from viz.net.trace import Trace, trace, trace_config
from viz.net.words import config_of
from viz.net.zoo import ZOO, Network

FORMATS = ("table", "json", "csv", "markdown")
PICTURES = ("svg", "png", "dot")
# What fits a terminal; CSV and JSON hold every column.
COLUMNS = (
    "path",
    "kind",
    "role",
    "in_shape",
    "out_shape",
    "kernel",
    "stride",
    "groups",
    "activation",
    "params",
    "macs",
)
LOOK_HELP = {
    "level": ", ".join(LEVELS),
    "block": "number of a block, from 0",
    "colour": ", ".join(COLOURINGS),
    "rows": "a row of a table is an " + ", ".join(ROWS),
    "chart": ", ".join(CHARTS),
    "theme": ", ".join(THEMES),
    "background": "true or false",
    "scale": "image pixels a slide pixel, 1 to 4",
}


class UsageError(Exception):
    """A command line that cannot be carried out; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without usage."""

    def error(self, message: str) -> NoReturn:
        text = message.removeprefix("argument ").removeprefix(f"{'|'.join(COMMANDS)}: ").rstrip(".")
        raise UsageError(f"{text}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when done, 2 for bad arguments."""
    try:
        options = _parser().parse_args(arguments)
        COMMANDS[options.command](options)
    except (ConfigError, UsageError, DrawingError) as error:
        print(f"viz: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()
    return 0


def _parser() -> _Parser:
    parser = _Parser(prog="python -m viz", description="The MobileNet family in the shell.")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="|".join(COMMANDS), parser_class=_Parser
    )
    listing = commands.add_parser("list", help="the networks and their options")
    listing.add_argument("--json", action="store_true", help="as JSON")
    summary = commands.add_parser("summary", help="every operation of one network, and totals")
    _add_network(summary)
    summary.add_argument("--format", type=_format, choices=FORMATS, default="table")
    picture = commands.add_parser("diagram", help="a picture of one network")
    _add_network(picture)
    _add_looks(picture, ("level", "block", "colour", "theme", "background", "scale"))
    picture.add_argument("--format", choices=PICTURES, default="svg")
    picture.add_argument("--output", metavar="FILE", help="default: standard output")
    _add_export(commands)
    return parser


def _format(text: str) -> str:
    """``summary`` knows the words of ``export`` too."""
    return {"md": "markdown"}.get(text, text)


def _add_export(commands: "argparse._SubParsersAction[_Parser]") -> None:
    export = commands.add_parser("export", help="a file of one network, for slides and papers")
    _add_network(export)
    export.add_argument("--what", choices=[*EXPORTS, "deck"], default="diagram")
    export.add_argument("--format", metavar="F", default="svg", help=_formats())
    _add_looks(export, tuple(LOOK_HELP))
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


def _add_looks(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    for name in names:
        parser.add_argument(f"--{name}", help=LOOK_HELP[name])


def _said(options: argparse.Namespace) -> dict[str, str]:
    """Everything that the command line says of a configuration and its look."""
    names = [*NUMBERS, *LOOKS]
    said = {n: getattr(options, n) for n in names if getattr(options, n, None) is not None}
    return said | dict(map(_setting, options.set))


def _setting(setting: str) -> tuple[str, str]:
    name, equals, text = setting.partition("=")
    if not equals:
        raise ConfigError("--set", setting, "of the form option=value")
    return name, text


class ListRow(NamedTuple):
    """A network of the zoo at width 1, and what it can be asked for."""

    variant: str
    name: str
    year: str
    paper: str
    params: int
    macs: int
    width_rules: tuple[str, ...]
    options: tuple[str, ...]


def _list(options: argparse.Namespace) -> None:
    rows = [_list_row(network) for network in ZOO.values()]
    as_json = options.json
    print(json.dumps([row._asdict() for row in rows], indent=2) if as_json else _text(rows))


def _list_row(network: Network) -> ListRow:
    traced = trace(network.key)
    rules = tuple(rule.name for rule in network.rules)
    about = (network.key, network.name, str(network.year), network.paper)
    return ListRow(*about, traced.params, traced.macs, rules, network.options)


def _text(rows: Sequence[ListRow]) -> str:
    table = table_of(rows)
    lines = tuple(
        tuple(" ".join(v) if isinstance(v, tuple) else v for v in line) for line in table.lines
    )
    return aligned(Table(table.headings, lines))


def _summary(options: argparse.Namespace) -> None:
    config = config_of(options.variant, _said(options))
    traced = trace_config(config)
    rows = operation_rows(traced)
    if options.format == "json":
        print(_as_json(traced, rows))
    elif options.format == "csv":
        print(csv_text(table_of(rows)), end="")
    else:
        table = table_of(rows, {name: name for name in COLUMNS})
        print(markdown(table) if options.format == "markdown" else aligned(table))
        print(f"\n{config.title}: {traced.params:,} parameters, {traced.macs:,} MACs")
        for row in memory_rows(traced):
            print(
                f"{row.dtype}: {row.weight_bytes:,} bytes of weights, at most {row.peak_bytes:,} "
                f"of activations ({row.where})"
            )
        for note in config.notes():
            print(note)


def _as_json(traced: Trace, rows: Sequence[OperationRow]) -> str:
    content = {
        "variant": traced.config.variant,
        "config": traced.config.arguments(),
        "params": traced.params,
        "macs": traced.macs,
        "memory": [row._asdict() for row in memory_rows(traced)],
        "operations": [row._asdict() for row in rows],
    }
    return json.dumps(content, indent=2)


def _diagram(options: argparse.Namespace) -> None:
    request = request_of(options.variant, _said(options))
    _write(EXPORTS["diagram"][options.format].make(request), options.output, force=True)


def _export(options: argparse.Namespace) -> None:
    if options.output is not None:
        _check_output(options.output, force=options.force)
    if options.what == "deck":
        _export_deck(options)
        return
    kind = format_of(options.what, options.format, "--format")
    request = request_of(options.variant, _said(options))
    _write(EXPORTS[options.what][kind].make(request), options.output, force=options.force)


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


def _check_output(output: str, *, force: bool) -> None:
    """Whether a file may be written there, before work is done for it."""
    target = Path(output)
    if not output.strip() or not target.name or target.is_dir():
        raise UsageError(f"--output {output or 'nothing'}: name a file, not a folder.")
    if target.exists() and not force:
        raise UsageError(f"--output {output}: the file exists; --force overwrites it.")


def _write(content: bytes, output: str | None, *, force: bool) -> None:
    """To standard output, or to a file that is there whole or not at all."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    _check_output(output, force=force)
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


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "list": _list,
    "summary": _summary,
    "diagram": _diagram,
    "export": _export,
}
