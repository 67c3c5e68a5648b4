"""``export --weights``: a network with its weights as ONNX, safetensors or Python."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from viz.cli.output import check_output, write_file
from viz.cli.parser import UsageError
from viz.exports.request import LOOKS, Request
from viz.lab.choice import choice_of, config_for
from viz.net.fields import ConfigError, one_of
from viz.net.zoo import Network

FORMATS = ("onnx", "safetensors", "py")


def export_trained(
    options: argparse.Namespace, variant: str | Network | None, params: Mapping[str, str], kind: str
) -> None:
    """Write the file, and beside a Python file its weights. Raises ``RunError``."""
    if kind not in FORMATS:
        raise ConfigError("--format", kind, f"{one_of(list(FORMATS))} with --weights")
    if isinstance(variant, Network):
        raise UsageError("--weights: the network of --onnx has its weights in its own file.")
    beside = _beside(options) if kind == "py" else None
    choice = choice_of(options.weights, variant, by_order=options.by_order)
    own = {name: text for name, text in params.items() if name not in LOOKS}
    config = config_for(choice, variant, own)
    from viz.lab.pytorch.files import FILES, as_pth  # torch takes seconds
    from viz.lab.pytorch.weights import load

    loaded = load(config, choice)
    if beside is None:
        write_file(FILES[kind](loaded), options.output, force=options.force)
        return
    from viz.exports.source import as_python

    write_file(as_pth(loaded), beside, force=options.force)
    write_file(as_python(Request(config), trained=True), options.output, force=options.force)


def _beside(options: argparse.Namespace) -> str:
    """The file of weights beside a Python file."""
    if options.output is None:
        raise UsageError("--output is missing: the weights stand in a file beside the Python file.")
    name = str(Path(options.output).with_suffix(".pth"))
    check_output(name, force=options.force)
    return name
