"""ONNX's operators -> nodes: what each of them does to a map, and what it costs."""

from collections.abc import Callable
from math import inf, prod

from viz.net.operations import Shape
from viz.reading.formats.onnx_call import Call
from viz.reading.formats.onnx_layout import axis_first, pads_first
from viz.reading.graphs.biases import BIAS
from viz.reading.graphs.nodes import Node, NodeKind, Window
from viz.reading.graphs.padding import PAD

MAP_SIDES = 2


Maker = Callable[[Call], Node]


def unknown(call: Call) -> Node:
    """An operator that is not known here: its own name, and no count."""
    return call.made("other", macs=None)


def _window(call: Call, kernel: tuple[int, ...]) -> Window:
    held = call.attributes
    strides = tuple(held.get("strides", (1, 1)))
    dilations = tuple(held.get("dilations", (1, 1)))
    pads = tuple(held.get("pads", (0, 0, 0, 0)))
    automatic = held.get("auto_pad", "NOTSET")
    if automatic.startswith("SAME"):
        pads = _same(call, kernel, strides, dilations, is_upper=automatic.endswith("UPPER"))
    groups = held.get("group", 1)
    return Window(
        (kernel[0], kernel[1]),
        (strides[0], strides[1]),
        (pads[0], pads[1], pads[2], pads[3]),
        (dilations[0], dilations[1]),
        groups,
    )


