"""The record of one operation, and the tape that a network's rows are played onto.

A row of a paper's table (``blocks``) knows which operations it stands for; the tape knows what
each operation does to the shape of the tensor that flows through it.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from viz.net.dialect import PAPERS, Dialect

Kind = Literal[
    "conv",
    "depthwise",
    "pointwise",
    "linear",
    "norm",
    "activation",
    "pool",
    "flatten",
    "dropout",
    "scale",
    "add",
]
Shape = tuple[int, ...]

CONVOLUTIONS: frozenset[str] = frozenset({"conv", "depthwise", "pointwise"})
JOINS: frozenset[str] = frozenset({"scale", "add"})


class Operation(NamedTuple):
    """One step of a network, at a path that is also its path in the torch module.

    Shapes are (channels, height, width), or (features,) after flattening; batch is left out.
    ``padding`` is (before, after), in pixels, the same for height and width. ``activation``
    names the function of an ``activation`` operation. ``role`` is the operation's place in its
    block (stem, expand, depthwise, SE, project, ...). ``joins`` is the path of the operation whose
    output is the second input of an ``add`` or ``scale``; empty for the network's own input.
    """

    path: str
    kind: Kind
    in_shape: Shape
    out_shape: Shape
    block: int
    stage: int
    role: str
    kernel: int = 0
    stride: int = 1
    padding: tuple[int, int] = (0, 0)
    groups: int = 1
    dilation: int = 1
    bias: bool = False
    activation: str = ""
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A row of the paper's table as built: which operations it stands for, and how it is called.

    ``start`` and ``stop`` bound its operations in ``Trace.operations``.
    """

    index: int
    kind: str
    name: str
    stage: int
    start: int
    stop: int
    residual: bool = False


class Tape:
    """Records operations one after the other and follows the shape through them."""

    def __init__(self, shape: Shape, dialect: Dialect = PAPERS) -> None:
        self.shape = shape
        self.dialect = dialect
        self.stage = 0
        self.block = -1
        self._opened = ("", "", 0)
        self.shapes: dict[str, Shape] = {"": shape}
        self.operations: list[Operation] = []
        self.blocks: list[Block] = []
        self.prefix = ""
        self.classifier_length = 0

    @property
    def channels(self) -> int:
        """Channels (or features) of the tensor that leaves the last operation."""
        return self.shape[0]

    @property
    def last_path(self) -> str:
        """Path of the last operation; empty before the first one."""
        return self.operations[-1].path if self.operations else ""

    def open_block(self, kind: str, name: str, *, new_stage: bool, path: str = "") -> None:
        """Start a block; operations recorded from now on belong to it and lie below ``path``."""
        self.stage += new_stage
        self.block += 1
        self.prefix = path or f"features.{self.block}"
        self._opened = (kind, name, len(self.operations))

    def close_block(self, *, residual: bool = False) -> None:
        """End the block that was opened last."""
        kind, name, start = self._opened
        stop = len(self.operations)
        self.blocks.append(Block(self.block, kind, name, self.stage, start, stop, residual))

    def conv(
        self,
        path: str,
        out: int,
        role: str,
        *,
        kernel: int = 1,
        stride: int = 1,
        depthwise: bool = False,
        dilation: int = 1,
        bias: bool = False,
        padding: tuple[int, int] | None = None,
    ) -> None:
        """Record a convolution, padded symmetrically unless ``padding`` says otherwise."""
        pads = padding or self._padding(kernel, stride, dilation)
        groups = self.channels if depthwise else 1
        kind: Kind = "depthwise" if depthwise else "pointwise" if kernel == 1 else "conv"
        size = tuple(
            (n + pads[0] + pads[1] - dilation * (kernel - 1) - 1) // stride + 1
            for n in self.shape[1:]
        )
        self._record(path, kind, (out, *size), role, kernel, stride, pads, groups, dilation, bias)

    def _padding(self, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
        reach = (kernel - 1) * dilation
        if not self.dialect.same_padding:
            return reach // 2, reach // 2
        size = self.shape[1]
        total = max((-(-size // stride) - 1) * stride + reach + 1 - size, 0)
        return total // 2, total - total // 2

    def norm(self, path: str, role: str) -> None:
        """Record a batch normalisation."""
        self._record(path, "norm", self.shape, role)

    def activation(self, path: str, name: str, role: str) -> None:
        """Record an activation function."""
        self._record(path, "activation", self.shape, role, activation=name)

    def pool(self, path: str, role: str) -> None:
        """Record global average pooling to 1 x 1."""
        self._record(path, "pool", (self.channels, 1, 1), role)

    def flatten(self, path: str, role: str) -> None:
        """Record the loss of the spatial dimensions after pooling."""
        self._record(path, "flatten", (self.channels,), role)

    def linear(self, path: str, out: int, role: str) -> None:
        """Record a fully connected layer with bias."""
        self._record(path, "linear", (out,), role, bias=True)

    def dropout(self, path: str, role: str) -> None:
        """Record dropout, which does nothing at inference."""
        self._record(path, "dropout", self.shape, role)

    def join(self, path: str, kind: Literal["scale", "add"], role: str, source: str) -> None:
        """Record the meeting of the flow with the output of ``source`` (a skip)."""
        self._record(path, kind, self.shapes[source], role, joins=source)

    def _record(
        self,
        path: str,
        kind: Kind,
        out_shape: Shape,
        role: str,
        kernel: int = 0,
        stride: int = 1,
        padding: tuple[int, int] = (0, 0),
        groups: int = 1,
        dilation: int = 1,
        bias: bool = False,
        activation: str = "",
        joins: str = "",
    ) -> None:
        full_path = f"{self.prefix}.{path}" if path else self.prefix
        fields = (
            full_path,
            kind,
            self.shape,
            out_shape,
            self.block,
            self.stage,
            role,
            kernel,
            stride,
            padding,
            groups,
            dilation,
            bias,
            activation,
            joins,
        )
        self.operations.append(tuple.__new__(Operation, fields))  # half the time of Operation()
        self.shape = self.shapes[full_path] = out_shape
