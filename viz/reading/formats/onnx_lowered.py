"""What onnxruntime made of a graph -> the operators that an exporter writes.

It keeps weights in 8 bits, between operators that quantise or in operators that work on integers,
and fuses activations into what stands before them. All of it is undone here, in place, so that
shapes, counts and blocks are read as from the file that was lowered.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

SMALL, MOST = 64, 1_000_000_000  # elements of a constant whose values may matter, and are wanted
# Operator -> ONNX's own in floating point, and the inputs that stay.
FLOATING: dict[str, tuple[str, tuple[int, ...]]] = {
    "QLinearConv": ("Conv", (0, 3, 8)),
    "QLinearMatMul": ("MatMul", (0, 3)),
    "QGemm": ("Gemm", (0, 3, 6)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
    "QLinearAveragePool": ("AveragePool", (0,)),
    "QLinearSigmoid": ("Sigmoid", (0,)),
    "QLinearLeakyRelu": ("LeakyRelu", (0,)),
    "ConvInteger": ("Conv", (0, 1)),
    "MatMulInteger": ("MatMul", (0, 1)),
    "FusedConv": ("Conv", (0, 1, 2)),
    "FusedGemm": ("Gemm", (0, 1, 2)),
}
SCALED = 3  # inputs that a quantised value has: itself, its scale, its zero point
# Where the zero point of the output stands; its lowest value leaves no negative number.
ZERO_POINT = {
    "QuantizeLinear": 2,
    "QLinearConv": 7,
    "QGemm": 8,
    "QLinearMatMul": 7,
    "QLinearAdd": 7,
}
SIX, NEAR = 6.0, 1e-5  # where ReLU6 ends, and how near a range comes to it in single precision
LINEAR = frozenset({"Conv", "Gemm", "MatMul", "Add", "BatchNormalization"})
OWN = frozenset({"channels_last", "activation", "activation_params"})  # of fused operators only
PARAMETERS = {"LeakyRelu": ("alpha",), "HardSigmoid": ("alpha", "beta")}


def undo(
    graph: GraphProto, constants: Mapping[str, TensorProto], *, values: bool = False
) -> tuple[str, ...]:
    """Put ONNX's own operators in the place of lowered ones; what is to be said of it.

    Large constants stay in whole numbers, unless their ``values`` are wanted.
    """
    lowered = _Lowered(graph, constants, largest=MOST if values else SMALL)
    nodes = [new for node in graph.node for new in lowered.undone(node)]
    del graph.node[:]
    graph.node.extend(node for node in nodes if node.output[0] not in lowered.taken)
    return tuple(lowered.notes())


class _Lowered:
    """Walks a graph in order.

    ``scales`` are values that only say how others are quantised, with the constant among them;
    ``sums`` are what convolutions of whole numbers have given, until a bias is added.
    """

    def __init__(
        self, graph: GraphProto, constants: Mapping[str, TensorProto], *, largest: int
    ) -> None:
        self.graph = graph
        self.constants = constants
        self.largest = largest
        self.scales: dict[str, str] = {}
        self.sums: dict[str, tuple[NodeProto, NodeProto]] = {}  # as it was, as it is
        self.biases: dict[str, str] = {}  # a constant in another shape -> the constant
        self.taken: set[str] = set()  # of these, what convolutions have now
        self.makers: dict[str, str] = {}  # value -> the operator that gives it
        self.is_quantised = self.has_absorbed = False
        self.is_six = self._ends_at_six()

    def notes(self) -> Iterator[str]:
        if self.is_quantised:
            yield "Its weights are quantised; bytes are counted as if they were not."
        if self.has_absorbed:
            name = "ReLU6: no range goes beyond 6" if self.is_six else "ReLU"
            yield f"Activations that its quantisation took in are shown as {name}."

    def undone(self, node: NodeProto) -> Iterator[NodeProto]:
        """The nodes in its place."""
        for new in self._undone(node):
            self.makers.update(dict.fromkeys(new.output, new.op_type))
            yield new

    def _undone(self, node: NodeProto) -> Iterator[NodeProto]:
        if node.op_type in FLOATING:
            yield from self._floating(node)
        elif node.op_type == "QLinearConcat":
            for place in range(2, len(node.input), SCALED):
                self._dequantise(node.input[place : place + SCALED])
            yield _made(node, "Concat", node.input[2::SCALED], node.output[0])
        elif node.op_type == "DynamicQuantizeLinear":
            self.is_quantised = True
            self.scales.update(dict.fromkeys(node.output[1:], ""))
            yield _made(node, "Identity", node.input[:1], node.output[0])
        elif node.op_type == "DequantizeLinear" and node.input[0] in self.constants:
            told = {each.name: each.i for each in node.attribute}
            self._dequantise(node.input, told.get("axis", 1))
            yield node
        elif node.op_type == "QuantizeLinear" and node.input[0] not in self.constants:
            yield from self._rectified(node, _made(node, "Identity", node.input[:1], ""))
        elif node.op_type == "Mul" and self.scales.keys() & set(node.input):
            yield from self._scaled(node)
        elif node.op_type == "Add" and self.sums.keys() & set(node.input):
            yield self._biased(node)
        else:
            yield from self._handed_on(node)

    def _handed_on(self, node: NodeProto) -> Iterator[NodeProto]:
        if node.op_type == "Cast" and node.input[0] in self.sums:
            self.sums[node.output[0]] = self.sums[node.input[0]]
        elif node.op_type == "Reshape" and node.input[0] in self.constants:
            self.biases[node.output[0]] = node.input[0]
        yield node

    def _biased(self, node: NodeProto) -> NodeProto:
        """The bias belongs to the convolution, where it is one."""
        total = next(name for name in node.input if name in self.sums)
        made = self.sums[total][1]
        bias = next((name for name in node.input if name in self.biases), "")
        if not bias or made.op_type != "Conv" or len(made.input) > 2:
            return node
        made.input.append(self.biases[bias])
        self.taken.add(bias)
        return _made(node, "Identity", [total], node.output[0])

    def _scaled(self, node: NodeProto) -> Iterator[NodeProto]:
        """A product of scales is one; a value times a scale is the value."""
        moving = [name for name in node.input if name not in self.scales]
        if all(name in self.constants for name in moving):
            self.scales[node.output[0]] = next(iter(moving), "")
            return
        scale = next(self.scales[name] for name in node.input if name in self.scales)
        if moving[0] in self.sums:
            was, made = self.sums[moving[0]]
            self.sums[node.output[0]] = was, made
            self._dequantise([was.input[1], scale, *was.input[3:4]], _axis(made))
        yield _made(node, "Identity", moving[:1], node.output[0])

    def _floating(self, node: NodeProto) -> Iterator[NodeProto]:
        kind, places = FLOATING[node.op_type]
        given = [node.input[place] for place in places if place < len(node.input)]
        made = _made(node, kind, [name for name in given if name], "")
        if node.op_type.startswith("Fused"):
            yield from self._activated(node, made)
            return
        self.is_quantised = True
        if node.op_type.endswith("Integer"):
            self.sums[node.output[0]] = node, made
        else:
            self._dequantise_all(node, made)
        yield from self._rectified(node, made)

    def _dequantise_all(self, node: NodeProto, made: NodeProto) -> None:
        """Both factors, and a bias, whose scale is theirs."""
        for place in (0, SCALED):
            self._dequantise(node.input[place : place + SCALED], _axis(made))
        if len(made.input) > 2:
            scales = [self.constants.get(node.input[place]) for place in (1, SCALED + 1)]
            found = [_values(scale) for scale in scales if scale is not None]
            factor = found[0] * found[1] if len(found) == 2 else None
            _as_learned(self.constants.get(made.input[2]), factor)

    def _rectified(self, node: NodeProto, made: NodeProto) -> Iterator[NodeProto]:
        """The node, and the ReLU that its output's zero point is."""
        last = made.input[0] if made.op_type == "Identity" else ""
        is_linear = (self.makers.get(last) if last else made.op_type) in LINEAR
        if not is_linear or not self._has_lowest_zero(node):
            made.output.append(node.output[0])
            yield made
            return
        self.has_absorbed = True
        made.output.append(f"{node.output[0]}/linear")
        yield made
        if not self.is_six:
            yield helper.make_node("Relu", made.output, node.output[:1], f"{made.name}/relu")
            return
        clip = self._activation("Clip", (0.0, SIX), node.output[0])
        clip.input[0] = made.output[0]
        clip.output.append(node.output[0])
        yield clip

    def _ends_at_six(self) -> bool:
        """Whether the ranges of what activations left end at 6 at most, and one does so."""
        ends = [end for node in self.graph.node if (end := self._end(node)) is not None]
        return bool(ends) and abs(max(ends) - SIX) < NEAR

    def _end(self, node: NodeProto) -> float | None:
        """The end of a range that has no negative number; None of any other node."""
        place = ZERO_POINT.get(node.op_type)
        if place is None or place - 1 >= len(node.input) or not self._has_lowest_zero(node):
            return None
        scale = self.constants.get(node.input[place - 1])
        zero = self.constants.get(node.input[place]) if place < len(node.input) else None
        factor = None if scale is None else _values(scale)
        kind = np.uint8 if zero is None else numpy_helper.to_array(zero).dtype
        if factor is None or factor.size != 1 or kind not in (np.uint8, np.int8):
            return None
        return float(factor.reshape(())) * (2**8 - 1)

    def _has_lowest_zero(self, node: NodeProto) -> bool:
        place = ZERO_POINT.get(node.op_type)
        if place is None:
            return False
        if place >= len(node.input) or not node.input[place]:
            return True  # none: 0 of unsigned numbers
        held = self.constants.get(node.input[place])
        value = None if held is None else _values(held)
        return value is not None and bool((value == np.iinfo(value.dtype).min).all())

    def _activated(self, node: NodeProto, made: NodeProto) -> Iterator[NodeProto]:
        """The node, what is added to it, and its activation."""
        told = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        kind = told.get("activation", b"").decode()
        added = node.input[3] if len(node.input) > 3 else ""
        steps = [made]
        if added:
            steps.append(helper.make_node("Add", ["", added], [], f"{made.name}/add"))
        if kind:
            steps.append(self._activation(kind, list(told.get("activation_params", ())), made.name))
        for number, step in enumerate(steps):
            if number:
                step.input[0] = steps[number - 1].output[0]
            is_last = number == len(steps) - 1
            step.output.append(node.output[0] if is_last else f"{node.output[0]}/{number}")
        yield from steps

    def _activation(self, kind: str, numbers: Sequence[float], name: str) -> NodeProto:
        if kind != "Clip":
            made = helper.make_node(kind, [""], [], f"{name}/{kind.lower()}")
            for told, number in zip(PARAMETERS.get(kind, ()), numbers, strict=False):
                made.attribute.append(helper.make_attribute(told, number))
            return made
        bounds = [f"{name}/clip/{number}" for number in range(len(numbers))]
        for bound, number in zip(bounds, numbers, strict=True):
            self.graph.initializer.append(
                numpy_helper.from_array(np.array(number, np.float32), bound)
            )
        return helper.make_node("Clip", ["", *bounds], [], f"{name}/clip")

    def _dequantise(self, given: Sequence[str], axis: int = 0) -> None:
        """Give a constant the values that are meant, as far as they are wanted."""
        held, scale, zero = [self.constants.get(name) for name in (*given, "", "")[:SCALED]]
        if held is None:
            return
        self.is_quantised = True
        if prod(held.dims) <= self.largest and scale is not None:
            _set_values(held, scale, zero, axis)
        _as_learned(held)


