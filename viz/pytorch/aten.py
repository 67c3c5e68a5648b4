"""ATen's operators -> nodes: what each of them does to a map, and what it costs."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import torch

from viz.reading.graphs.nodes import Node, NodeKind, Window
from viz.reading.graphs.padding import PAD

SPATIAL = 2


class Call(NamedTuple):
    """One call of an operator: ``moving`` are names of nodes that it reads, ``read`` the same with
    None for each constant, ``own`` its parameters with their sizes, each counted once.
    """

    node: Any
    operator: str
    moving: tuple[str, ...]
    read: tuple[str | None, ...]
    own: dict[str, int]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its output, or the first of them, without batch; whole, where the batch holds parts.

        Windows and patches are folded into the batch by some networks.
        """
        whole = self.whole
        return whole[1:] if whole[:1] == (1,) else whole

    @property
    def whole(self) -> tuple[int, ...]:
        """The same with batch."""
        value = self.node.meta["val"]
        first = value if isinstance(value, torch.Tensor) else value[0]
        return tuple(map(int, first.shape))

    def argument(self, name: str, default: Any = None) -> Any:
        """An argument by its name in the operator's schema."""
        if name in self.node.kwargs:
            return self.node.kwargs[name]
        for place, argument in enumerate(self.node.target._schema.arguments):
            if argument.name == name:
                given = self.node.args[place] if place < len(self.node.args) else None
                return argument.default_value if given is None else given
        return default

    def size(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor that is given."""
        return tuple(map(int, self.argument(name).meta["val"].shape))

    def made(self, kind: NodeKind, **more: Any) -> Node:
        """A node of a kind, with what all nodes have."""
        params = sum(self.own.values())
        title = self.operator.rstrip("_")
        return Node("", kind, title, self.moving, self.shape, params, 0, 0)._replace(**more)


def plain_name(target: Any) -> str:
    """``aten.relu_.default`` -> ``relu_``; other functions by their own name."""
    if isinstance(target, torch._ops.OpOverload):
        return target._schema.name.partition("::")[2]
    return str(getattr(target, "__name__", target))


def unknown(call: Call) -> Node:
    """An operator that is not known here: its own name, and no count."""
    return call.made("other", macs=None)


def _pair(value: Any) -> tuple[int, int]:
    values = [int(v) for v in value] if isinstance(value, (tuple, list)) else [int(value)]
    return (values[0], values[-1])


def _convolution(call: Call) -> Node:
    out, inside, *kernel = call.size("weight")
    if len(kernel) != SPATIAL:
        return unknown(call)
    dilation, groups = _pair(call.argument("dilation")), int(call.argument("groups"))
    window = Window(
        (kernel[0], kernel[1]),
        _pair(call.argument("stride")),
        _padding(call.argument("padding"), kernel, dilation),
        dilation,
        groups,
    )
    weights = out * inside * prod(kernel)
    positions = prod(call.whole) // out
    return call.made("conv", weights=weights, macs=weights * positions, window=window)


def _padding(given: Any, kernel: list[int], dilation: tuple[int, int]) -> tuple[int, int, int, int]:
    if given == "valid":
        return (0, 0, 0, 0)
    if given == "same":
        across = [(k - 1) * d for k, d in zip(kernel, dilation, strict=True)]
        (top, left), (bottom, right) = [a // 2 for a in across], [a - a // 2 for a in across]
        return (top, left, bottom, right)
    rows, columns = _pair(given)
    return (rows, columns, rows, columns)


def _transposed(call: Call) -> Node:
    weights = prod(call.size("weight"))
    batch, _channels, *sides = call.size("input")
    macs = weights * batch * prod(sides)
    return call.made("other", weights=weights, macs=macs)


def _linear(call: Call) -> Node:
    weights = prod(call.size("weight"))
    return call.made("linear", weights=weights, macs=weights * prod(call.whole[:-1]))


def _product_of_matrices(call: Call) -> Node:
    inner = tuple(call.node.args[0].meta["val"].shape)[-1]
    return call.made("matmul", macs=prod(call.whole) * int(inner))


def _attention(call: Call) -> Node:
    query, key, value = call.size("query"), call.size("key"), call.size("value")
    macs = prod(query[:-1]) * key[-2] * (query[-1] + value[-1])
    return call.made("matmul", macs=macs)


def _norm(call: Call) -> Node:
    return call.made("norm")


def _is_global(call: Call) -> bool:
    """Whether it averages the whole map."""
    if call.operator == "mean":
        given = call.argument("dim") or []
        rank = len(call.node.args[0].meta["val"].shape)
        return rank == 4 and {d % rank for d in given} == {2, 3}
    return _pair(call.argument("output_size")) == (1, 1)


def _average(call: Call) -> Node:
    if _is_global(call):
        return call.made("average")
    if call.operator == "mean":
        return call.made("other")
    sides = list(zip(call.size("self")[-2:], call.shape[-2:], strict=True))
    if any(before % after for before, after in sides):
        return call.made("other")  # its windows differ in size
    rows, columns = (before // after for before, after in sides)
    return call.made("window", window=Window((rows, columns), (rows, columns)))


def _window(call: Call) -> Node:
    kernel = _pair(call.argument("kernel_size"))
    stride = _pair(call.argument("stride") or kernel)
    padding = _padding(call.argument("padding"), list(kernel), (1, 1))
    dilation = _pair(call.argument("dilation", 1) or 1)
    return call.made("window", window=Window(kernel, stride, padding, dilation))


def _activation(function: str, *numbers: str) -> Callable[[Call], Node]:
    """An activation of that name, with some of its arguments."""

    def made(call: Call) -> Node:
        given = tuple(float(call.argument(name)) for name in numbers)
        return call.made("activation", function=function, number=given)

    return made


def _gelu(call: Call) -> Node:
    exact = call.argument("approximate") == "none"
    return call.made("activation", function="gelu" if exact else "tanh gelu")


def _clamp(call: Call) -> Node:
    low, high = call.argument("min"), call.argument("max")
    numbers = (-float("inf") if low is None else low, float("inf") if high is None else high)
    return call.made("activation", function="clip", number=tuple(map(float, numbers)))


def _elementwise(kind: NodeKind, function: str) -> Callable[[Call], Node]:
    """Of two maps, of a map and a number, or of a map and a parameter."""

    def made(call: Call) -> Node:
        operand = call.argument("other")
        if isinstance(operand, (int, float)):
            return call.made("scalar", function=function, number=(float(operand),))
        if len(call.moving) > 1:
            return call.made(kind)
        channels = prod(call.shape[:1])
        if function == "mul" and sum(call.own.values()) == channels:
            return call.made("gain")
        return call.made("other")

    return made


def _pad(call: Call) -> Node:
    """Zeros around the map are later a convolution's own; anything else is a step."""
    sides = [int(side) for side in call.argument("pad")]
    if call.argument("mode", "constant") != "constant" or call.argument("value", 0):
        return call.made("shape")
    left, right, top, bottom = [*sides, 0, 0][:4]
    return call.made("shape", function=PAD, number=(top, left, bottom, right))


def _of_kind(kind: NodeKind) -> Callable[[Call], Node]:
    return lambda call: call.made(kind)


_PLAIN = (
    *("relu", "relu6", "hardswish", "silu", "sigmoid", "hardsigmoid", "tanh", "erf", "mish"),
    *("softplus", "exp", "softmax", "log_softmax", "selu", "prelu", "abs", "sqrt", "neg", "square"),
)
_OF_KIND: dict[NodeKind, tuple[str, ...]] = {
    "norm": ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm"),
    "flatten": ("flatten",),
    "dropout": ("dropout", "feature_dropout", "alpha_dropout"),
    "concat": ("cat", "concat", "stack"),
    "split": ("getitem", "slice", "select", "narrow"),
    "shape": (
        *("view", "reshape", "permute", "transpose", "squeeze", "unsqueeze", "expand"),
        *("pixel_shuffle", "unflatten", "movedim", "t", "roll"),
        *("channel_shuffle", "pixel_unshuffle", "expand_as", "repeat"),
    ),
    "other": (  # no weights and no products: nothing to count
        *("upsample_bilinear2d", "upsample_nearest2d", "upsample_bicubic2d", "max", "min", "amax"),
        *("sum", "mean", "adaptive_max_pool2d", "maximum", "minimum", "linalg_vector_norm"),
        *("masked_fill", "where", "eq", "ne", "lt", "gt", "new_zeros", "zeros_like", "ones_like"),
    ),
}

TABLE: dict[str, Callable[[Call], Node]] = {
    **{name: _activation(name) for name in _PLAIN},
    **{name: _of_kind(kind) for kind, names in _OF_KIND.items() for name in names},
    "conv2d": _convolution,
    "convolution": _convolution,
    "conv_transpose2d": _transposed,
    "linear": _linear,
    **dict.fromkeys(("matmul", "bmm", "mm"), _product_of_matrices),
    "scaled_dot_product_attention": _attention,
    "adaptive_avg_pool2d": _average,
    "mean": _average,
    "max_pool2d": _window,
    "avg_pool2d": _window,
    **dict.fromkeys(("pad", "constant_pad_nd"), _pad),
    "hardtanh": _activation("clip", "min_val", "max_val"),
    "leaky_relu": _activation("leaky relu", "negative_slope"),
    "elu": _activation("elu", "alpha"),
    "gelu": _gelu,
    "clamp": _clamp,
    "clamp_min": lambda call: call.made(
        "activation", function="clip", number=(float(call.argument("min")), float("inf"))
    ),
    "add": _elementwise("add", "add"),
    "sub": _elementwise("other", "sub"),
    "mul": _elementwise("product", "mul"),
    "div": _elementwise("other", "div"),
    "pow": _activation("pow", "exponent"),
}
TABLE |= {f"{name}_": made for name, made in TABLE.items()}
