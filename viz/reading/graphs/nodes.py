"""The nodes of a network that is read, as a file or a module gives them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from viz.net.operations import Shape
from viz.reading import limits
from viz.reading.tensors import ReadError, printable

IMAGE = ""  # the name of the network's input
LONGEST_NAME = 200

NodeKind = Literal[
    "conv",
    "linear",
    "norm",
    "activation",
    "scalar",  # a number added to, or times, every value; part of an activation perhaps
    "average",  # over the whole map
    "window",
    "add",
    "product",
    "gain",
    "concat",
    "split",
    "shape",
    "flatten",
    "dropout",
    "matmul",
    "other",
]


class Window(NamedTuple):
    """Kernel, stride and dilation as (height, width); padding as (above, left, below, right)."""

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1


class Node(NamedTuple):
    """One step: ``name`` is where it stands, ``title`` what its source calls it.

    ``inputs`` are the names of the nodes that it reads, ``shape`` is its output's, without batch.
    ``params`` are learnable numbers, of which ``weights`` are no biases; ``macs`` is None where
    nobody can say. ``function`` is an activation's name or what a scalar does, ``number`` its
    operand, or those of a clip.
    """

    name: str
    kind: NodeKind
    title: str
    inputs: tuple[str, ...]
    shape: Shape
    params: int = 0
    weights: int = 0
    macs: int | None = 0
    window: Window | None = None
    function: str = ""
    number: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """A network as nodes in the order in which they run; ``in_shape`` is its input without batch.

    ``outputs`` are the names of the nodes that give its results. ``name`` is what it is called,
    ``source`` what it was read from.
    """

    name: str
    source: str
    in_shape: Shape
    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...] = ()


def node_name(wanted: str, taken: Mapping[str, Any]) -> str:
    """A name that no other node has, without what breaks a line."""
    short = printable(wanted[:LONGEST_NAME]) or "node"
    if short not in taken:
        return short
    number = 2
    while f"{short}.{number}" in taken:
        number += 1
    return f"{short}.{number}"


def needed(nodes: Sequence[Node], outputs: Sequence[str]) -> list[Node]:
    """The nodes on the way to the outputs."""
    wanted = set(outputs)
    for node in reversed(nodes):
        if node.name in wanted:
            wanted |= set(node.inputs)
    return [node for node in nodes if node.name in wanted]


def readers_of(nodes: Sequence[Node], outputs: Sequence[str]) -> dict[str, set[str]]:
    """The names of the nodes that read each one; the empty name reads the outputs."""
    readers: dict[str, set[str]] = {name: {""} for name in outputs}
    for node in nodes:
        for name in node.inputs:
            readers.setdefault(name, set()).add(node.name)
    return readers


def checked(graph: Graph) -> Graph:
    """The graph, if it is one that can be drawn. Raises ``ReadError``."""
    if not graph.nodes:
        raise ReadError("nothing in it works on an image")
    if len(graph.nodes) > limits.NODES:
        count = f"{len(graph.nodes):,}"
        raise ReadError(f"it has {count} operations, more than the {limits.NODES:,} that are read")
    return graph


def as_lines(graph: Graph) -> dict[str, Any]:
    """The graph as JSON holds it."""
    return {
        "name": graph.name,
        "source": graph.source,
        "in_shape": list(graph.in_shape),
        "nodes": [list(node) for node in graph.nodes],
        "outputs": list(graph.outputs),
        "notes": list(graph.notes),
    }


def from_lines(lines: Mapping[str, Any]) -> Graph:
    """The graph again."""
    return Graph(
        lines["name"],
        lines["source"],
        tuple(lines["in_shape"]),
        tuple(map(_node, lines["nodes"])),
        tuple(lines["outputs"]),
        tuple(lines["notes"]),
    )


def _node(line: Iterable[Any]) -> Node:
    node = Node(*line)
    window = None
    if node.window:
        kernel, stride, padding, dilation, groups = node.window
        sides = (tuple(kernel), tuple(stride), tuple(padding), tuple(dilation))
        window = Window._make((*sides, groups))
    return node._replace(
        inputs=tuple(node.inputs),
        shape=tuple(node.shape),
        number=tuple(node.number),
        window=window,
    )