def _axis(made: NodeProto) -> int:
    """The axis of a factor's outputs, each of which may have a scale of its own."""
    told = {each.name: each.i for each in made.attribute}
    return 0 if made.op_type == "Conv" or told.get("transB") else 1


def _set_values(held: TensorProto, scale: TensorProto, zero: TensorProto | None, axis: int) -> None:
    value, factor = _values(held), _values(scale)
    offset = np.zeros(1) if zero is None else _values(zero)
    if value is None or factor is None or offset is None or value.dtype.kind not in "iu":
        return
    along = [1] * value.ndim
    if factor.size > 1:
        along[axis] = factor.size
        factor, offset = factor.reshape(along), np.broadcast_to(offset, factor.size).reshape(along)
    meant = (value.astype(np.float32) - offset.astype(np.float32)) * factor
    held.CopyFrom(numpy_helper.from_array(meant.reshape(value.shape).astype(np.float32), held.name))


def _as_learned(held: TensorProto | None, factor: Any = None) -> None:
    """A bias is kept as whole numbers of 32 bits, and is none of those that say shapes."""
    if held is None or held.data_type != TensorProto.INT32:
        return
    value = _values(held)
    if value is None:
        held.data_type = TensorProto.FLOAT
    else:
        meant = value * (1 if factor is None else factor.reshape(-1))
        held.CopyFrom(numpy_helper.from_array(meant.astype(np.float32), held.name))


def _values(held: TensorProto) -> Any:
    if held.external_data or not (held.raw_data or held.int32_data or held.float_data):
        return None
    return numpy_helper.to_array(held)


def _made(node: NodeProto, kind: str, given: Sequence[str], output: str) -> NodeProto:
    made = helper.make_node(kind, list(given), [output] if output else [], node.name)
    made.attribute.extend(each for each in node.attribute if each.name not in OWN)
    if kind == "Identity":
        del made.attribute[:]
    made.metadata_props.extend(node.metadata_props)
    return made
