"""Channels last in an ONNX file: the order of TensorFlow's maps, seen through.

ONNX's convolutions want channels first, so files that come from TensorFlow or Keras turn a map
before each of them and back behind it. A map that was only turned is kept as it was made, and the
turning back finds it again; what works on each value alone does so in its maker's order.
"""

from collections.abc import Sequence

from onnx import GraphProto, NodeProto, helper

from viz.net.operations import Shape

RANK = 4
TO_LAST, TO_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
# Operators that do the same in either order; with axes, theirs are turned.
IN_ANY_ORDER = frozenset(
    (
        *("Relu", "HardSwish", "Sigmoid", "Tanh", "Erf", "Mish", "Softplus", "Exp", "Selu", "Abs"),
        *("Neg", "Sqrt", "Swish", "Clip", "HardSigmoid", "LeakyRelu", "Elu", "Gelu", "Pow"),
        *("Add", "Sub", "Mul", "Div", "Dropout", "Concat", "Pad", "ReduceMean"),
    )
)


def turn(node: NodeProto) -> tuple[int, ...]:
    """How a Transpose orders its axes; empty for any other node."""
    if node.op_type != "Transpose":
        return ()
    return next((tuple(helper.get_attribute_value(a)) for a in node.attribute), ())


def puts_channels_first(graph: GraphProto, value: str) -> bool:
    """Whether a map is turned as TensorFlow's are, before anything but plain steps reads it."""
    names = {value}
    for node in graph.node:
        if names.intersection(node.input):
            if turn(node) == TO_FIRST:
                return True
            if node.op_type in IN_ANY_ORDER or node.op_type == "Cast":
                names |= set(node.output)
    return False


def first(shape: Sequence[int]) -> Shape:
    """(height, width, channels) -> (channels, height, width)."""
    height, width, channels = shape
    return channels, height, width


def last(shape: Sequence[int]) -> Shape:
    """(channels, height, width) -> (height, width, channels)."""
    channels, height, width = shape
    return height, width, channels


def constant_first(shape: Sequence[int]) -> Shape:
    """The shape of a constant that meets a map whose channels come last, as if they came first."""
    padded = (*(1,) * (RANK - len(shape)), *shape)
    return tuple(padded[axis] for axis in TO_FIRST)


def axis_first(axis: int) -> int:
    """The axis of a map whose channels come last, as if they came first."""
    return TO_LAST[axis % RANK]


def pads_first(pads: Sequence[int]) -> list[int]:
    """The same of zeros around a map: all beginnings, then all ends."""
    return [pads[start + axis] for start in (0, RANK) for axis in TO_FIRST]
