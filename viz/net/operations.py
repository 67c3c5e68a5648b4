"""The record of one operation, and the tape that a network's rows are played onto.

A row of a paper's table (``blocks``) knows which operations it stands for; the tape knows what
each operation does to the shape of the tensor that flows through it.
"""

from typing import Literal, NamedTuple

from viz.net.dialect import PAPERS, Dialect
from viz.net.kinds import Kind
from viz.net.numbers import larger
from viz.net.operation_kinds import CONVOLUTIONS as CONVOLUTIONS  # of this module too
from viz.net.operation_kinds import PRODUCTS as PRODUCTS
from viz.net.operation_kinds import WINDOWS as WINDOWS
from viz.net.operation_kinds import OperationKind as OperationKind
from viz.net.operation_kinds import Shape as Shape
from viz.net.read_cost import ReadCost
from viz.net.roles import SE as SE  # of this module too, for its readers
from viz.net.roles import SE_ROLES as SE_ROLES
from viz.net.roles import Role as Role


class Operation(NamedTuple):
    """One step of a network, at a path that is also its path in the torch module.

    ``inputs`` are the paths of the operations that feed it, in the order of its operands; the empty
    path is the network's own input. ``in_shapes`` are their shapes, ``in_shape`` is the first.
    Shapes are (channels, height, width), or (features,) after flattening; batch is left out.
    ``padding`` is (above, below) and ``across`` (left, right), in pixels. ``activation``
    names the function of an ``activation`` operation. A ``split`` gives the channels from ``start``
    on. ``read`` is what a network that was read says of an operation beyond all this.
    """

    path: str
    kind: OperationKind
    inputs: tuple[str, ...]
    in_shapes: tuple[Shape, ...]
    out_shape: Shape
    block: int
    stage: int
    role: Role
    kernel: int = 0
    stride: int = 1
    padding: tuple[int, int] = (0, 0)
    groups: int = 1
    dilation: int = 1
    bias: bool = False
    activation: str = ""
    across: tuple[int, int] = (0, 0)
    start: int = 0
    read: ReadCost | None = None

    @property
    def in_shape(self) -> Shape:
        """Shape of the first input."""
        return self.in_shapes[0]


NONE = (0, 0)  # padding


class MapVanishes(Exception):
    """The map is smaller than the window of a convolution; the message is its block."""


class Facts(NamedTuple):
    """What a block is, stated by its row, with the channels that it really has.

    ``kernels`` has an entry for each place of a spatial convolution, 0 where one is left out.
    ``expanded`` is the width between expansion and projection, ``squeeze`` that of SE's waist (0
    without). ``stride`` and ``dilation`` are as built. ``normed`` is off where batch norm is left
    out. ``groups`` are those of a convolution that is neither full nor depthwise, ``heads`` of an
    attention.
    """

    kernels: tuple[int, ...] = ()
    expanded: int = 0
    squeeze: int = 0
    activation: str = ""
    stride: int = 1
    dilation: int = 1
    residual: bool = False
    normed: bool = True
    groups: int = 1
    heads: int = 0


class Block(NamedTuple):
    """A row of the paper's table as built: its facts, and which operations it stands for.

    ``kind`` is a key of the table of kinds; ``start`` and ``stop`` bound its operations in
    ``Trace.operations``.
    """

    index: int  # type: ignore[assignment]  # of blocks, not of a tuple's entries
    kind: str
    name: str
    stage: int
    start: int
    stop: int
    in_shape: Shape
    out_shape: Shape
    facts: Facts

    @property
    def channels_in(self) -> int:
        """Channels that enter."""
        return self.in_shape[0]

    @property
    def channels_out(self) -> int:
        """Channels that leave."""
        return self.out_shape[0]


