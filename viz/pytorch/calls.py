"""Each operation as the call that makes its module: run by ``modules``, written by an export.

Needs no torch. All but the joins are torch's own classes, which every counting tool knows: uneven
padding is a module before its convolution, whose name it leaves alone.
"""

from collections.abc import Callable
from typing import NamedTuple

from viz.activations import ACTIVATIONS
from viz.net.config import Config
from viz.net.operations import CONVOLUTIONS, Operation
from viz.net.tree import Pad, even_padding
from viz.tables import Table


class Call(NamedTuple):
    """A class by its name, and its arguments. Names of torch begin with ``nn.``."""

    name: str
    arguments: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """The call as Python source."""
        named = [f"{name}={value}" for name, value in self.named]
        return f"{self.name}({', '.join([*map(str, self.arguments), *named])})"


def call_of(child: Operation | Pad, config: Config) -> Call:
    """How the module of an operation is made."""
    if isinstance(child, Pad):
        return Call("nn.ZeroPad2d", (child.sides,))
    return CALLS[child.kind](child, config)


def _convolution(op: Operation, _config: Config) -> Call:
    usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True}
    given = {name: getattr(op, name) for name in usual} | {"padding": even_padding(op)}
    named = tuple((name, value) for name, value in given.items() if value != usual[name])
    return Call("nn.Conv2d", (op.in_shape[0], op.out_shape[0], op.kernel), named)


def _norm(op: Operation, config: Config) -> Call:
    constants = (("eps", config.norm.eps), ("momentum", config.norm.momentum))
    vector = len(op.out_shape) == 1
    return Call("nn.BatchNorm1d" if vector else "nn.BatchNorm2d", (op.out_shape[0],), constants)


def _linear(op: Operation, _config: Config) -> Call:
    return Call("nn.Linear", (op.in_shape[0], op.out_shape[0]), (("bias", op.bias),))


def _activation(op: Operation, _config: Config) -> Call:
    record = ACTIVATIONS[op.activation]
    return Call(f"nn.{record.module}", named=record.arguments)


def _window(op: Operation, _config: Config) -> Call:
    named = (("stride", op.stride), ("padding", op.padding[0]))
    return Call("nn.MaxPool2d", (op.kernel,), named)


def _always(name: str, *arguments: object) -> Callable[[Operation, Config], Call]:
    return lambda _op, _config: Call(name, arguments)


CALLS: Table[Callable[[Operation, Config], Call]] = Table(
    "viz.pytorch.calls.CALLS",
    {
        **dict.fromkeys(CONVOLUTIONS, _convolution),
        "linear": _linear,
        "norm": _norm,
        "activation": _activation,
        "pool": _always("nn.AdaptiveAvgPool2d", 1),
        "window": _window,
        "flatten": _always("nn.Flatten", 1),
        "dropout": lambda _op, config: Call("nn.Dropout", (config.network.dropout,)),
        "scale": _always("Scale"),
        "add": _always("Add"),
        "scores": lambda op, _config: Call("Scores", (op.out_shape[0],)),
        "mix": _always("Mix"),
        "gain": lambda op, _config: Call("LayerScale", (op.out_shape[0],)),
        "mean": _always("Mean"),
        "concat": _always("Concat"),
        "split": lambda op, _config: Call("Split", (op.out_shape[0], op.start)),
        "shuffle": lambda op, _config: Call("Shuffle", (op.groups,)),
    },
)
