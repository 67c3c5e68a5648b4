"""ATen's operators -> nodes: what each of them does to a map, and what it costs.

Multiply-adds are those that torch's own counter finds in a call: products of matrices and
convolutions, also within an operator such as ``einsum`` or ``lstm``.
"""

from collections.abc import Callable
from math import inf, prod
from typing import Any, NamedTuple

import torch
from torch.utils.flop_counter import FlopCounterMode

from viz.reading.graphs.nodes import Node, NodeKind, Window
from viz.reading.graphs.padding import PAD

SPATIAL = 2


class Call(NamedTuple):
    """One call of an operator.

    ``moving`` are names of nodes that it reads, ``read`` the same with None for each constant.
    ``params`` are its parameters, each counted once, ``macs`` its multiply-adds; both with those
    that its constants need.
    """

    node: Any
    operator: str
    moving: tuple[str, ...]
    read: tuple[str | None, ...]
    params: int
    macs: int

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

    def numbers(self, *names: str) -> tuple[float, ...] | None:
        """Arguments that are numbers; None where one of them is a tensor."""
        given = [self.argument(name) for name in names]
        is_known = not any(isinstance(value, torch.fx.Node) for value in given)
        return tuple(map(float, given)) if is_known else None

    def made(self, kind: NodeKind, **more: Any) -> Node:
        """A node of a kind, with what all nodes have."""
        title = self.operator.rstrip("_")
        node = Node("", kind, title, self.moving, self.shape, self.params, 0, self.macs)
        return node._replace(**more)


def plain_name(target: Any) -> str:
    """``aten.relu_.default`` -> ``relu_``; other functions by their own name."""
    if isinstance(target, torch._ops.OpOverload):
        return target._schema.name.partition("::")[2]
    return str(getattr(target, "__name__", target))


def counted(node: Any) -> int:
    """Multiply-adds of one call, by torch's own counter; the call is run on shapes alone."""
    operator = plain_name(node.target)
    if operator in TABLE and operator.rstrip("_") not in PRODUCTS:
        return 0
    args, kwargs = torch.fx.node.map_arg(
        (node.args, node.kwargs), lambda read: _on_meta(read.meta["val"])
    )
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        _new(node.target)(*args, **kwargs)
    return int(counter.get_total_flops()) // 2


def _new(target: Any) -> Any:
    """An operator that writes over its input, as the one that makes a new tensor.

    torch's counter has formulas for the latter only.
    """
    name = plain_name(target)
    if not isinstance(target, torch._ops.OpOverload) or not name.endswith("_"):
        return target
    packet = getattr(torch.ops.aten, name.removesuffix("_"), None)
    return getattr(packet, target._overloadname, target)


def _on_meta(value: Any) -> Any:
    """Tensors without values, on a device that has no kernels in which products hide."""
    if isinstance(value, torch.Tensor):
        return torch.empty_like(value, device="meta")
    return tuple(map(_on_meta, value)) if isinstance(value, (tuple, list)) else value


def unknown(call: Call) -> Node:
    """An operator that is not known here: its own name, and what torch counts in it.

    Where that is nothing, it costs nothing if torch says that it is a view, or elementwise.
    """
    target = call.node.target
    tags = getattr(target, "tags", ())
    is_free = torch.Tag.pointwise in tags or torch.Tag.reduction in tags or is_view(target)
    return call.made("other", macs=call.macs if call.macs or is_free else None)


def is_view(target: Any) -> bool:
    """Whether an operator hands on the values that it is given, by its schema."""
    return bool(getattr(target, "is_view", False))


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
    return call.made("conv", weights=out * inside * prod(kernel), window=window)


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
    return call.made("other", weights=prod(call.size("weight")))


def _linear(call: Call) -> Node:
    return call.made("linear", weights=prod(call.size("weight")))


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
        given = call.numbers(*numbers)
        if given is None:
            return call.made("other")
        return call.made("activation", function=function, number=given)

    return made


def _gelu(call: Call) -> Node:
    exact = call.argument("approximate") == "none"
    return call.made("activation", function="gelu" if exact else "tanh gelu")


def _clamp(call: Call) -> Node:
    ends = (call.argument("min"), call.argument("max"))
    if any(isinstance(end, torch.fx.Node) for end in ends):
        return call.made("other")
    low, high = (-inf if ends[0] is None else ends[0], inf if ends[1] is None else ends[1])
    return call.made("activation", function="clip", number=(float(low), float(high)))


def _elementwise(kind: NodeKind, function: str) -> Callable[[Call], Node]:
    """Of two maps, of a map and a number, or of a map and a parameter."""

    def made(call: Call) -> Node:
        operand = call.argument("other")
        if isinstance(operand, (int, float)):
            return call.made("scalar", function=function, number=(float(operand),))
        if len(call.moving) > 1:
            return call.made(kind)
        channels = prod(call.shape[:1])
        if function == "mul" and call.params == channels:
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
_MATRICES = ("matmul", "bmm", "mm", "addmm", "baddbmm", "einsum", "scaled_dot_product_attention")
# In these torch finds multiply-adds. What is in no table is looked at too.
PRODUCTS = frozenset({*_MATRICES, "linear", "conv2d", "convolution", "conv_transpose2d"})
_OF_KIND: dict[NodeKind, tuple[str, ...]] = {
    "norm": ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm"),
    "flatten": ("flatten",),
    "matmul": _MATRICES,
    "dropout": ("dropout", "feature_dropout", "alpha_dropout"),
    "concat": ("cat", "concat", "stack"),
    "split": ("getitem", "slice", "select", "narrow"),
    "shape": (
        *("view", "reshape", "permute", "transpose", "squeeze", "unsqueeze", "expand"),
        *("swapaxes", "swapdims", "moveaxis", "flip", "tile"),
        *("pixel_shuffle", "unflatten", "movedim", "t", "roll"),
        *("channel_shuffle", "pixel_unshuffle", "expand_as", "repeat", "repeat_interleave"),
        *("reshape_as", "view_as", "unfold", "im2col", "col2im"),
    ),
    "other": (  # no weights and no products: nothing to count
        *("upsample_bilinear2d", "upsample_nearest2d", "upsample_bicubic2d", "max", "min", "amax"),
        *("sum", "mean", "adaptive_max_pool2d", "maximum", "minimum", "linalg_vector_norm"),
        *("masked_fill", "where", "eq", "ne", "lt", "gt", "new_zeros", "zeros_like", "ones_like"),
        *("avg_pool1d", "avg_pool3d", "max_pool1d", "index", "gather", "copy", "type_as"),
    ),
}

TABLE: dict[str, Callable[[Call], Node]] = {
    **{name: _activation(name) for name in _PLAIN},
    **{name: _of_kind(kind) for kind, names in _OF_KIND.items() for name in names},
    "conv2d": _convolution,
    "convolution": _convolution,
    "conv_transpose2d": _transposed,
    "linear": _linear,
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
    "clamp_min": _clamp,
    "add": _elementwise("add", "add"),
    "sub": _elementwise("other", "sub"),
    "mul": _elementwise("product", "mul"),
    "div": _elementwise("other", "div"),
    "pow": _activation("pow", "exponent"),
}
TABLE |= {f"{name}_": made for name, made in TABLE.items()}
