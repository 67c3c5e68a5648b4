"""An ONNX file -> the nodes of its graph, for one image. Weights are not looked at."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

import onnx
from onnx import GraphProto, NodeProto, TensorProto, numpy_helper

from viz.net.operations import Shape
from viz.reading import limits
from viz.reading.formats import onnx_layout as layout
from viz.reading.formats import onnx_lowered
from viz.reading.formats.onnx import constants_of, opened, title
from viz.reading.formats.onnx_call import Call
from viz.reading.formats.onnx_operators import TABLE, unknown
from viz.reading.formats.onnx_shapes import shapes_of
from viz.reading.graphs.nodes import IMAGE, Graph, Node, checked, needed, node_name
from viz.reading.tensors import ReadError, printable

LOOKED_AT = 64  # elements of a constant that may be a number, axes or a shape
# Operators that hand on what they are given.
NOTHING = frozenset({"Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "CastLike"})
TURNS = frozenset({"Transpose", "Reshape", "Unsqueeze", "Squeeze", "Cast", "Flatten"})
SCOPES = "pkg.torch.onnx.name_scopes"  # where PyTorch's exporter says which module made a node
CLASSES = "pkg.torch.onnx.class_hierarchy"
LEAVES, CONTAINERS = "torch.nn.modules.", "torch.nn.modules.container."
MOST_SCOPES = 10_000  # characters
IMAGE_RANK, MAP_RANK = 4, 3  # with the batch, and without
FEW_CHANNELS = 4
SHAPES = frozenset({"Shape", "Size"})
ONNXS_OWN = ("", "ai.onnx")  # the domains of its own operators


def read_graph(path: Path, size: tuple[int, int], in_channels: int) -> Graph:
    """The graph of a file; ``size`` and ``in_channels`` where it leaves its input open."""
    model = opened(path)
    graph = model.graph
    said = onnx_lowered.undo(graph, constants_of(graph))
    image = _image(graph)
    is_last = _fix_input(graph, image, size, in_channels)
    held = constants_of(graph)
    shapes = shapes_of(model)  # makes constants of its own of what only hands a constant on
    found = _Reader(graph, image.name, shapes, constants_of(graph) | held, is_last=is_last).nodes()
    outputs = [found.of_value.get(value.name, "") for value in graph.output]
    outputs = [name for name in dict.fromkeys(outputs) if name]
    if not outputs:
        raise ReadError("none of its outputs depends on its image")
    nodes = needed(list(found.made.values()), outputs)
    given = found.given[IMAGE]
    notes = (*_notes(found, sum(node.params for node in nodes)), *said)
    return checked(Graph(path.stem, path.name, given, tuple(nodes), tuple(outputs), notes))


def _image(graph: GraphProto) -> Any:
    """The input that is an image. Raises ``ReadError`` where there is not exactly one."""
    held = {constant.name for constant in graph.initializer}
    given = [value for value in graph.input if value.name not in held]
    images = [v for v in given if len(_said(v)) == IMAGE_RANK]
    if len(images) > 1:  # TensorFlow's exporter makes inputs of constants of one pixel, too
        images = [v for v in images if sorted(_said(v))[:3] != [1, 1, 1]]
    if len(images) != 1:
        count = len(images) or "no"
        raise ReadError(
            f"it has {count} inputs that are images (batch, channels, height, width), "
            "and one is expected"
        )
    return images[0]


def _said(image: Any) -> list[int]:
    """The sides that the file states, 0 where it leaves one open."""
    return [dim.dim_value for dim in image.type.tensor_type.shape.dim]


def _fix_input(graph: GraphProto, image: Any, size: tuple[int, int], in_channels: int) -> bool:
    """Make the input one image of a fixed size, as far as the file says; whether channels are last.

    They are in files that come from TensorFlow.
    """
    dims = image.type.tensor_type.shape.dim
    _batch, second, _third, fourth = _said(image)
    is_small = 0 < fourth <= FEW_CHANNELS and not 0 < second <= FEW_CHANNELS
    is_last = is_small or layout.puts_channels_first(graph, image.name)
    usual = (1, *size, in_channels) if is_last else (1, in_channels, *size)
    for place, (dim, wanted) in enumerate(zip(dims, usual, strict=True)):
        if place == 0 or dim.dim_value < 1:
            dim.Clear()
            dim.dim_value = wanted
    return is_last


class _Reader:
    """Walks the file's nodes in order and makes a node of each that works on the image.

    ``last`` are the values of the file that have channels last where their nodes have them first.
    """

    def __init__(
        self,
        graph: GraphProto,
        image: str,
        shapes: Mapping[str, Shape],
        held: dict[str, TensorProto],
        *,
        is_last: bool,
    ) -> None:
        self.graph = graph
        self.shapes = shapes
        self.held = held
        self.of_value: dict[str, str] = {image: IMAGE}  # value -> the node that gives it
        self.last: set[str] = {image} if is_last else set()
        shape = shapes[image][1:]
        self.given: dict[str, Shape] = {IMAGE: layout.first(shape) if is_last else shape}
        self.made: dict[str, Node] = {}
        self.counted: set[int] = set()
        self.read_again = 0  # parameters of constants that were counted before
        self.turns: dict[str, str] = {}  # node -> the node that turns it

    def nodes(self) -> "_Reader":
        """All of them."""
        for node in self.graph.node:
            self._read(node)
        return self

    def _read(self, node: NodeProto) -> None:
        if any(a.type == onnx.AttributeProto.GRAPH for a in node.attribute):
            raise ReadError(f"its node {title(node)!r} ({node.op_type}) has branches of its own")
        moving = [name for name in node.input if name in self.of_value]
        if not moving or node.op_type in SHAPES:  # the same for every image
            if node.op_type in TURNS and node.input[0] in self.held:
                self.held[node.output[0]] = self.held[node.input[0]]
            return
        is_turned = self._is_only_turned(node, moving[0])
        if is_turned or node.op_type in NOTHING:
            self._hand_on(moving[0], node.output[0], is_turned=is_turned)
            return
        is_last = node.op_type in layout.IN_ANY_ORDER and self.last.issuperset(moving)
        sources = tuple(self.of_value[n] if is_last else self._as_in_file(n) for n in moving)
        for number, output in enumerate(node.output):
            if output and (number == 0 or node.op_type == "Split"):
                self._add(node, output, sources, is_last=is_last)

    def _is_only_turned(self, node: NodeProto, value: str) -> bool:
        """Whether a Transpose puts the channels of a map last, or first again."""
        wanted = layout.TO_FIRST if value in self.last else layout.TO_LAST
        return layout.turn(node) == wanted and len(self.given[self.of_value[value]]) == MAP_RANK

    def _hand_on(self, value: str, output: str, *, is_turned: bool) -> None:
        self.of_value[output] = self.of_value[value]
        if (value in self.last) != is_turned:
            self.last.add(output)

    def _as_in_file(self, value: str) -> str:
        """The node that gives a value in the file's order, which may have to be turned for it."""
        source = self.of_value[value]
        if value not in self.last:
            return source
        if source not in self.turns:
            self.turns[source] = self._turn(source)
        return self.turns[source]

    def _turn(self, source: str) -> str:
        name = node_name(f"{source or 'input'}.transpose", self.made)
        shape = layout.last(self.given[source])
        self.made[name] = Node(name, "shape", "Transpose", (source,), shape)
        self.given[name] = shape
        return name

    def _add(
        self, node: NodeProto, output: str, sources: tuple[str, ...], *, is_last: bool
    ) -> None:
        shape = self._shape(node, output)
        stays_last = is_last and len(shape) == MAP_RANK  # a mean may leave a vector
        fixed = {
            place: self.held[name]
            for place, name in enumerate(node.input)
            if name in self.held and name not in self.of_value
        }
        sizes = {place: self._size(node.input[place]) for place in fixed}
        call = Call(
            node,
            sources,
            tuple(self.given[name] for name in sources),
            layout.first(shape) if stays_last else shape,
            {place: _array(constant) for place, constant in fixed.items()},
            {p: layout.constant_first(s) for p, s in sizes.items()} if is_last else sizes,
            self._own(fixed),
            is_last,
        )
        made = (TABLE.get(node.op_type, unknown) if node.domain in ONNXS_OWN else unknown)(call)
        name = node_name(_path(node, call.own), self.made)
        self.made[name] = made._replace(name=name)
        self.of_value[output], self.given[name] = name, call.shape
        self.last |= {output} if stays_last else set()

    def _size(self, name: str) -> Shape:
        """The shape of a constant, as it is read."""
        return self.shapes.get(name) or tuple(self.held[name].dims)

    def _shape(self, node: NodeProto, output: str) -> Shape:
        shape = self.shapes.get(output)
        if not shape or any(side < 1 for side in shape):
            advice = "export it for one image of a fixed size"
            if node.domain not in ONNXS_OWN:
                maker = printable(node.domain)
                advice = f"this operator is {maker}'s own; give the file as it was exported"
            which = f"{title(node)!r} ({node.op_type})"
            raise ReadError(f"the shape behind its node {which} cannot be told: {advice}")
        if prod(shape) > limits.ELEMENTS:
            raise ReadError(
                f"its node {title(node)!r} ({node.op_type}) gives {prod(shape):.1e} elements, more "
                f"than the {limits.ELEMENTS:,} that are read"
            )
        return shape[1:] if shape[0] == 1 else shape

    def _own(self, fixed: Mapping[int, TensorProto]) -> dict[int, int]:
        """How many parameters each constant has; those that were counted before have none."""
        learned = {p: constant for p, constant in fixed.items() if _is_learned(constant)}
        own = {p: prod(c.dims) for p, c in learned.items() if id(c) not in self.counted}
        self.read_again += sum(prod(c.dims) for c in learned.values()) - sum(own.values())
        self.counted |= {id(constant) for constant in learned.values()}
        return own


