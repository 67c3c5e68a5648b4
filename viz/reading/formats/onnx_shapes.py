"""The shape of every value of an ONNX graph, for one image of a fixed size.

ONNX infers shapes, but not through sizes that the graph works out itself (``Shape``, ``Gather``,
``Div``, ``Slice``). These few whole numbers are worked out here by ONNX's own reference, and put
into the graph as constants, until all shapes are known.
"""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

from viz.net.operations import Shape
from viz.reading.tensors import ReadError

KEPT = 4_096  # elements of a constant that shapes may depend on
SMALL = 64  # elements of a value that is worked out
MOST_ROUNDS = 100
# What sizes are worked out with; none of it can take long on so few numbers.
ARITHMETIC = frozenset(
    (
        *("Add", "Sub", "Mul", "Div", "Gather", "Concat", "Unsqueeze", "Squeeze", "Cast", "Slice"),
        *("Floor", "Ceil", "Neg", "Identity", "Reshape", "Equal", "Where", "Mod", "Transpose"),
        *("ConstantOfShape", "Expand", "Range", "Max", "Min"),
    )
)


def shapes_of(model: ModelProto) -> dict[str, Shape]:
    """The shape of every value, batch included. What the file says of them is left out."""
    graph = model.graph
    del graph.value_info[:]
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    for constant in graph.initializer:
        if prod(constant.dims) > KEPT:
            constant.ClearField("raw_data")
            constant.ClearField("float_data")
    for _ in range(MOST_ROUNDS):
        shapes = _inferred(model)
        if not _work_out(graph, shapes):
            break
    return shapes


def _inferred(model: ModelProto) -> dict[str, Shape]:
    try:
        inferred = shape_inference.infer_shapes(model, data_prop=True)
    except shape_inference.InferenceError as error:
        raise ReadError(f"its shapes do not fit: {_first_line(error)}") from None
    known = [*inferred.graph.value_info, *inferred.graph.output, *inferred.graph.input]
    return {
        value.name: tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
        for value in known
        if value.type.tensor_type.HasField("shape")
    }


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else "of nodes with each other"


def _work_out(graph: GraphProto, shapes: dict[str, Shape]) -> bool:
    """Turn nodes that give known sizes into constants; whether there were any."""
    found = dict(_worked_out(graph, shapes))
    if not found:
        return False
    graph.initializer.extend(numpy_helper.from_array(v, name) for name, v in found.items())
    kept = [node for node in graph.node if node.output[0] not in found]
    del graph.node[:]
    graph.node.extend(kept)
    return True


def _worked_out(graph: GraphProto, shapes: dict[str, Shape]) -> Iterator[tuple[str, Any]]:
    held = {
        constant.name: numpy_helper.to_array(constant)
        for constant in graph.initializer
        if prod(constant.dims) <= SMALL and not constant.external_data
    }
    for node in graph.node:
        value = _constant(node)
        if value is not None:
            held[node.output[0]] = value
            continue
        if node.op_type == "Shape" and not node.attribute:
            shape = shapes.get(node.input[0], (0,))
            value = np.array(shape, np.int64) if all(shape) else None
        elif node.op_type in ARITHMETIC and all(name in held for name in node.input if name):
            value = _run(node, held)
        if value is not None and value.size <= SMALL:
            held[node.output[0]] = value
            yield node.output[0], value


def _constant(node: NodeProto) -> Any:
    """What a small Constant node holds."""
    if node.op_type != "Constant":
        return None
    for attribute in node.attribute:
        if attribute.name == "value" and prod(attribute.t.dims) <= SMALL:
            return numpy_helper.to_array(attribute.t)
    return None


def _run(node: NodeProto, held: dict[str, Any]) -> Any:
    given = {name: held[name] for name in node.input if name}
    try:
        (value,) = ReferenceEvaluator(node).run(None, given)
    except Exception:  # what the reference cannot work out stays unknown
        return None
    return np.asarray(value)
