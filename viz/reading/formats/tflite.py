"""TFLite: the operators of the first subgraph, each with the constant tensors it reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tflite.Model import Model
from tflite.TensorType import TensorType

from viz.reading.tensors import Content, ReadError, Tensor, checked_count, tensor

TYPES = {value: name for name, value in vars(TensorType).items() if not name.startswith("_")}


def read(path: Path) -> Content:
    """Kernels and biases in the order in which the graph uses them; batch norm is folded in."""
    model = Model.GetRootAs(path.read_bytes(), 0)
    if not model.SubgraphsLength():
        raise ReadError("it holds no graph")
    graph = model.Subgraphs(0)
    checked_count(graph.TensorsLength())
    checked_count(graph.OperatorsLength())
    return Content("tflite", tuple(_constants(model, graph)), layout="tflite")


def _constants(model: Any, graph: Any) -> Iterator[Tensor]:
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
                yield _tensor(held, f"operator {number}")


def _tensor(held: Any, layer: str) -> Tensor:
    name = (held.Name() or b"").decode("utf-8", "replace")
    shape = [held.Shape(side) for side in range(held.ShapeLength())]
    return tensor(name, shape, TYPES.get(held.Type(), "?").lower(), layer)
