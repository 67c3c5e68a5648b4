"""Command-line parser of ``atlas``."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from viz.cli import lab_parser
from viz.cli.program import usage
from viz.drawing.diagrams import LEVELS
from viz.drawing.look import COLOURINGS
from viz.exports import ALIASES, EXPORTS
from viz.exports.request import CHARTS, ROWS, THEMES
from viz.facts.micro import PRECISIONS
from viz.hardware.boards import BOARDS
from viz.hardware.devices import BYTES
from viz.hardware.space import CHOSEN
from viz.net.config import NUMBERS, OPTIONS
from viz.net.zoo import ZOO

COMMANDS = (
    *("list", "summary", "sweep", "diagram", "taps", "diff", "fit", "export", "identify"),
    *lab_parser.NAMES,
    *("story", "app", "serve"),
)
FORMATS = ("table", "json", "csv", "markdown")
RANGE = "numbers with commas, or first:last:step"
PICTURES = ("svg", "png", "dot")
FORMAT_HELP = "default: by FILE's suffix, else svg"
LOOK_HELP = {
    "level": ", ".join(LEVELS),
    "block": "number of a block, from 0",
    "colour": ", ".join(COLOURINGS),
    "rows": "a row of a table is an " + ", ".join(ROWS),
    "chart": ", ".join(CHARTS),
    "theme": ", ".join(THEMES),
    "ridge": "MACs per byte, for --colour bound",
    "taps": "true frames the feature levels",
    "background": "true or false",
    "scale": "image pixels per slide pixel, 1 to 4",
    "width_mm": "width of a PDF's page, and of a PNG with --dpi",
    "dpi": "pixels per inch that a PNG states",
}


class UsageError(Exception):
    """A command line that cannot be carried out; the message is one sentence."""


class Parser(argparse.ArgumentParser):
    """Parser that reports errors in one sentence, without usage."""

    def error(self, message: str) -> NoReturn:
        """Raise ``UsageError``."""
        text = message.removeprefix("argument ").removeprefix(f"{'|'.join(COMMANDS)}: ").rstrip(".")
        raise UsageError(f"{text}.")


def parser() -> Parser:
    """Parser of all commands. Raises ``UsageError`` for invalid arguments."""
    made = Parser(prog=usage(), description="The MobileNet family in the shell.")
    commands = made.add_subparsers(
        dest="command", required=True, metavar="|".join(COMMANDS), parser_class=Parser
    )
    listing = commands.add_parser("list", help="list the networks and their options")
    listing.add_argument("--json", action="store_true", help="as JSON")
    summary = commands.add_parser("summary", help="operations of one network, and totals")
    _add_network(summary)
    summary.add_argument("--format", type=_format, choices=FORMATS, default="table")
    _add_sweep(commands)
    picture = commands.add_parser("diagram", help="draw one network")
    _add_network(picture)
    _add_looks(
        picture, ("level", "block", "colour", "ridge", "theme", "taps", "background", "scale")
    )
    picture.add_argument("--format", type=_picture, choices=PICTURES, help=FORMAT_HELP)
    _add_output(picture)
    taps = commands.add_parser("taps", help="feature levels of one network, for a detector")
    _add_network(taps)
    taps.add_argument("--json", action="store_true", help="as JSON")
    _add_diff(commands)
    _add_fit(commands)
    _add_export(commands)
    _add_identify(commands)
    lab_parser.add(commands)
    _add_story(commands)
    _add_app(commands)
    _add_serve(commands)
    return made


def _add_sweep(commands: "argparse._SubParsersAction[Parser]") -> None:
    about = "costs of many configurations: networks, rules, widths, resolutions"
    sweep = commands.add_parser("sweep", help=about)
    sweep.add_argument("networks", metavar="NETWORK", nargs="*", help="default: all")
    sweep.add_argument("--widths", metavar="W", help=f"{RANGE}; default: 0.1:2:0.05")
    sweep.add_argument("--resolutions", metavar="R", help=f"{RANGE}; default: 96:384:32")
    sweep.add_argument("--rules", help="width rules, with commas; default: all of each network")
    sweep.add_argument("--ridge", metavar="N", help="MACs per byte, for time; default: 31.2")
    sweep.add_argument("--precision", choices=tuple(BYTES), default="int8")
    sweep.add_argument(
        "--set", action="append", default=[], metavar="option=value", help=", ".join(CHOSEN)
    )
    sweep.add_argument("--format", type=_format, choices=FORMATS, default="csv")
    _add_output(sweep)


def _add_app(commands: "argparse._SubParsersAction[Parser]") -> None:
    app = commands.add_parser("app", help="start the app and open a browser")
    app.add_argument("--port", metavar="N", help="default: 8501, or the next one that is free")
    app.add_argument("--address", metavar="HOST", help="whose requests are answered; default: all")
    app.add_argument("--no-browser", action="store_true", help="open none")


def _add_serve(commands: "argparse._SubParsersAction[Parser]") -> None:
    serve = commands.add_parser("serve", help="start several servers of the app behind HAProxy")
    serve.add_argument(
        "--workers", metavar="N", help="servers, 1 to 64; default: one per core, 2 to 8"
    )
    serve.add_argument("--port", metavar="N", help="default: 8501, or the next one that is free")
    serve.add_argument(
        "--address", metavar="HOST", help="whose requests are answered; default: all"
    )
    serve.add_argument(
        "--path", default="", help="path that all is served below, such as /course/atlas"
    )
    serve.add_argument(
        "--drain",
        metavar="SECONDS",
        default="60",
        help="how long a rolling restart (SIGHUP) waits for a server's readers; default: 60",
    )


def _add_diff(commands: "argparse._SubParsersAction[Parser]") -> None:
    diff = commands.add_parser("diff", help="what was edited between two networks")
    for side in ("left", "right"):
        text = "a network, such as 'v3-large?width=0.75', or an ONNX or weights file"
        diff.add_argument(side, metavar=side.upper(), help=text)
    diff.add_argument("--format", type=_format, choices=FORMATS, default="table")
    diff.add_argument("--picture", metavar="FILE", help="draw both into FILE: .svg or .png")
    diff.add_argument("--force", action="store_true", help="overwrite FILE")


def _add_fit(commands: "argparse._SubParsersAction[Parser]") -> None:
    fit = commands.add_parser("fit", help="memory of one network on a microcontroller")
    text = "a network, such as 'v2?width=0.35', or a TFLite, ONNX or weights file"
    fit.add_argument("network", metavar="NETWORK_OR_FILE", nargs="?", help=text)
    lab_parser.add_recipe(fit)
    for field, short in (("width", "W"), ("resolution", "R"), ("classes", "N")):
        fit.add_argument(f"--{field}", metavar=short, help=NUMBERS[field].allowed)
    fit.add_argument("--set", action="append", default=[], metavar="option=value")
    fit.add_argument("--precision", choices=PRECISIONS, help="of the network; default: int8")
    fit.add_argument("--input", choices=PRECISIONS, help="its input's type; default: the network's")
    in_place = "depthwise convolutions write over their input, as in MCUNet's TinyEngine"
    fit.add_argument("--in-place", action="store_true", help=in_place)
    pieces = "the first K blocks in N x N pieces of the picture, as in MCUNetV2"
    fit.add_argument("--patches", metavar="K,N", help=pieces)
    fit.add_argument("--board", metavar="NAME", help=", ".join(BOARDS))
    fit.add_argument("--sram", metavar="BYTES", help="memory for the arena, such as 256K")
    fit.add_argument("--flash", metavar="BYTES", help="memory for the model, such as 1M")
    fit.add_argument("--json", action="store_true", help="as JSON")


def _add_story(commands: "argparse._SubParsersAction[Parser]") -> None:
    story = commands.add_parser(
        "story", help="check a story's links and values, or write it as a deck"
    )
    story.add_argument("action", choices=("check", "deck"))
    story.add_argument("file", metavar="FILE", type=lab_parser.file_name, help="Markdown")
    story.add_argument("--format", choices=("pptx", "pdf"), help="of a deck; default: by suffix")
    story.add_argument("--address", help="address of the running Atlas, for links in a deck")
    _add_output(story)


def _add_identify(commands: "argparse._SubParsersAction[Parser]") -> None:
    identify = commands.add_parser("identify", help="identify the network of a weights file")
    formats = "PyTorch, safetensors, ONNX, Keras, TFLite"
    identify.add_argument(
        "file", metavar="FILE", nargs="?", type=lab_parser.file_name, help=formats
    )
    pasted = "error text of load_state_dict, in place of FILE; - is standard input"
    identify.add_argument("--error", metavar="FILE", help=pasted)
    identify.add_argument("--json", action="store_true", help="as JSON")


def _format(text: str) -> str:
    """``summary`` accepts the options of ``export`` too."""
    return {"md": "markdown"}.get(text.lower(), text.lower())


def _picture(text: str) -> str:
    """``diagram`` accepts the words of ``export``, in any letter case."""
    return ALIASES.get(text.lower(), text.lower())


def _add_export(commands: "argparse._SubParsersAction[Parser]") -> None:
    about = "export a network or a figure to a file"
    export = commands.add_parser("export", help=about)
    _add_network(export)
    export.add_argument("--what", choices=[*EXPORTS, "deck"], default="diagram")
    export.add_argument("--format", metavar="F", help=f"{FORMAT_HELP}; {_formats()}")
    _add_looks(export, tuple(LOOK_HELP))
    lab_parser.add_weights(export, None)
    export.add_argument("--topics", help="pages of a deck, separated by commas; default: all")
    export.add_argument("--address", help="address of the running Atlas, for links in a deck")
    _add_output(export)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", metavar="FILE", type=_file, help="default, or -: standard output"
    )
    parser.add_argument("--force", action="store_true", help="overwrite FILE")


def _file(text: str) -> str | None:
    return None if text == "-" else text


def _formats() -> str:
    return "; ".join(f"{what}: {', '.join(formats)}" for what, formats in EXPORTS.items())


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("variant", metavar="NETWORK", nargs="?", help=", ".join(ZOO))
    lab_parser.add_recipe(parser)
    for option, whose in (("design", "your own network"), ("onnx", "the network of a file")):
        text = f"{whose}, in place of NETWORK"
        parser.add_argument(f"--{option}", metavar="FILE", type=lab_parser.file_name, help=text)
    for field, short in (("width", "W"), ("resolution", "R"), ("classes", "N"), ("divisor", "D")):
        parser.add_argument(f"--{field}", metavar=short, help=NUMBERS[field].allowed)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="option=value",
        help="width_rule, in_channels, output_stride, depth, " + ", ".join(OPTIONS),
    )


def _add_looks(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    for name in names:
        parser.add_argument(f"--{name.replace('_', '-')}", help=LOOK_HELP[name])
