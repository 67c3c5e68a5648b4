"""TFLite: the operators of the first subgraph, each with the constant tensors it reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tflite.Model import Model
from tflite.TensorType import TensorType

from viz.reading.tensors import Content, ReadError, Tensor, checked_count, tensor

TYPES = {value: name for name, value in vars(TensorType).items() if not name.startswith("_")}


# How numbers lie in a buffer, where they can be carried over.
NUMBERS = {"float32": "<f4", "float16": "<f2", "int8": "<i1", "uint8": "<u1", "int32": "<i4"}


def read(path: Path) -> Content:
    """Kernels and biases in the order in which the graph uses them; batch norm is folded in."""
    model, graph = opened(path)
    tensors = [_tensor(held, layer) for held, layer in _constants(model, graph)]
    return Content("tflite", tuple(tensors), layout="tflite", notes=tuple(_notes(model)))


def _notes(model: Any) -> Iterator[str]:
    count = model.SubgraphsLength()
    if count > 1:
        yield f"The file has {count} graphs, as for several signatures: its first is read."


def arrays(path: Path) -> dict[str, Any]:
    """The weights under the names that ``read`` gives; whole numbers times their scales."""
    model, graph = opened(path)
    return {
        _tensor(held, layer).name: _values(model, held)
        for held, layer in _constants(model, graph)
        if TYPES.get(held.Type(), "").lower() in NUMBERS
    }


def opened(path: Path) -> tuple[Any, Any]:
    """The model and its first graph. Raises ``ReadError``."""
    model = Model.GetRootAs(path.read_bytes(), 0)
    if not model.SubgraphsLength():
        raise ReadError("it holds no graph")
    graph = model.Subgraphs(0)
    checked_count(graph.TensorsLength())
    checked_count(graph.OperatorsLength())
    return model, graph


def _constants(model: Any, graph: Any) -> Iterator[tuple[Any, str]]:
    """Tensors that have data, with the operator that reads them first."""
    seen: set[int] = set()
    for number in range(graph.OperatorsLength()):
        operator = graph.Operators(number)
        for place in range(operator.InputsLength()):
            index = operator.Inputs(place)
            if index < 0 or index in seen:
                continue
            seen.add(index)
            held = graph.Tensors(index)
            if model.Buffers(held.Buffer()).DataLength():
                yield held, f"operator {number}"


def _tensor(held: Any, layer: str) -> Tensor:
    name = (held.Name() or b"").decode("utf-8", "replace")
    return tensor(name, shape_of(held), TYPES.get(held.Type(), "?").lower(), layer)


def shape_of(held: Any) -> list[int]:
    """The sides of a tensor, as the file has them."""
    return [held.Shape(side) for side in range(held.ShapeLength())]


def _values(model: Any, held: Any) -> Any:
    """The numbers of a tensor as float32: (number - zero point) x scale where it has these."""
    content = model.Buffers(held.Buffer()).DataAsNumpy().tobytes()
    kind = NUMBERS[TYPES[held.Type()].lower()]
    values = np.frombuffer(content, kind).reshape(shape_of(held)).astype(np.float32)
    about = held.Quantization()
    if about is None or not about.ScaleLength():
        return values
    sides = [1] * values.ndim
    sides[about.QuantizedDimension()] = about.ScaleLength()
    zero = about.ZeroPointAsNumpy().astype(np.float32).reshape(sides)
    return (values - zero) * about.ScaleAsNumpy().reshape(sides)
