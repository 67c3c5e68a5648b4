"""Ranking of networks by roofline time, with ResNet-50 for reference."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from viz.hardware.roofline import FUSED, Work, total_time, work_of
from viz.net.operations import Role, Tape
from viz.net.trace import trace
from viz.net.zoo import ZOO

YARDSTICK = "resnet-50"
YARDSTICK_NAME = "ResNet-50"
RIDGES = tuple(range(0, 505, 5))
# stage of ResNet-50 -> (channels inside, blocks, stride); He et al., arXiv:1512.03385, Table 1
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))


class RankRow(NamedTuple):
    """A network's time at one ridge point, as a multiple of the first network's."""

    key: str
    name: str
    ridge: float
    time: float


def rank_rows(
    keys: Sequence[str],
    ridges: Sequence[float] = RIDGES,
    bytes_per_value: int = 1,
    batch: int = 1,
) -> list[RankRow]:
    """Each network at each ridge point, at its own resolution and width 1."""
    rows = []
    for ridge in ridges:
        first = total_time(_work(keys[0]), ridge, bytes_per_value, batch)
        for key in keys:
            time = total_time(_work(key), ridge, bytes_per_value, batch)
            rows.append(RankRow(key, name_of(key), ridge, time / first))
    return rows


def order_at(rows: Sequence[RankRow], ridge: float) -> list[RankRow]:
    """The networks at the nearest of the rows' ridge points, the fastest first."""
    nearest = min((row.ridge for row in rows), key=lambda other: abs(other - ridge))
    return sorted((row for row in rows if row.ridge == nearest), key=lambda row: row.time)


class Moves(NamedTuple):
    """How many networks keep the place that their MACs give them, and which one moves most."""

    kept: int
    all: int
    name: str
    before: int  # places, from 1
    after: int


def moves(keys: Sequence[str], ridge: float, bytes_per_value: int = 1, batch: int = 1) -> Moves:
    """Places by time at a ridge point against places by MACs alone."""
    by_macs, here = (
        [row.key for row in order_at(rank_rows(keys, [at], bytes_per_value, batch), at)]
        for at in (0, ridge)
    )
    places = {key: (by_macs.index(key) + 1, here.index(key) + 1) for key in keys}
    kept = sum(before == after for before, after in places.values())
    most = max(keys, key=lambda key: abs(places[key][0] - places[key][1]))
    return Moves(kept, len(keys), name_of(most), *places[most])


def name_of(key: str) -> str:
    """Name of a network or of the reference."""
    return YARDSTICK_NAME if key == YARDSTICK else ZOO[key].name


@cache
def _work(key: str) -> tuple[Work, ...]:
    if key == YARDSTICK:
        return tuple(resnet_50())
    return tuple(work_of(op) for op in trace(key).operations if op.kind not in FUSED)


def resnet_50(side: int = 224, classes: int = 1_000) -> Iterator[Work]:
    """The work of ResNet-50, its strides in the 3x3 convolutions as torchvision builds it."""
    tape = Tape((3, side, side))
    tape.conv("stem", 64, Role.STEM, kernel=7, stride=2)
    channels, height, width = tape.shape
    tape.shape = (channels, height // 2, width // 2)  # 3x3 max pooling, stride 2: no weights
    for number, (inner, blocks, stride) in enumerate(STAGES):
        for block in range(blocks):
            _bottleneck(tape, f"{number}.{block}", inner, stride if block == 0 else 1)
    tape.pool("pool")
    tape.flatten("flatten")
    tape.linear("classifier", classes, Role.CLASSIFIER)
    return (work_of(op) for op in tape.operations if op.kind != "flatten")


def _bottleneck(tape: Tape, path: str, inner: int, stride: int) -> None:
    """1x1, 3x3, 1x1, and a 1x1 on the skip where channels change; then the addition."""
    entered = tape.shape
    if entered[0] != 4 * inner:
        tape.conv(f"{path}.skip", 4 * inner, Role.PROJECT, stride=stride)
        tape.shape = entered
    tape.conv(f"{path}.reduce", inner, Role.CONV)
    tape.conv(f"{path}.conv", inner, Role.CONV, kernel=3, stride=stride)
    tape.conv(f"{path}.expand", 4 * inner, Role.EXPAND)
    tape.add(f"{path}.add", f".{path}.expand")
