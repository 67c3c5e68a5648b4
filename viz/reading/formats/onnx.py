"""ONNX: initialisers and Constant nodes, each with the node that reads it."""

from collections.abc import Container, Iterator, Sequence
from heapq import heappop, heappush
from itertools import groupby
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

from viz.net.operations import Shape
from viz.reading.formats.onnx_lowered import undo
from viz.reading.tensors import Content, ReadError, Tensor, checked_count, tensor

# Protobufs of others, which begin as ONNX does.
PROTOBUFS = {
    ".mlmodel": "it is a CoreML model, not ONNX: give the file that it was converted from",
    ".pb": "it is TensorFlow's graph, not ONNX: give its checkpoint, or convert it",
}
OTHER = "it is a protobuf of another kind, not ONNX"
# What a norm does where it is spelled out, in the order of PyTorch's vectors: weight, bias, mean.
EACH_CHANNEL = ("Mul", "Add", "Sub")


def read(path: Path) -> Content:
    """Constants in the order in which nodes read them. Data outside the file is never opened."""
    graph = opened(path).graph
    undo(graph, constants_of(graph))
    held = constants_of(graph)
    return Content("onnx", tuple(_by_parts(list(_read_by_nodes(graph, held)))))


def opened(path: Path) -> ModelProto:
    """A file's model without its weights outside, its nodes in the order in which they run.

    Raises ``ReadError`` for what is no ONNX, is too large, leaves its folder, or has a cycle.
    """
    model = onnx.load(str(path), load_external_data=False)
    if not model.opset_import:  # which every ONNX file has; other protobufs begin alike
        raise ReadError(PROTOBUFS.get(path.suffix.lower(), OTHER))
    checked_count(len(model.graph.node))
    held = constants_of(model.graph)
    checked_count(len(held))
    for constant in held.values():
        _check_place(constant)
    _put_in_order(model.graph, held)
    return model


def arrays(path: Path) -> dict[str, Any]:
    """The constants themselves, under the names that ``read`` gives."""
    graph = opened(path).graph
    undo(graph, constants_of(graph), values=True)
    held = constants_of(graph)
    inside = {name: constant for name, constant in held.items() if not constant.external_data}
    return {name: numpy_helper.to_array(constant) for name, constant in inside.items()}


def constants_of(graph: GraphProto) -> dict[str, TensorProto]:
    """Name -> constant; a node's value counts under the name of its output."""
    held = {constant.name: constant for constant in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.output:
            for attribute in node.attribute:
                if attribute.name == "value":
                    held[node.output[0]] = attribute.t
        elif node.op_type in ("Identity", "DequantizeLinear") and node.input[0] in held:
            held[node.output[0]] = held[node.input[0]]
    return held


def _check_place(constant: TensorProto) -> None:
    for entry in constant.external_data:
        if entry.key == "location" and _leaves_folder(entry.value):
            place = entry.value[:80]
            raise ReadError(f"it says that its weights are in {place!r}, outside its own folder")


def _leaves_folder(place: str) -> bool:
    posix, windows = PurePosixPath(place), PureWindowsPath(place)
    return posix.is_absolute() or bool(windows.anchor) or ".." in posix.parts + windows.parts


def _put_in_order(graph: GraphProto, held: dict[str, TensorProto]) -> None:
    """Nodes so that every value is made before it is read, as ONNX asks; else as they stand.

    onnxruntime's converter to float16 puts its casts at the end. Raises ``ReadError``.
    """
    given = {"", *held, *(value.name for value in graph.input)}
    given |= {sparse.values.name for sparse in graph.sparse_initializer}
    maker = {name: place for place, node in enumerate(graph.node) for name in node.output}
    waits = [{maker.get(n, -1) for n in {*node.input} - given} for node in graph.node]
    readers: dict[int, list[int]] = {}
    for place, sources in enumerate(waits):
        for source in sources:
            readers.setdefault(source, []).append(place)
    ready = [place for place, sources in enumerate(waits) if not sources]
    order: list[int] = []
    while ready:
        order.append(heappop(ready))
        for reader in readers.get(order[-1], ()):
            waits[reader].remove(order[-1])
            if not waits[reader]:
                heappush(ready, reader)
    _check_order(graph, waits, {*given, *maker})
    if order != sorted(order):
        nodes = [NodeProto.FromString(graph.node[n].SerializeToString()) for n in order]
        del graph.node[:]
        graph.node.extend(nodes)


def _check_order(graph: GraphProto, waits: Sequence[set[int]], made: Container[str]) -> None:
    for node, sources in zip(graph.node, waits, strict=True):
        if not sources:
            continue
        lost = [name for name in node.input if name not in made]
        why = (
            f"reads {lost[0][:80]!r}, which nothing makes: the graph lacks a part"
            if lost
            else "waits for itself: the graph has a cycle"
        )
        if lost or -1 not in sources:
            raise ReadError(f"its node {title(node)!r} {why}")


def title(node: NodeProto) -> str:
    """What a node is called."""
    return str(node.name or node.op_type)[:80]


Read = tuple[str, Tensor]  # the operator that reads it, and the tensor


def _read_by_nodes(graph: GraphProto, held: dict[str, TensorProto]) -> Iterator[Read]:
    seen: set[str] = set()
    chains: dict[str, str] = {}  # value that a step on each channel gives -> its layer
    for number, node in enumerate(graph.node):
        if node.op_type in ("Constant", "Identity", "DequantizeLinear"):
            continue
        layer = f"node {number}"
        if node.op_type in EACH_CHANNEL:
            layer = next((chains[name] for name in node.input if name in chains), layer)
            chains[node.output[0]] = layer
        for name in node.input:
            if name in held and name not in seen:
                seen.add(name)
                found = _tensor(name, held[name], layer, turned=_turns(node))
                yield node.op_type, found._replace(shape=_vector(node, found.shape))


def _vector(node: NodeProto, shape: Shape) -> Shape:
    """A number for each channel as a vector, wherever its channels lie."""
    sides = tuple(side for side in shape if side > 1)
    return sides if node.op_type in EACH_CHANNEL and len(sides) < 2 else shape


def _by_parts(read: Sequence[Read]) -> Iterator[Tensor]:
    """The tensors in order, those of a norm that is spelled out as PyTorch orders them."""
    for _layer, group in groupby(read, key=lambda pair: pair[1].layer):
        parts = sorted(
            group, key=lambda pair: EACH_CHANNEL.index(pair[0]) if pair[0] in EACH_CHANNEL else 0
        )
        yield from (found for _operator, found in parts)


def _turns(node: NodeProto) -> bool:
    """Whether its matrix is (in, out); PyTorch's linear layers have (out, in)."""
    turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
    return node.op_type == "MatMul" or (node.op_type == "Gemm" and not turned)


def _tensor(name: str, constant: TensorProto, layer: str, *, turned: bool) -> Tensor:
    try:
        dtype = TensorProto.DataType.Name(constant.data_type).lower()
    except ValueError:
        dtype = "?"
    return tensor(name, constant.dims, dtype, layer, turned=turned)
