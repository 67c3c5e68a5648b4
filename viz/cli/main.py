"""``atlas``: app, list, summary, diagram, taps, diff, fit, export, identify; for shell and scripts.

What runs networks (predict, train, time, ...) stands in ``lab``.
"""

import argparse
import json
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from viz.cli import app, diff, fit, lab, serve, story, sweep
from viz.cli.choices import setting
from viz.cli.output import check_output, format_wanted, shown, write_file
from viz.cli.parser import PICTURES, UsageError, parser
from viz.cli.program import complain, say_warning
from viz.cli.recipe import told, unfold
from viz.cli.trained import export_trained
from viz.drawing.engine import DrawingError
from viz.exports import ALIASES, EXPORTS, format_of, request_of
from viz.exports.designs import read
from viz.exports.request import DRESS, LOOKS, Size, check_sized, dress_of
from viz.extras import MissingExtra, needed_by
from viz.facts.memory import memory_rows
from viz.facts.rows import Table, aligned, csv_text, markdown, table_of
from viz.facts.steps import RecipeSteps
from viz.facts.tables import COLUMNS, OperationRow, operation_rows, spoken, uncounted_notes
from viz.facts.taps import extractors, tap_rows
from viz.lab.errors import RunError, Stopped
from viz.lab.files import PLAIN
from viz.net.bounds import DESIGN_BYTES
from viz.net.config import CHANNELS, NUMBERS, SIZE
from viz.net.design import KEY, write
from viz.net.fields import ConfigError
from viz.net.notes import notes_of
from viz.net.trace import Trace, trace, trace_config
from viz.net.words import config_of
from viz.net.zoo import ZOO, Network
from viz.reading.tensors import ReadError

