"""The four variants of MobileNetV4's universal inverted bottleneck; fused against separable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from viz.hardware.roofline import FUSED, Work, total_time, work_of
from viz.lessons.residual import ResidualBlock
from viz.net import cost
from viz.net.channels import Scaler, WidthRule
from viz.net.operations import CONVOLUTIONS, Block, Operation, Role, Tape
from viz.net.rows import Row
from viz.net.trace import trace
from viz.net.units import Player
from viz.net.universal import FACES, UIB, FusedIB

# name -> lowest, highest, default
LIMITS = {"channels": (8, 512, 160), "t": (1, 8, 4), "size": (4, 112, 16)}
FUSED_LIMITS = {"channels": (8, 256, 32), "t": (1, 8, 4), "size": (7, 112, 56)}
KERNELS = (3, 5, 7)
NETWORKS = ("v4-conv-small", "v4-conv-medium", "v4-conv-large")
RIDGES = tuple(range(0, 505, 5))
_PLAIN = Scaler(WidthRule("plain", "none", expansion="ratio"), 1.0, 8)


@dataclass(frozen=True, slots=True)
class Face:
    """One variant of the block: its operations, and how often V4's networks use it."""

    name: str
    block: Block
    operations: tuple[Operation, ...]
    used: tuple[int, ...]

    @property
    def params(self) -> int:
        """Learnable parameters."""
        return sum(map(cost.params, self.operations))

    @property
    def macs(self) -> int:
        """Multiply-adds."""
        return sum(map(cost.macs, self.operations))

    @property
    def receptive_field(self) -> int:
        """Receptive field of one output position in the block's input, in positions."""
        return 1 + sum(op.kernel - 1 for op in self.operations if op.kind in CONVOLUTIONS)

    def step(self, role: Role) -> Operation | None:
        """The convolution (or addition) in one place of the block; None where it is left out."""
        kinds = {*CONVOLUTIONS, "add"}
        return next((op for op in self.operations if op.role is role and op.kind in kinds), None)


class FaceRow(NamedTuple):
    """A variant as a table row; the last three count blocks of V4's networks."""

    face: str
    params: int
    macs: int
    receptive_field: int
    small: int
    medium: int
    large: int


def faces(channels: int, t: int, size: int, kernel: int) -> list[Face]:
    """All four between maps of ``channels`` channels, at stride 1."""
    return [
        _face(UIB(kernel * start, kernel * middle, t * channels, channels, 1), channels, size)
        for start, middle in FACES
    ]


def _face(row: UIB, channels: int, size: int) -> Face:
    tape = _played(row, channels, size)
    keys = [[block.kind for block in trace(key).blocks] for key in NETWORKS]
    used = tuple(kinds.count(row.kind.key) for kinds in keys)
    return Face(row.kind.name, tape.blocks[0], tuple(tape.operations), used)


def _played(row: Row, channels: int, size: int) -> Tape:
    tape = Tape((channels, size, size))
    row.record(Player(tape, _PLAIN, channels, 0))
    return tape


def face_rows(found: Sequence[Face]) -> list[FaceRow]:
    """One row per variant."""
    return [FaceRow(f.name, f.params, f.macs, f.receptive_field, *f.used) for f in found]


def most_used(found: Sequence[Face]) -> Face:
    """The variant that V4's networks have most often."""
    return max(found, key=lambda face: sum(face.used))


# Fused or separable


def fused_and_separable(channels: int, t: int, size: int) -> list[ResidualBlock]:
    """The fused block and V2's at the same channels, both with 3x3 convolutions and ReLU."""
    rows: dict[str, Row] = {
        "Fused": FusedIB(3, t * channels, channels, 1),
        "Separable": UIB(0, 3, t * channels, channels, 1),
    }
    played = {name: _played(row, channels, size) for name, row in rows.items()}
    return [
        ResidualBlock(f"{name} inverted bottleneck", tuple(tape.operations), "identity")
        for name, tape in played.items()
    ]


class FusedRow(NamedTuple):
    """A block on a device; times are relative to the separable block's."""

    block: str
    params: int
    macs: int
    bytes: int
    intensity: float
    time: float


class FusedPoint(NamedTuple):
    """Time of the fused block over that of the separable one, at one ridge point."""

    ridge: float
    ratio: float


def fused_rows(blocks: Sequence[ResidualBlock], ridge: float) -> list[FusedRow]:
    """Both blocks at a ridge point, in 8 bits at batch 1."""
    separable = total_time(_works(blocks[1]), ridge)
    return [_fused_row(block, ridge, separable) for block in blocks]


def _fused_row(block: ResidualBlock, ridge: float, separable: float) -> FusedRow:
    works = _works(block)
    moved = sum(work.weights + work.moved for work in works)
    time = total_time(works, ridge) / separable
    return FusedRow(block.name, block.params, block.macs, moved, block.macs / moved, time)


def fused_points(blocks: Sequence[ResidualBlock]) -> list[FusedPoint]:
    """The ratio of times at every ridge point of a fixed grid."""
    fused, separable = (_works(block) for block in blocks)
    return [FusedPoint(r, total_time(fused, r) / total_time(separable, r)) for r in RIDGES]


def crossing(points: Sequence[FusedPoint]) -> float | None:
    """The first ridge point at which fused is at least as fast; None where it never is."""
    return next((point.ridge for point in points if point.ratio <= 1), None)


def faster_where(points: Sequence[FusedPoint]) -> str:
    """Where fused is at least as fast: ``nowhere``, ``everywhere``, or at ``some`` ridge points."""
    count = sum(point.ratio <= 1 for point in points)
    return "nowhere" if count == 0 else "everywhere" if count == len(points) else "some"


def _works(block: ResidualBlock) -> list[Work]:
    return [work_of(op) for op in block.operations if op.kind not in FUSED]
