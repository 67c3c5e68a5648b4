"""One node of an ONNX file with what is known of its inputs, as its operator's maker gets it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from onnx import NodeProto, helper

from viz.net.operations import Shape
from viz.reading.graphs.nodes import Node, NodeKind
from viz.reading.tensors import ReadError


class Call(NamedTuple):
    """One node of the file: shapes without batch of what it is given and gives.

    ``moving`` are the names that it reads of what depends on the image; ``constants`` are its other
    inputs by place, as arrays, or None for one that is too large to be looked at; ``sizes`` are
    these inputs' shapes; ``own`` counts its parameters, each once. ``is_last`` says that the file
    has channels last here; shapes have them first all the same.
    """

    node: NodeProto
    moving: tuple[str, ...]
    given: tuple[Shape, ...]
    shape: Shape
    constants: Mapping[int, Any]
    sizes: Mapping[int, Shape]
    own: Mapping[int, int]
    is_last: bool = False

    @property
    def attributes(self) -> dict[str, Any]:
        """By name, texts decoded."""
        held = {a.name: helper.get_attribute_value(a) for a in self.node.attribute}
        return {n: v.decode() if isinstance(v, bytes) else v for n, v in held.items()}

    def number(self, place: int, name: str, default: float) -> float:
        """A number that is an attribute, or an input in later versions."""
        if name in self.attributes:
            return float(self.attributes[name])
        held = self.constants.get(place)
        return default if held is None or held.size != 1 else float(held.reshape(()))

    def numbers(self, place: int, name: str) -> list[int] | None:
        """Whole numbers that are an attribute, or an input in later versions."""
        if name in self.attributes:
            return [int(value) for value in self.attributes[name]]
        held = self.constants.get(place)
        return None if held is None else [int(value) for value in held.reshape(-1)]

    def made(self, kind: NodeKind, **more: Any) -> Node:
        """A node of a kind, with what all nodes have."""
        params, title = sum(self.own.values()), self.node.op_type
        return Node("", kind, title, self.moving, self.shape, params)._replace(**more)

    def check_channels(self, given: int, wanted: int) -> None:
        """Raise ``ReadError`` where weights are for another number of channels."""
        if given != wanted:
            name = self.node.name or self.node.op_type
            raise ReadError(f"its node {name!r} takes {wanted:,} channels and gets {given:,}")