class Tape:
    """Records operations one after the other and follows the shape through them.

    Each reads the output of the one before it; ``branch`` lets the next read another one's.
    ``same_padding`` pads as TensorFlow does: as little as the stride needs, the odd pixel last.
    """

    def __init__(
        self, shape: Shape, dialect: Dialect = PAPERS, *, same_padding: bool = False
    ) -> None:
        self.shape = shape
        self.path = ""  # of the operation that the next one reads
        self.dialect = dialect
        self.same_padding = same_padding or dialect.same_padding
        self.stage = 0
        self.block = -1
        self._opened: tuple[Kind | None, int, Shape] = (None, 0, shape)
        self.shapes: dict[str, Shape] = {"": shape}
        self.operations: list[Operation] = []
        self.blocks: list[Block] = []
        self.prefix = ""
        self.classifier_length = 0

    @property
    def channels(self) -> int:
        """Channels (or features) of the tensor that leaves the last operation."""
        return self.shape[0]

    def open_block(self, kind: Kind, *, new_stage: bool, path: str = "") -> None:
        """Start a block; operations recorded from now on belong to it and lie below ``path``."""
        self.stage += new_stage
        self.block += 1
        self.prefix = path or f"features.{self.block}"
        self._opened = (kind, len(self.operations), self.shape)

    def close_block(self, facts: Facts = Facts()) -> None:  # noqa: B008 - Facts cannot change
        """End the block that was opened last, and say what it is."""
        kind, start, entered = self._opened
        assert kind is not None  # a block is closed after it has been opened
        index, stop = self.block, len(self.operations)
        name = kind.title(index)
        fields = (index, kind.key, name, self.stage, start, stop, entered, self.shape, facts)
        self.blocks.append(tuple.__new__(Block, fields))

    def conv(
        self,
        path: str,
        out: int,
        role: Role,
        *,
        kernel: int = 1,
        stride: int = 1,
        depthwise: bool = False,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = False,
        padding: tuple[int, int] | None = None,
    ) -> None:
        """Record a convolution, padded symmetrically unless ``padding`` says otherwise."""
        _channels, height, width = self.shape
        pads = sides = padding or self._padding(kernel, stride, dilation, height)
        groups = self.channels if depthwise else groups
        kind: OperationKind = "depthwise" if depthwise else "pointwise" if kernel == 1 else "conv"
        window = (kernel - 1) * dilation + 1
        rows = columns = (height + pads[0] + pads[1] - window) // stride + 1
        if width != height:
            sides = padding or self._padding(kernel, stride, dilation, width)
            columns = (width + sides[0] + sides[1] - window) // stride + 1
        if rows < 1 or columns < 1:
            raise MapVanishes(self._name())
        full_path = f"{self.prefix}.{path}" if path else self.prefix
        shape = (out, rows, columns)
        fields = (
            full_path, kind, (self.path,), (self.shape,), shape, self.block, self.stage, role,
            kernel, stride, pads, groups, dilation, bias, "", sides, 0, None
        )  # fmt: skip
        self.operations.append(tuple.__new__(Operation, fields))  # half the time of Operation()
        self.path = full_path
        self.shape = self.shapes[full_path] = shape

    def max_pool(self, path: str, kernel: int, stride: int) -> None:
        """Record the maximum over windows, padded symmetrically."""
        self.conv(path, self.channels, Role.POOL, kernel=kernel, stride=stride, depthwise=True)
        changed = {"kind": "window", "groups": 1}
        self.operations[-1] = self.operations[-1]._replace(**changed)  # type: ignore[arg-type]

    def _name(self) -> str:
        kind = self._opened[0]
        return kind.title(self.block) if kind else self.prefix

    def _padding(self, kernel: int, stride: int, dilation: int, size: int) -> tuple[int, int]:
        """Before and after, along a side of ``size`` pixels."""
        reach = (kernel - 1) * dilation
        if not self.same_padding:
            return reach // 2, reach // 2
        total = larger((-(-size // stride) - 1) * stride + reach + 1 - size, 0)
        return total // 2, total - total // 2

    def norm(self, path: str, role: Role) -> None:
        """Record a batch normalisation."""
        self._record(path, "norm", self.shape, role)

    def activation(self, path: str, name: str, role: Role) -> None:
        """Record an activation function."""
        self._record(path, "activation", self.shape, role, activation=name)

    def pool(self, path: str, role: Role = Role.POOL) -> None:
        """Record global average pooling to 1 x 1."""
        self._record(path, "pool", (self.channels, 1, 1), role)

    def flatten(self, path: str) -> None:
        """Record the loss of the spatial dimensions after pooling."""
        self._record(path, "flatten", (self.channels,), Role.POOL)

    def linear(self, path: str, out: int, role: Role) -> None:
        """Record a fully connected layer with bias."""
        self._record(path, "linear", (out,), role, bias=True)

    def dropout(self, path: str, role: Role) -> None:
        """Record dropout, which does nothing at inference."""
        self._record(path, "dropout", self.shape, role)

    def branch(self, path: str) -> None:
        """Let the operation that comes next read the output of ``path``."""
        self.path, self.shape = path, self.shapes[path]

    def product(
        self, path: str, kind: Literal["scores", "mix"], out_shape: Shape, *inputs: str
    ) -> None:
        """Record a product of attention, of the outputs of the operations at two paths."""
        self._record(path, kind, out_shape, Role.ATTEND, inputs=inputs)

    def gain(self, path: str) -> None:
        """Record layer scale: a learned factor a channel."""
        self._record(path, "gain", self.shape, Role.GAIN)

    def scale(self, path: str, source: str) -> None:
        """Record SE's product: the output of ``source``, every channel times its gate."""
        inputs = (self.path, source)
        self._record(path, "scale", self.shapes[source], Role.SCALE, inputs=inputs)

    def add(self, path: str, *others: str) -> None:
        """Record the sum of the flow and the outputs of ``others``, by their full paths.

        Raises ``ValueError`` where shapes differ.
        """
        self._check_equal("add", [self.shape, *(self.shapes[path] for path in others)])
        self._record(path, "add", self.shape, Role.ADD, inputs=(self.path, *others))

    def mean(self, path: str, *inputs: str, role: Role) -> None:
        """Record the mean of the outputs of ``inputs``."""
        self._record(path, "mean", self.shape, role, inputs=inputs)

    def concat(self, path: str, *inputs: str, role: Role = Role.CONCAT) -> None:
        """Record the outputs of ``inputs``, by full paths, with their channels in a row.

        Raises ``ValueError`` where heights or widths differ.
        """
        self._check_equal("concat", [self.shapes[source][1:] for source in inputs])
        channels = sum(self.shapes[source][0] for source in inputs)
        shape = (channels, *self.shapes[inputs[0]][1:])
        self._record(path, "concat", shape, role, inputs=inputs)

    def split(self, path: str, channels: int, start: int = 0) -> None:
        """Record the choice of so many channels, from ``start`` on."""
        self._record(path, "split", (channels, *self.shape[1:]), Role.SPLIT, start=start)

    def shuffle(self, path: str, groups: int) -> None:
        """Record the interleaving of the channels of ``groups`` groups."""
        self._record(path, "shuffle", self.shape, Role.SHUFFLE, groups=groups)

    def _check_equal(self, kind: str, shapes: list[Shape]) -> None:
        if any(shape != shapes[0] for shape in shapes):
            raise ValueError(f"{self._name()}: the inputs of {kind} differ: {shapes}.")

    def _record(
        self,
        path: str,
        kind: OperationKind,
        out_shape: Shape,
        role: Role,
        *,
        inputs: tuple[str, ...] = (),
        bias: bool = False,
        activation: str = "",
        groups: int = 1,
        start: int = 0,
    ) -> None:
        """Add an operation that has no window."""
        full_path = f"{self.prefix}.{path}" if path else self.prefix
        inputs = inputs or (self.path,)
        shapes = tuple([self.shapes[source] for source in inputs])
        fields = (
            full_path, kind, inputs, shapes, out_shape, self.block, self.stage, role, 0, 1, NONE,
            groups, 1, bias, activation, NONE, start, None
        )  # fmt: skip
        self.operations.append(tuple.__new__(Operation, fields))
        self.path = full_path
        self.shape = self.shapes[full_path] = out_shape
