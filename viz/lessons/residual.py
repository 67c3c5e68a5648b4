"""ResNet's bottleneck and V2's inverted residual at the same size, as operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import NamedTuple

from viz.activations import Nonlinearity, label_of
from viz.net import cost
from viz.net.operations import CONVOLUTIONS, Operation, Role, Shape, Tape
from viz.net.units import InvertedResidual

# name -> lowest, highest, default
LIMITS = {"channels": (8, 160, 64), "t": (1, 10, 6), "size": (7, 112, 14)}
RESNET_FACTOR = 4  # wide over narrow channels, He et al. 2015, Figure 5


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from one tensor to the next: kernel, stride, activation and cost."""

    kernel: int
    stride: int
    depthwise: bool
    activation: str
    out_shape: Shape
    macs: int


@dataclass(frozen=True, slots=True)
class ResidualBlock:
    """A block: its main path, what lies on its shortcut, and whether there is a shortcut at all.

    ``shortcut`` is ``identity``, ``projection`` or empty; ``last`` is the activation after the
    addition.
    """

    name: str
    operations: tuple[Operation, ...]
    shortcut: str
    projection: tuple[Operation, ...] = ()
    last: str = ""

    @property
    def in_shape(self) -> Shape:
        """(channels, height, width) that enter."""
        return self.operations[0].in_shape

    @property
    def params(self) -> int:
        """Learnable parameters, those of a projection included."""
        return sum(map(cost.params, (*self.operations, *self.projection)))

    @property
    def macs(self) -> int:
        """Multiply-adds, those of a projection included."""
        return sum(map(cost.macs, (*self.operations, *self.projection)))

    @property
    def widest(self) -> Shape:
        """The largest tensor of the block, its input and output included."""
        shapes = [self.in_shape, *(op.out_shape for op in self.operations)]
        return max(shapes, key=prod)

    @property
    def depthwise_macs(self) -> int:
        """Multiply-adds of its depthwise convolutions."""
        return sum(cost.macs(op) for op in self.operations if op.kind == "depthwise")

    @property
    def form(self) -> str:
        """``narrow`` where the middle is wider than the ends, ``wide``, or ``even``."""
        middle = next(op for op in self.operations if op.kernel > 1).in_shape[0]
        ends = self.in_shape[0]
        return "even" if middle == ends else "narrow" if middle > ends else "wide"

    @property
    def joined(self) -> Shape:
        """The tensor at the ends of the shortcut, which training keeps in memory."""
        return self.operations[-1].out_shape

    @property
    def steps(self) -> list[Step]:
        """One step per convolution, with its activation."""
        runs = groupby(self.operations, key=lambda op: op.role)
        return [_step(list(run)) for role, run in runs if role != Role.ADD]


def _step(run: Sequence[Operation]) -> Step:
    conv = next(op for op in run if op.kind in CONVOLUTIONS)
    activations = [label_of(op.activation) for op in run if op.activation]
    return Step(
        kernel=conv.kernel,
        stride=conv.stride,
        depthwise=conv.kind == "depthwise",
        activation=activations[0] if activations else label_of("identity"),
        out_shape=conv.out_shape,
        macs=cost.macs(conv),
    )


def resnet_bottleneck(channels: int, size: int, stride: int, *, same: bool) -> ResidualBlock:
    """1x1 down, 3x3, 1x1 up, between tensors of 4 x ``channels`` channels.

    With other channels behind it (``same`` off) twice as many, as from one stage to the next. The
    stride is on the 3x3, as in torchvision (v1.5).
    """
    narrow = channels if same else 2 * channels
    wide = RESNET_FACTOR * narrow
    tape = Tape((RESNET_FACTOR * channels, size, size))
    _unit(tape, "1", narrow, Role.PROJECT, activation="relu")
    _unit(tape, "2", narrow, Role.CONV, kernel=3, stride=stride, activation="relu")
    _unit(tape, "3", wide, Role.EXPAND)
    projection: tuple[Operation, ...] = ()
    if stride > 1 or not same:
        side = Tape((RESNET_FACTOR * channels, size, size))
        _unit(side, "0", wide, Role.EXPAND, stride=stride)
        projection = tuple(side.operations)
    kind = "projection" if projection else "identity"
    operations = tuple(tape.operations)
    return ResidualBlock("ResNet's bottleneck", operations, kind, projection, "ReLU")


def _unit(
    tape: Tape,
    name: str,
    out: int,
    role: Role,
    *,
    kernel: int = 1,
    stride: int = 1,
    activation: Nonlinearity | None = None,
) -> None:
    tape.conv(f"conv{name}", out, role, kernel=kernel, stride=stride)
    tape.norm(f"bn{name}", role)
    if activation:
        tape.activation(f"act{name}", activation, role)


def inverted_residual(
    channels: int, size: int, stride: int, t: int, *, same: bool
) -> ResidualBlock:
    """1x1 up by ``t``, 3x3 depthwise, 1x1 down, between tensors of ``channels`` channels."""
    tape = Tape((channels, size, size))
    out = channels if same else 2 * channels
    block = InvertedResidual(
        kernel=3,
        expanded=t * channels,
        out=out,
        squeeze=0,
        nl="relu6",
        stride=stride,
        dilation=1,
        halves=stride > 1,
        may_skip=stride == 1,
    )
    block.record(tape, "conv", project_nested=False)
    kind = "identity" if tape.blocks[0].facts.residual else ""
    return ResidualBlock("V2's inverted residual", tuple(tape.operations), kind)


def both(channels: int, size: int, t: int, *, halves: bool, same: bool) -> list[ResidualBlock]:
    """ResNet's block and V2's, at stride 2 where they halve the map."""
    stride = 2 if halves else 1
    return [
        resnet_bottleneck(channels, size, stride, same=same),
        inverted_residual(channels, size, stride, t, same=same),
    ]


class BlockCostRow(NamedTuple):
    """A block's cost, its widest tensor, and the one that its shortcut joins."""

    block: str
    params: int
    macs: int
    widest: Shape
    widest_values: int
    ends: Shape
    shortcut: str


def cost_rows(blocks: Sequence[ResidualBlock]) -> list[BlockCostRow]:
    """A row for each block."""
    return [
        BlockCostRow(
            block=block.name,
            params=block.params,
            macs=block.macs,
            widest=block.widest,
            widest_values=prod(block.widest),
            ends=block.joined,
            shortcut=block.shortcut or "none",
        )
        for block in blocks
    ]
