"""A network as one Python file that needs nothing but torch."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from viz.exports.request import Request
from viz.net.config import Config
from viz.net.tree import SEQUENTIAL, Container, modules_of
from viz.pytorch.calls import call_of

HEADER = '''"""{title}

{source}. {params:,} parameters, {macs:,} multiply-adds.
Input (N, {channels}, {height}, {width}). {weights}; the names are
those of torchvision where torchvision has this network.
"""

from collections import OrderedDict
{imports}
import torch
from torch import Tensor, nn
'''

TRAINED = """

def trained():
    model = build().eval()
    weights = torch.load(Path(__file__).with_suffix(".pth"), map_location="cpu", weights_only=True)
    model.load_state_dict(weights)
    return model
"""

FOOTER = """

if __name__ == "__main__":
    model = {model}
    print(sum(p.numel() for p in model.parameters()), "parameters")
    print(tuple(model(torch.zeros(1, {channels}, {height}, {width})).shape))
"""


def as_python(request: Request, *, trained: bool = False) -> bytes:
    """The file: the classes of ``viz.pytorch.layers`` that are needed, and ``build()``.

    A ``trained`` one has ``trained()`` too, which reads the weights that lie beside it, ``.pth``.
    """
    traced, network = request.traced, request.config.network
    channels, height, width = traced.operations[0].in_shape
    facts: dict[str, Any] = {
        "title": request.config.title,
        "source": f"{network.paper}, {network.table}",
        "params": traced.params,
        "macs": traced.macs,
        "channels": channels,
        "height": height,
        "width": width,
        "imports": "from pathlib import Path\n" if trained else "",
        "weights": "``trained()`` reads the weights beside this file"
        if trained
        else "Weights are random until some are loaded",
        "model": "trained()" if trained else "build().eval()",
    }
    body = "\n".join(_container(modules_of(traced.operations), request.config, 1))
    build = f"\n\ndef build():\n    return {body.strip().removesuffix(',')}\n"
    parts = [HEADER.format(**facts), *_classes(body), build]
    parts += [TRAINED] * trained + [FOOTER.format(**facts)]
    return "".join(parts).encode()


def _classes(body: str) -> Iterator[str]:
    """Source of the classes that are called, and of those that they are made from."""
    text = files("viz.pytorch").joinpath("layers.py").read_text(encoding="utf-8")
    found = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    called = {name for name in found if f" {name}(" in body}
    bases = {base.id for name in called for base in found[name].bases if isinstance(base, ast.Name)}
    for name, node in found.items():
        if name in called | bases:
            yield f"\n\n{ast.get_source_segment(text, node)}\n"


def _container(container: Container, config: Config, depth: int) -> Iterator[str]:
    """Lines of a container's constructor."""
    indent, inner = "    " * depth, "    " * (depth + 1)
    is_plain = container.form == SEQUENTIAL
    end = ")" if is_plain else f", {list(container.reads)})"
    yield f"{indent}{'nn.' * is_plain}{container.form}(OrderedDict(["
    for name, child in container.children.items():
        if isinstance(child, Container):
            first, *rest, last = _container(child, config, depth + 1)
            yield f'{inner}("{name}", {first.strip()}'
            yield from rest
            yield f"{last.removesuffix(',')}),"
        else:
            yield f'{inner}("{name}", {call_of(child, config)}),'
    yield f"{indent}]){end},"
