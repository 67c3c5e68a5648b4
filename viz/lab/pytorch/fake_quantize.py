"""A quantised graph in float: our own scales and rounding, and torch's layers.

``Simulation`` follows the Q and DQ nodes that onnxruntime's quantiser has placed, but takes nothing
else from them: scales and zero points are computed here from ranges and weights, for any number of
bits, and every layer is torch's. With 8 bits it gives what onnxruntime gives without optimisations.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from onnx import ModelProto, NodeProto, helper, numpy_helper
from torch import Tensor
from torch.nn import functional

from viz.lab.errors import RunError
from viz.lab.quantize.affine import (
    Affine,
    Grid,
    affine_of,
    dequantised,
    map_grid,
    quantised,
    weight_grid,
    weights_affine,
)
from viz.lab.quantize.runtime import Array, Ranges
from viz.net.scheme import Scheme

WEIGHED = frozenset({"Conv", "Gemm", "MatMul"})
INT32 = Grid(-(2**31), 2**31 - 1)
Attributes = Mapping[str, Any]
Layer = Callable[..., Tensor]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread: more make small networks slower, above all on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Simulation:
    """A quantised network that is run in float, one input at a time.

    ``model`` is the one in float, ``made`` what onnxruntime's quantiser made of it, ``ranges`` the
    least and the largest number of each value in calibration. Raises ``RunError`` for a graph with
    an operator that is not simulated.
    """

    def __init__(self, model: ModelProto, made: ModelProto, scheme: Scheme, ranges: Ranges) -> None:
        self._scheme, self._ranges = scheme, _as_quantiser(model, ranges)
        self._exact = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
        self._graph = made.graph
        self._scales: dict[str, Affine] = {}  # by the name of the scale in the file
        held = {c.name: numpy_helper.to_array(c) for c in made.graph.initializer}
        self._whole = {name for name in held if name.endswith("_quantized")}
        self._readers = {n: node for node in made.graph.node for n in node.input}
        self._held = {name: _tensor(value) for name, value in held.items()}
        self._held.update(self._constants())
        unknown = {n.op_type for n in made.graph.node} - LAYERS.keys() - ROUNDING
        if unknown:
            raise RunError(f"The operator {min(unknown)} of this network is not simulated.")

    def affine(self, scale: str) -> Affine:
        """Our scale and zero point for the value, or the weights, whose scale has this name."""
        if scale not in self._scales:
            low, high = self._ranges[scale.removesuffix("_scale")]
            self._scales[scale] = affine_of(low, high, map_grid(self._scheme))
        return self._scales[scale]

    def _constants(self) -> dict[str, Tensor]:
        """Value -> the constant with the numbers that its whole numbers stand for."""
        nodes = [n for n in self._graph.node if n.input and n.input[0] in self._whole]
        biases = [n for n in nodes if n.input[1].endswith("_quantized_scale")]
        found = {n.output[0]: self._weights(n) for n in nodes if n not in biases}
        return found | {n.output[0]: self._bias(n) for n in biases}

    def _weights(self, node: NodeProto) -> Tensor:
        values = self._exact[node.input[0].removesuffix("_quantized")]
        axis = _attributes(node).get("axis", 0)
        reader = self._readers[node.output[0]]
        if reader.op_type in WEIGHED and reader.input[1] == node.output[0]:
            how, grid = weights_affine(values, self._scheme, axis), weight_grid(self._scheme)
        else:
            grid = map_grid(self._scheme)
            how = affine_of(values.min(), values.max(), grid)
        self._scales[node.input[1]] = how
        return _tensor(dequantised(quantised(values, how, grid, axis), how, axis))

    def _bias(self, node: NodeProto) -> Tensor:
        """In whole numbers of 32 bits, with the scale of the layer's input times its weights'."""
        reader = self._readers[node.output[0]]
        makers = {name: made for made in self._graph.node for name in made.output}
        given, weights = (self.affine(makers[name].input[1]) for name in reader.input[:2])
        how = Affine(given.scale * weights.scale, np.zeros(1, np.int32))
        values = self._exact[node.input[0].removesuffix("_quantized")]
        exact = np.round(values.astype(np.float64) / how.scale.astype(np.float64))
        whole = np.clip(exact, INT32.low, INT32.high).astype(np.int32)
        return _tensor(dequantised(whole, how))

    @torch.inference_mode()
    def run(self, values: Array) -> dict[str, Array]:
        """Name of the output -> value, for one input."""
        known = {**self._held, self._graph.input[0].name: _tensor(values)}
        for node in self._graph.node:
            if node.output[0] not in known:
                known[node.output[0]] = self.step(node, known)
        return {value.name: known[value.name].numpy() for value in self._graph.output}

    def step(self, node: NodeProto, known: Mapping[str, Tensor]) -> Tensor:
        """What a node gives for the values that it reads."""
        if node.op_type in ROUNDING:
            value = known[node.input[0]].numpy()
            how = self.affine(node.input[1])
            if node.op_type == "QuantizeLinear":
                return _tensor(quantised(value, how, map_grid(self._scheme)))
            return _tensor(dequantised(value, how))
        given = [known[name] if name else None for name in node.input]
        if node.op_type in WEIGHED:  # long sums: their order would show in the last bits
            given = [value.double() if value is not None else None for value in given]
        return LAYERS[node.op_type](_attributes(node), *given).float()


def _tensor(value: Array) -> Tensor:
    return torch.from_numpy(np.array(value))


def _as_quantiser(model: ModelProto, ranges: Ranges) -> Ranges:
    """The ranges as onnxruntime's quantiser takes them: before a clip those behind it."""
    readers: dict[str, list[NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    found = dict(ranges)
    for node in model.graph.node:
        if node.op_type in ("Clip", "Relu") and len(readers[node.input[0]]) == 1:
            found[node.input[0]] = found[node.output[0]]
        elif node.op_type == "Softmax":
            found[node.output[0]] = np.float32(0), np.float32(1)
    return found


def _attributes(node: NodeProto) -> dict[str, Any]:
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


# Layers: attributes and inputs -> output, as ONNX's operators define them

ROUNDING = frozenset({"QuantizeLinear", "DequantizeLinear"})


def _conv(how: Attributes, values: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    top, left, bottom, right = how.get("pads", (0, 0, 0, 0))
    return functional.conv2d(
        functional.pad(values, (left, right, top, bottom)),
        weight,
        bias,
        tuple(how.get("strides", (1, 1))),
        0,
        tuple(how.get("dilations", (1, 1))),
        how.get("group", 1),
    )


def _gemm(how: Attributes, values: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    turned = weight if how.get("transB") else weight.T
    return functional.linear(values, turned, bias)


def _pool(how: Attributes, values: Tensor) -> Tensor:
    top, left, bottom, right = how.get("pads", (0, 0, 0, 0))
    padded = functional.pad(values, (left, right, top, bottom), value=-torch.inf)
    return functional.max_pool2d(padded, tuple(how["kernel_shape"]), tuple(how["strides"]))


def _reshaped(_how: Attributes, values: Tensor, shape: Tensor) -> Tensor:
    sides = [int(side) or values.shape[place] for place, side in enumerate(shape)]
    made: Tensor = values.reshape(sides)
    return made


def _sliced(_how: Attributes, values: Tensor, start: Tensor, stop: Tensor, axis: Tensor) -> Tensor:
    return values.narrow(int(axis), int(start), int(stop) - int(start))


def _sum(_how: Attributes, *given: Tensor) -> Tensor:
    return torch.stack(given).sum(0)


def _hard_sigmoid(how: Attributes, values: Tensor) -> Tensor:
    slope, middle = float(how.get("alpha", 0.2)), float(how.get("beta", 0.5))
    return (slope * values + middle).clamp(0, 1)


LAYERS: dict[str, Layer] = {
    "Conv": _conv,
    "Gemm": _gemm,
    "MatMul": lambda _how, one, other: one @ other,
    "Add": lambda _how, one, other: one + other,
    "Sum": _sum,
    "Mean": lambda how, *given: _sum(how, *given) / len(given),
    "Mul": lambda _how, one, other: one * other,
    "Relu": lambda _how, values: values.relu(),
    "Clip": lambda _how, values, low=None, high=None: values.clamp(low, high),
    "Sigmoid": lambda _how, values: values.sigmoid(),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": lambda _how, values: functional.hardswish(values),
    "Gelu": lambda _how, values: functional.gelu(values),
    "Softmax": lambda how, values: values.softmax(how.get("axis", -1)),
    "GlobalAveragePool": lambda _how, values: values.mean((2, 3), keepdim=True),
    "MaxPool": _pool,
    "Flatten": lambda how, values: values.flatten(how.get("axis", 1)),
    "Concat": lambda how, *given: torch.cat(given, how["axis"]),
    "Slice": _sliced,
    "Reshape": _reshaped,
    "Transpose": lambda how, values: values.permute(tuple(how["perm"])),
}