def _is_learned(constant: TensorProto) -> bool:
    """Floating-point or quantised weights; not the numbers that say shapes, axes or bounds."""
    return bool(constant.dims) and constant.data_type not in (
        TensorProto.INT64,
        TensorProto.INT32,
        TensorProto.BOOL,
    )


def _array(constant: TensorProto) -> Any:
    """The values of a small constant."""
    if prod(constant.dims) > LOOKED_AT or constant.external_data:
        return None
    return numpy_helper.to_array(constant)


def _path(node: NodeProto, owned: Collection[int]) -> str:
    """Where it stood in the module that was exported, or what the file calls it."""
    weight = next((node.input[place] for place in owned), "")
    if weight.endswith((".weight", ".gamma")) and "::" not in weight:
        return weight.rpartition(".")[0]
    told = {entry.key: entry.value for entry in node.metadata_props}
    if scope := _innermost(told.get(SCOPES, "")):
        maker = _innermost(told.get(CLASSES, ""))
        is_own = maker.startswith(LEAVES) and not maker.startswith(CONTAINERS)
        return scope if is_own or owned else f"{scope}.{node.op_type.lower()}"
    return _nested(node.name) or node.output[0]


def _innermost(text: str) -> str:
    """The last module of a list of scopes; behind it stands only the function's name."""
    try:
        scopes = ast.literal_eval(text[:MOST_SCOPES])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""
    named = [s for s in scopes[:-1] if isinstance(s, str) and s] if isinstance(scopes, list) else []
    return named[-1] if named else ""


def _nested(name: str) -> str:
    """``/features/features.0/features.0.0/Conv`` -> ``features.0.0``."""
    parts = [part for part in name.split("/") if part]
    if len(parts) < 2 or not name.startswith("/"):
        return name.lstrip("/")
    inner = [a for a, b in pairwise([*parts[:-1], ""]) if not b.startswith(f"{a}.")]
    last = re.sub(r"_\d+$", "", parts[-1])
    return ".".join(inner) if last in TABLE else ".".join([*inner, parts[-1]])


def _notes(found: "_Reader", params: int) -> Iterator[str]:
    if found.read_again:
        yield (
            "Several layers share constants, which exporters do where values are equal. Parameters "
            f"are those of the file, {params:,}; with each layer's own they are "
            f"{params + found.read_again:,}."
        )
    kinds = {node.kind for node in found.made.values()}
    if "conv" in kinds and not kinds & {"norm", "gain"}:
        yield (
            "No batch norm stands in the file: exporters fold it into the convolution before it, "
            "which then has a bias. Parameters are those of the file."
        )
