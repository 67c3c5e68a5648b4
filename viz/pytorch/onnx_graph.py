"""Trace and weights -> ONNX graph for inference: one node an operation, named by its path.

Written straight from the operations: a general exporter sees uneven padding as a chain of Pad,
Slice and Concat, and equal biases as one with an Identity for each reader. Here every convolution
has its own ``pads`` and bias. Needs no torch: the weights are arrays under state_dict's names.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from viz.net.config import Config
from viz.net.graph import read_once
from viz.net.operations import CONVOLUTIONS, Operation, Shape
from viz.net.trace import Trace
from viz.tables import Table

OPSET, OPSET_WITH_GELU = 17, 20
TURNED = (0, 1, 3, 2)
GATE = ".gate"  # swish is two nodes: a gate, and the product with it
PRODUCER = "MobileNet Atlas"
IMAGE, OUTPUT, BATCH = "image", "output", "batch"

Array = npt.NDArray[Any]
Weights = Mapping[str, Array]
Form = Callable[[Operation, Config], tuple[str, dict[str, Any]]]
Pairs = list[tuple[Operation, Operation]]

# What an operation may own, in the order in which every operator of ONNX reads it.
PARTS = ("weight", "bias", "running_mean", "running_var")
# Operands that are no weights; every reader shares them.
CONSTANTS: dict[str, dict[str, Array]] = {
    "relu6": {"relu6.min": np.array(0, np.float32), "relu6.max": np.array(6, np.float32)},
}
NOTHING_AT_INFERENCE = frozenset({"dropout", "identity"})


def onnx_model(traced: Trace, weights: Weights) -> ModelProto:
    """The network with these weights, for any batch size; norms are folded where they can be."""
    pairs = _foldable(traced.operations)
    known = dict(ChainMap(*CONSTANTS.values(), _constants(traced.operations), dict(weights)))
    known |= {n: w[:, None, None] for n, w in weights.items() if n.endswith(".gamma")}
    for conv, norm in pairs:
        known |= _folded(conv, norm, known, traced.config.norm.eps)
    nodes = _nodes(traced, known, frozenset(norm.path for _, norm in pairs))
    return _model(traced, nodes, known)


def _foldable(operations: tuple[Operation, ...]) -> Pairs:
    """Convolutions with the norm that alone reads their output."""
    convolutions = {op.path: op for op in operations if op.kind in CONVOLUTIONS}
    foldable = convolutions.keys() & read_once(operations)
    return [
        (convolutions[op.inputs[0]], op)
        for op in operations
        if op.kind == "norm" and op.inputs[0] in foldable
    ]


def _folded(conv: Operation, norm: Operation, weights: Weights, eps: float) -> dict[str, Array]:
    """The convolution's weight and bias that do the norm's work too; rounded once, at the end."""
    gain, shift, mean, variance = (_double(weights[f"{norm.path}.{part}"]) for part in PARTS)
    scale = gain / np.sqrt(variance + eps)
    bias = _double(weights[f"{conv.path}.bias"]) if conv.bias else np.zeros_like(mean)
    weight = _double(weights[f"{conv.path}.weight"]) * scale[:, None, None, None]
    return {
        f"{conv.path}.weight": weight.astype(np.float32),
        f"{conv.path}.bias": (shift + (bias - mean) * scale).astype(np.float32),
    }


def _double(values: Array) -> npt.NDArray[np.float64]:
    return values.astype(np.float64)


def _nodes(traced: Trace, weights: Weights, folded: frozenset[str]) -> list[NodeProto]:
    """One node an operation that does something; what does nothing hands on what it was given."""
    nodes: list[NodeProto] = []
    held = {"": IMAGE}  # the value that holds each operation's output
    for op in traced.operations:
        given = [held[path] for path in op.inputs]
        if op.path in folded or _key(op) in NOTHING_AT_INFERENCE:
            held[op.path] = given[0]
            continue
        before, inputs = PREPARED.get(_key(op), _as_given)(op, given)
        nodes += [*before, _node(op, traced.config, [*inputs, *_owned(op, weights)])]
        held[op.path] = op.path
    nodes[-1].output[0] = OUTPUT  # nothing reads it
    return nodes


Prepared = tuple[list[NodeProto], list[str]]


def _as_given(_op: Operation, inputs: list[str]) -> Prepared:
    """No nodes before: the operator takes the inputs as they are."""
    return [], inputs


def _gated(op: Operation, inputs: list[str]) -> Prepared:
    gate = op.path + GATE
    return [_helper("Sigmoid", inputs, gate)], [*inputs, gate]


def _scored(op: Operation, inputs: list[str]) -> Prepared:
    query, key = inputs
    named = [op.path + part for part in (".heads", ".queries", ".query", ".keys")]
    return [
        _helper("Reshape", [query, f"{op.path}.split"], named[0]),
        _helper("Transpose", [named[0]], named[1], perm=TURNED),
        _helper("Mul", [named[1], f"{op.path}.root"], named[2]),
        _helper("Reshape", [key, f"{op.path}.single"], named[3]),
    ], [named[2], named[3]]


def _mixed(op: Operation, inputs: list[str]) -> Prepared:
    named = [op.path + part for part in (".values", ".value", ".mixed", ".turned")]
    return [
        _helper("Reshape", [inputs[1], f"{op.path}.single"], named[0]),
        _helper("Transpose", [named[0]], named[1], perm=TURNED),
        _helper("MatMul", [inputs[0], named[1]], named[2]),
        _helper("Transpose", [named[2]], named[3], perm=TURNED),
    ], [named[3], f"{op.path}.map"]


def _shuffled(op: Operation, inputs: list[str]) -> Prepared:
    grouped, turned = f"{op.path}.grouped", f"{op.path}.turned"
    return [
        _helper("Reshape", [*inputs, f"{op.path}.groups"], grouped),
        _helper("Transpose", [grouped], turned, perm=(0, 2, 1, 3, 4)),
    ], [turned, f"{op.path}.map"]


def _sliced(op: Operation, inputs: list[str]) -> Prepared:
    return [], [*inputs, *(f"{op.path}.{part}" for part in ("start", "stop", "axis"))]


# What an operator takes in place of an operation's inputs, by kind or activation.
PREPARED: dict[str, Callable[[Operation, list[str]], Prepared]] = {
    "silu": _gated,
    "scores": _scored,
    "mix": _mixed,
    "shuffle": _shuffled,
    "split": _sliced,
}


def _helper(operator: str, inputs: list[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(operator, inputs, [output], name=output, **attributes)


def _constants(operations: tuple[Operation, ...]) -> dict[str, Array]:
    """Operands that are no weights: shapes, bounds, and the root that divides scores."""
    found: dict[str, Array] = {}
    for op in operations:
        given = SHAPES[op.kind](op) if op.kind in SHAPES else {}
        found |= {f"{op.path}.{part}": np.array(value) for part, value in given.items()}
    return found


def _score_shapes(op: Operation) -> dict[str, object]:
    heads, width = op.out_shape[0], op.in_shape[0] // op.out_shape[0]
    root = np.float32(width**-0.5)
    return {"split": [0, heads, width, -1], "single": [0, 1, width, -1], "root": root}


def _mix_shapes(op: Operation) -> dict[str, object]:
    width = op.out_shape[0] // op.in_shape[0]
    return {"single": [0, 1, width, -1], "map": [0, *op.out_shape]}


def _shuffle_shapes(op: Operation) -> dict[str, object]:
    channels, height, width = op.out_shape
    return {
        "groups": [0, op.groups, channels // op.groups, height, width],
        "map": [0, *op.out_shape],
    }


def _split_bounds(op: Operation) -> dict[str, object]:
    return {"start": [op.start], "stop": [op.start + op.out_shape[0]], "axis": [1]}


SHAPES: dict[str, Callable[[Operation], dict[str, object]]] = {
    "scores": _score_shapes,
    "mix": _mix_shapes,
    "shuffle": _shuffle_shapes,
    "split": _split_bounds,
}


def _key(op: Operation) -> str:
    """What the tables know an operation by."""
    return op.activation or op.kind


def _owned(op: Operation, weights: Weights) -> list[str]:
    """Names of the operands that an operation brings with it."""
    names = (f"{op.path}.{part}" for part in (*PARTS, "gamma"))
    return [*(name for name in names if name in weights), *CONSTANTS.get(_key(op), {})]


def _node(op: Operation, config: Config, inputs: list[str]) -> NodeProto:
    operator, attributes = FORMS[_key(op)](op, config)
    return helper.make_node(operator, inputs, [op.path], name=op.path, **attributes)


def _convolution(op: Operation, _config: Config) -> tuple[str, dict[str, Any]]:
    return "Conv", {
        "kernel_shape": [op.kernel] * 2,
        "strides": [op.stride] * 2,
        "pads": [op.padding[0], op.across[0], op.padding[1], op.across[1]],
        "dilations": [op.dilation] * 2,
        "group": op.groups,
    }


def _window(op: Operation, _config: Config) -> tuple[str, dict[str, Any]]:
    return "MaxPool", {
        "kernel_shape": [op.kernel] * 2,
        "strides": [op.stride] * 2,
        "pads": [op.padding[0], op.across[0], op.padding[1], op.across[1]],
    }


def _sum(op: Operation, _config: Config) -> tuple[str, dict[str, Any]]:
    return "Add" if len(op.inputs) == 2 else "Sum", {}


def _norm(_op: Operation, config: Config) -> tuple[str, dict[str, Any]]:
    return "BatchNormalization", {"epsilon": config.norm.eps}


def _always(operator: str, **attributes: Any) -> Form:
    """The form of an operation that is the same wherever it stands."""
    return lambda _op, _config: (operator, attributes)


FORMS: Table[Form] = Table(
    "viz.pytorch.onnx_graph.FORMS",
    {
        **dict.fromkeys(CONVOLUTIONS, _convolution),
        "norm": _norm,
        "linear": _always("Gemm", transB=1),
        "pool": _always("GlobalAveragePool"),
        "flatten": _always("Flatten"),
        "scale": _always("Mul"),
        "add": _sum,
        "mean": _always("Mean"),
        "concat": _always("Concat", axis=1),
        "split": _always("Slice"),
        "shuffle": _always("Reshape"),
        "window": _window,
        "scores": _always("MatMul"),
        "mix": _always("Reshape"),
        "gain": _always("Mul"),
        "relu": _always("Relu"),
        "relu6": _always("Clip"),
        "sigmoid": _always("Sigmoid"),
        "hardsigmoid": _always("HardSigmoid", alpha=1 / 6, beta=0.5),
        "hardswish": _always("HardSwish"),
        "silu": _always("Mul"),
        "gelu": _always("Gelu"),
        "softmax": _always("Softmax", axis=-1),
    },
)


def _model(traced: Trace, nodes: list[NodeProto], weights: Weights) -> ModelProto:
    read = dict.fromkeys(name for node in nodes for name in node.input if name in weights)
    shapes = {op.path: op.out_shape for op in traced.operations}
    graph = helper.make_graph(
        nodes,
        traced.config.network.key,
        [_value(IMAGE, traced.operations[0].in_shape)],
        [_value(OUTPUT, traced.operations[-1].out_shape)],
        initializer=[numpy_helper.from_array(weights[name], name) for name in read],
        value_info=[_value(n.name, shapes[n.name]) for n in nodes[:-1] if n.name in shapes],
    )
    has_gelu = any(op.activation == "gelu" for op in traced.operations)
    opsets = [helper.make_opsetid("", OPSET_WITH_GELU if has_gelu else OPSET)]
    return helper.make_model(
        graph,
        opset_imports=opsets,
        ir_version=helper.find_min_ir_version_for(opsets),  # old readers refuse newer ones
        producer_name=PRODUCER,
        doc_string=traced.config.title,
    )


def _value(name: str, shape: Shape) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, *shape])
