"""A network as one Python file that needs nothing but torch."""

from collections.abc import Iterator
from typing import Any

from viz.activations import ACTIVATIONS
from viz.exports.request import Request
from viz.net.config import Config
from viz.net.operations import CONVOLUTIONS, Operation
from viz.net.tree import PAD, Tree, even_padding, is_uneven, join_of, tree_of

HEADER = '''"""{title}

{source}. {params:,} parameters, {macs:,} multiply-adds.
Input (N, {channels}, {height}, {width}). Weights are random until some are loaded; the names are
those of torchvision where torchvision has this network.
"""

from collections import OrderedDict

import torch
from torch import nn
'''

ADD = '''

class Add(nn.Module):
    """The residual addition."""

    def forward(self, flow, start):
        return flow + start
'''

SCALE = '''

class Scale(nn.Module):
    """Squeeze and excite: every channel times its gate."""

    def forward(self, gate, start):
        return gate * start
'''

ATTENTION = '''

class Scores(nn.Module):
    """Every query against every key, over the root of their width."""

    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def forward(self, query, key):
        width = key.shape[1]
        queries = query.reshape(len(query), self.heads, width, -1).transpose(2, 3)
        return torch.matmul(queries * width**-0.5, key.flatten(2).unsqueeze(1))


class Mix(nn.Module):
    """Values, weighted by the scores."""

    def forward(self, weights, value, like):
        values = value.flatten(2).unsqueeze(1).transpose(2, 3)
        mixed = torch.matmul(weights, values).transpose(2, 3).flatten(1, 2)
        return mixed.reshape(*mixed.shape[:2], *like.shape[2:])


class MultiQueryAttention(nn.Sequential):
    """Query, key and value of one map; the two products; the output's 1x1 convolution."""

    def forward(self, x):
        query, key, value = self.query(x), self.key(x), self.value(x)
        weights = self.softmax(self.scores(query, key))
        return self.output(self.mix(weights, value, x))
'''

LAYER_SCALE = '''

class LayerScale(nn.Module):
    """A learned factor for every channel, small at first."""

    def __init__(self, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), 1e-5))

    def forward(self, flow):
        return flow * self.gamma[:, None, None]
'''

JOINED = '''

class Joined(nn.Sequential):
    """Children in order; a join among them also gets this container's own input."""

    def forward(self, x):
        flow = x
        for child in self:
            flow = child(flow, x) if isinstance(child, {joins}) else child(flow)
        return flow
'''

FOOTER = """

if __name__ == "__main__":
    model = build().eval()
    print(sum(p.numel() for p in model.parameters()), "parameters")
    print(tuple(model(torch.zeros(1, {channels}, {height}, {width})).shape))
"""


def as_python(request: Request) -> bytes:
    """The file: helper classes that are needed, and ``build()``."""
    traced, network = request.traced, request.config.network
    channels, height, width = traced.operations[0].in_shape
    kinds = {op.kind for op in traced.operations}
    joins = [name for kind, name in (("add", "Add"), ("scale", "Scale")) if kind in kinds]
    facts: dict[str, Any] = {
        "title": request.config.title,
        "source": f"{network.paper}, {network.table}",
        "params": traced.params,
        "macs": traced.macs,
        "channels": channels,
        "height": height,
        "width": width,
    }
    parts = [HEADER.format(**facts)]
    parts += [ATTENTION] * ("scores" in kinds) + [LAYER_SCALE] * ("gain" in kinds)
    parts += [ADD] * ("Add" in joins) + [SCALE] * ("Scale" in joins)
    parts += [JOINED.replace("{joins}", _classes(joins))] * bool(joins)
    body = "\n".join(_container(tree_of(traced.operations), request.config, 1))
    parts.append(f"\n\ndef build():\n    return {body.strip().removesuffix(',')}\n")
    return ("".join(parts) + FOOTER.format(**facts)).encode()


def _classes(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def _container(tree: Tree, config: Config, depth: int) -> Iterator[str]:
    """Lines of a container's constructor."""
    indent, inner = "    " * depth, "    " * (depth + 1)
    classes = {"": "nn.Sequential", "scores": "MultiQueryAttention"}
    kind = classes.get(join_of(tree), "Joined")
    yield f"{indent}{kind}(OrderedDict(["
    for name, child in tree.items():
        if isinstance(child, Operation):
            if is_uneven(child):
                yield f'{inner}("{name}{PAD}", nn.ZeroPad2d({child.across + child.padding})),'
            yield f'{inner}("{name}", {_leaf(child, config)}),'
        else:
            lines = list(_container(child, config, depth + 1))
            yield f'{inner}("{name}", {lines[0].strip()}'
            yield from lines[1:-1]
            yield f"{inner}]))),"
    yield f"{indent}])),"


def _leaf(op: Operation, config: Config) -> str:
    if op.kind in CONVOLUTIONS:
        return _convolution(op)
    eps, momentum = config.norm.eps, config.norm.momentum
    made = {
        "linear": f"nn.Linear({op.in_shape[0]}, {op.out_shape[0]}, bias={op.bias})",
        "norm": f"nn.BatchNorm2d({op.out_shape[0]}, eps={eps:g}, momentum={momentum:g})",
        "activation": ACTIVATIONS[op.activation].source if op.activation else "",
        "pool": "nn.AdaptiveAvgPool2d(1)",
        "flatten": "nn.Flatten(1)",
        "dropout": f"nn.Dropout({config.network.dropout:g})",
        "scale": "Scale()",
        "add": "Add()",
        "scores": f"Scores({op.out_shape[0]})",
        "mix": "Mix()",
        "gain": f"LayerScale({op.out_shape[0]})",
    }
    return made[op.kind]


def _convolution(op: Operation) -> str:
    padding = even_padding(op)
    parts = [str(op.in_shape[0]), str(op.out_shape[0]), str(op.kernel)]
    parts += [f"stride={op.stride}"] * (op.stride > 1)
    parts += [f"padding={padding}"] * (padding != 0)
    parts += [f"dilation={op.dilation}"] * (op.dilation > 1)
    parts += [f"groups={op.groups}"] * (op.groups > 1)
    parts += ["bias=False"] * (not op.bias)
    return f"nn.Conv2d({', '.join(parts)})"