EXTRAS = {
    "identify": "files",
    **dict.fromkeys(("sweep", "export"), "export"),
    "story": "app",
    **dict.fromkeys(lab.COMMANDS, "torch"),
    "quantize": "quantise",
}
STOPPED = 130  # what shells say of a command that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    0 when done, 1 where nothing is identified, two networks differ or one does not fit, 2 for bad
    arguments or files, 130 when its user stopped it.
    """
    warnings.showwarning = say_warning
    try:
        _check_characters(sys.argv[1:] if arguments is None else arguments)
        options = parser().parse_args(arguments)
        options.steps = unfold(options)
        with needed_by(options.command, EXTRAS.get(options.command, "")):
            return COMMANDS[options.command](options) or 0
    except (ConfigError, UsageError, DrawingError, ReadError, RunError, MissingExtra) as error:
        if os.environ.get("RANK", "0") == "0":  # torchrun's other processes say the same
            complain(error)
        return STOPPED if isinstance(error, Stopped) else 2
    except KeyboardInterrupt:
        complain("stopped.")
        return STOPPED
    except BrokenPipeError:  # the reader has seen enough
        sys.stderr.close()
    except OSError as error:  # a path that no system takes, a full disk
        where = f"{shown(str(error.filename))}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}.")
        return 2
    return 0


def _check_characters(arguments: Sequence[str]) -> None:
    """Raise ``UsageError`` for half of a character (a lone surrogate), which is in no name."""
    for number, argument in enumerate(arguments, start=1):
        try:
            os.fsencode(argument)
        except UnicodeEncodeError:
            raise UsageError(f"argument {number}: half of a character is in no name.") from None


def _variant(options: argparse.Namespace) -> str | Network:
    """The network that is named, or the design or the model that a file holds."""
    if options.onnx is not None:
        return _read_onnx(options)
    if options.design is not None:
        if options.variant is not None:
            raise UsageError(f"{options.variant}: name a network or give --design, not both.")
        return KEY
    if options.variant is None:
        others = "--recipe, --design FILE or --onnx FILE"
        raise UsageError(f"NETWORK is missing: name a network, or give {others}.")
    return str(options.variant)


def _read_onnx(options: argparse.Namespace) -> Network:
    """The network of an ONNX file; resolution and in_channels are for what the file leaves open."""
    if options.variant is not None or options.design is not None:
        raise UsageError("--onnx: give one network only, not NETWORK or --design too.")
    from viz.reading.graphs.files import read_file

    size = SIZE.read("resolution", options.resolution or SIZE.write(SIZE.default))
    others = dict(map(setting, options.set))
    channels = CHANNELS.read("in_channels", others.pop("in_channels", f"{CHANNELS.default}"))
    options.resolution, options.set = None, [f"{name}={text}" for name, text in others.items()]
    return read_file(options.onnx, size, int(channels)).config.network


def _read_design(path: str) -> str:
    try:
        with Path(path).open("rb") as opened:  # which may have no end
            return write(read(opened.read(DESIGN_BYTES)))
    except OSError as error:
        raise UsageError(f"--design {shown(path)}: {_reason(error)}.") from None


def _reason(error: OSError) -> str:
    return PLAIN.get(error.errno or 0) or error.strerror or str(error)


def _params(options: argparse.Namespace) -> dict[str, str]:
    """Configuration and look parameters from the command line."""
    names = [*NUMBERS, *LOOKS]
    params = {n: getattr(options, n) for n in names if getattr(options, n, None) is not None}
    params |= {KEY: _read_design(options.design)} if options.design is not None else {}
    return params | dict(map(setting, options.set))


class ListRow(NamedTuple):
    """One line of ``list``: a network at width 1 with its options."""

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
    config = config_of(_variant(options), _params(options))
    traced = trace_config(config)
    rows = operation_rows(traced)
    if options.format == "json":
        print(_as_json(traced, rows, options.steps))
    elif options.format == "csv":
        print(csv_text(table_of(rows)), end="")
    else:
        table = table_of(spoken(rows), {name: name for name in COLUMNS["operation"]})
        print(markdown(table) if options.format == "markdown" else aligned(table))
        print(f"\n{config.title}: {traced.params:,} parameters, {traced.macs:,} MACs")
        for row in memory_rows(traced):
            print(
                f"{row.dtype}: {row.weight_bytes:,} bytes of weights, at most {row.peak_bytes:,} "
                f"of activations ({row.where})"
            )
        for note in [*notes_of(config), *uncounted_notes(traced)]:
            print(note)
        if options.steps:
            print(f"\n{told(options.steps)}")


def _as_json(traced: Trace, rows: Sequence[OperationRow], steps: RecipeSteps | None) -> str:
    content = {
        "variant": traced.config.variant,
        "config": traced.config.arguments(),
        "params": traced.params,
        "macs": traced.macs,
        "taps": [row._asdict() for row in tap_rows(traced)],
        "memory": [row._asdict() for row in memory_rows(traced)],
        "operations": [row._asdict() for row in rows],
        **({"recipe": steps.as_json()} if steps else {}),
    }
    return json.dumps(content, indent=2)


def _taps(options: argparse.Namespace) -> None:
    traced = trace_config(config_of(_variant(options), _params(options)))
    rows, code = tap_rows(traced), extractors(traced)
    if options.json:
        content = {"taps": [row._asdict() for row in rows], "python": code}
        print(json.dumps(content, indent=2))
        return
    print(aligned(table_of(rows)) if rows else f"{traced.config.title} has no stride.")
    for library, source in code.items():
        print(f"\n# {library}\n{source}", end="")


def _diagram(options: argparse.Namespace) -> None:
    kind = format_wanted(options, {name: name for name in PICTURES} | {"gv": "dot"})
    request = request_of(_variant(options), _params(options))
    write_file(EXPORTS["diagram"][kind].make(request), options.output, force=options.force)


def _export(options: argparse.Namespace) -> None:
    if options.output is not None:
        check_output(options.output, force=options.force)
    if options.weights is not None and options.what != "model":
        raise UsageError("--weights: only --what model has weights.")
    _check_recipe(options)
    if options.what == "deck":
        _export_deck(options)
        return
    if _names_a_figure(options):
        _export_figure(options)
        return
    made = EXPORTS[options.what].items()
    ends = {name: name for name, _ in made}
    ends |= {each.suffix.rpartition(".")[2]: name for name, each in reversed(made)}
    ends |= {word: name for word, name in ALIASES.items() if name in EXPORTS[options.what]}
    kind = format_of(options.what, format_wanted(options, ends), "--format")
    check_sized(kind, _size(options))
    if options.weights is not None:
        is_named = not (options.variant is options.design is options.onnx is None)
        export_trained(options, _variant(options) if is_named else None, _params(options), kind)
        return
    request = request_of(_variant(options), _params(options))
    write_file(EXPORTS[options.what][kind].make(request), options.output, force=options.force)


def _check_recipe(options: argparse.Namespace) -> None:
    """Refuse a recipe where the file would not be what it names."""
    if options.steps and options.what == "deck":
        raise UsageError("--recipe: a deck is about whole networks; name them.")
    if options.steps and options.steps.recipe.scheme and options.what == "model":
        raise UsageError("--recipe: a model is written in float32; quantize writes whole numbers.")


def _size(options: argparse.Namespace) -> Size:
    """The size that the options say. Raises ``ConfigError``."""
    params = _params(options)
    return dress_of({name: params[name] for name in params if name in DRESS})[1]


def _names_a_figure(options: argparse.Namespace) -> bool:
    """Whether NETWORK is a lesson's figure, or two networks with a comma."""
    if options.what != "diagram" or options.variant in (None, *ZOO) or options.onnx is not None:
        return False
    from viz.exports.figures import is_figure  # brings numpy

    return is_figure(str(options.variant))