def _same(
    call: Call,
    kernel: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
    *,
    is_upper: bool,
) -> tuple[int, ...]:
    """As much as the output's size needs, the odd pixel at the far side (upper) or the near one."""
    totals = [
        max((after - 1) * s + (k - 1) * d + 1 - before, 0)
        for before, after, k, s, d in zip(
            call.given[0][1:], call.shape[1:], kernel, strides, dilations, strict=True
        )
    ]
    less, more = [t // 2 for t in totals], [t - t // 2 for t in totals]
    return (*less, *more) if is_upper else (*more, *less)


def _convolution(call: Call) -> Node:
    size = call.sizes.get(1)
    if size is None or len(size) - 2 != MAP_SIDES:
        return unknown(call)
    weights = prod(size)
    window = _window(call, size[2:])
    call.check_channels(call.given[0][-3], size[1] * window.groups)
    macs = weights * prod(call.shape) // size[0]
    own = weights if 1 in call.own else 0
    return call.made("conv", weights=own, macs=macs, window=window)


def _transposed(call: Call) -> Node:
    if 1 not in call.sizes:
        return unknown(call)
    weights = prod(call.sizes[1])
    channels = call.sizes[1][0]
    return call.made("other", weights=weights, macs=weights * prod(call.given[0]) // channels)


def _matrix(call: Call) -> Node:
    """A linear layer, or a product of two things that depend on the image."""
    if len(call.moving) > 1 or (call.node.op_type == "MatMul" and 1 not in call.sizes):
        return call.made("matmul", macs=prod(call.shape) * call.given[0][-1])
    size = call.sizes.get(1)
    if size is None:
        return unknown(call)
    weights = prod(size)
    inside = size[1] if call.attributes.get("transB") else size[-2]
    call.check_channels(call.given[0][-1], inside)
    own = weights if 1 in call.own else 0
    return call.made("linear", weights=own, macs=weights * prod(call.shape[:-1]))


def _norm(call: Call) -> Node:
    learned = {place: count for place, count in call.own.items() if place in (1, 2)}
    return call.made("norm", params=sum(learned.values()))


def _mean(call: Call) -> Node:
    axes = call.numbers(1, "axes")
    rank = len(call.given[0]) + 1
    if axes is None or rank != 4:
        return call.made("other")
    places = {axis_first(axis) if call.is_last else axis % rank for axis in axes}
    return call.made("average" if places == {2, 3} else "other")


def _pool(call: Call) -> Node:
    kernel = tuple(call.attributes.get("kernel_shape", ()))
    if len(kernel) != MAP_SIDES:
        return call.made("other")
    if call.shape[1:] == (1, 1) and kernel == call.given[0][1:] and "Average" in call.node.op_type:
        return call.made("average")
    return call.made("window", window=_window(call, kernel))


def _clip(call: Call) -> Node:
    low, high = call.number(1, "min", -inf), call.number(2, "max", inf)
    return call.made("activation", function="clip", number=(low, high))


def _hard_sigmoid(call: Call) -> Node:
    numbers = (call.number(9, "alpha", 0.2), call.number(9, "beta", 0.5))
    return call.made("activation", function="linear clip", number=numbers)


def _gelu(call: Call) -> Node:
    exact = call.attributes.get("approximate", "none") == "none"
    return call.made("activation", function="gelu" if exact else "tanh gelu")


def _pad(call: Call) -> Node:
    pads = call.numbers(1, "pads")
    is_zero = call.attributes.get("mode", "constant") == "constant"
    is_zero = is_zero and call.number(2, "value", 0.0) == 0
    if not pads or len(pads) != 8 or not is_zero:
        return call.made("shape")
    pads = pads_first(pads) if call.is_last else pads
    if any((*pads[:2], *pads[4:6])):
        return call.made("shape")
    return call.made("shape", function=PAD, number=(pads[2], pads[3], pads[6], pads[7]))


def _elementwise(kind: NodeKind, function: str) -> Maker:
    """Of two maps, of a map and a number, or of a map and a parameter."""

    def made(call: Call) -> Node:
        if len(call.moving) > 1:
            return call.made(kind)
        places = list(call.sizes)
        if not places:
            return call.made("other")
        held = call.constants.get(places[0])
        if (
            held is not None
            and held.size == 1
            and not (function in ("sub", "div") and places[0] == 0)
        ):
            return call.made(
                "scalar", function=function, number=(float(held.reshape(())),), params=0
            )
        is_each = _is_each_channel(call.sizes[places[0]], call.shape)
        if function == "add" or (function == "sub" and places[0] == 1):
            return call.made("other", function=BIAS if is_each else "")
        if is_each and (function == "mul" or places[0] == 1):
            return call.made("gain")
        return call.made("other")

    return made


def _is_each_channel(size: Shape, shape: Shape) -> bool:
    """Whether a constant has a number for each channel of a map, or for each feature."""
    channels = shape[0] if len(shape) == 3 and size[-2:] == (1, 1) else shape[-1]
    return prod(size) == channels > 1


def _activation(function: str, *numbers: tuple[str, float]) -> Maker:
    return lambda call: call.made(
        "activation",
        function=function,
        number=tuple(call.number(9, name, default) for name, default in numbers),
    )


def _power(call: Call) -> Node:
    return call.made("scalar", function="pow", number=(call.number(1, "", 1.0),), params=0)


def _of_kind(kind: NodeKind) -> Maker:
    return lambda call: call.made(kind)


_PLAIN = {
    "Relu": "relu",
    "HardSwish": "hardswish",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Erf": "erf",
    "Mish": "mish",
    "Softplus": "softplus",
    "Exp": "exp",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Selu": "selu",
    "PRelu": "prelu",
    "Abs": "abs",
    "Neg": "neg",
    "Sqrt": "sqrt",
    "Swish": "silu",
}
_OF_KIND: dict[NodeKind, tuple[str, ...]] = {
    "average": ("GlobalAveragePool",),
    "flatten": ("Flatten",),
    "dropout": ("Dropout",),
    "concat": ("Concat",),
    "split": ("Split", "Slice", "Gather"),
    "shape": (
        *("Reshape", "Transpose", "Squeeze", "Unsqueeze", "Expand", "DepthToSpace", "SpaceToDepth"),
        *("Tile",),
    ),
    "other": (  # no weights and no products: nothing to count
        *("Resize", "Upsample", "Max", "Min", "ReduceMax", "ReduceMin", "ReduceSum", "LRN"),
        *("GlobalMaxPool", "ArgMax", "TopK", "Sum", "LpNormalization", "ReduceL2"),
    ),
}

TABLE: dict[str, Maker] = {
    **{name: _activation(function) for name, function in _PLAIN.items()},
    **{name: _of_kind(kind) for kind, names in _OF_KIND.items() for name in names},
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "Gemm": _matrix,
    "MatMul": _matrix,
    **dict.fromkeys(
        (
            *("BatchNormalization", "LayerNormalization", "GroupNormalization"),
            *("InstanceNormalization", "RMSNormalization"),
        ),
        _norm,
    ),
    "ReduceMean": _mean,
    "AveragePool": _pool,
    "MaxPool": _pool,
    "Clip": _clip,
    "HardSigmoid": _hard_sigmoid,
    "LeakyRelu": _activation("leaky relu", ("alpha", 0.01)),
    "Elu": _activation("elu", ("alpha", 1.0)),
    "Gelu": _gelu,
    "Pad": _pad,
    "Pow": _power,
    "Add": _elementwise("add", "add"),
    "Sub": _elementwise("other", "sub"),
    "Mul": _elementwise("product", "mul"),
    "Div": _elementwise("other", "div"),
}