def _export_figure(options: argparse.Namespace) -> None:
    """What ``/figure/`` gives; ``--set`` says what its URL says."""
    from viz.exports.figures import figure_of, kinds_of, made

    figure = figure_of(str(options.variant), _params(options))
    kinds = kinds_of(figure)
    kind = format_wanted(options, {name: name for name in kinds})
    kind = ALIASES.get(kind.lower(), kind.lower())
    if kind not in kinds:
        raise ConfigError("--format", kind, "one of " + ", ".join(kinds))
    write_file(made(figure, kind), options.output, force=options.force)


def _export_deck(options: argparse.Namespace) -> None:
    from viz.exports.deck import DECKS
    from viz.exports.lecture import DEFAULT_ADDRESS, lecture_of

    kind = format_wanted(options, {name: name for name in DECKS})
    if kind not in DECKS:
        raise ConfigError("--format", kind, "one of " + ", ".join(DECKS))
    check_sized("deck", _size(options))
    address = options.address or DEFAULT_ADDRESS
    design = _read_design(options.design) if options.design is not None else ""
    names = [name for name in (options.variant, KEY if design else None) if name]
    if options.onnx is not None:
        raise UsageError("--onnx: a deck is about networks of the zoo and about designs.")
    if not names:
        _variant(options)  # says what is missing
    lecture = lecture_of(",".join(names), options.topics or "", address, design)

    def progress(done: int, total: int) -> None:
        print(f"page {done} of {total}", file=sys.stderr)

    write_file(DECKS[kind](lecture, progress), options.output, force=options.force)


def _identify(options: argparse.Namespace) -> int:
    from viz.reading.identify import identify  # these bring more than the other commands need
    from viz.reading.words import report

    if options.file is not None and options.error is not None:
        raise UsageError(f"{shown(options.file)}: name a weights file or give --error, not both.")
    if options.file is None and options.error is None:
        raise UsageError("FILE or --error is missing: name a weights file, or a pasted error's.")
    if options.error is not None:
        return _identify_error(options)
    answer = identify(options.file)
    content = json.dumps(answer.as_json(), indent=2) if options.json else ""
    print(content or report(answer, options.file))
    return 0 if answer.exact else 1


def _identify_error(options: argparse.Namespace) -> int:
    from viz.reading.load_errors import identify_error

    answer = identify_error(_pasted(options.error))
    print(json.dumps(answer.as_json(), indent=2) if options.json else "\n".join(answer.advice))
    return 0 if answer.found else 1


def _pasted(name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"--error {shown(name) or 'nothing'}: {_reason(error)}.") from None
    return content.decode("utf-8", "replace")


COMMANDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "list": _list,
    "summary": _summary,
    "sweep": sweep.run,
    "diagram": _diagram,
    "taps": _taps,
    "diff": diff.run,
    "fit": fit.run,
    "export": _export,
    "identify": _identify,
    **lab.COMMANDS,
    "story": story.run,
    "app": app.start,
    "serve": serve.start,
}
