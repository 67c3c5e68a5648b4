"""V3's savings in the last stage and the stem, layer by layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from viz.facts.tables import map_size
from viz.net import cost
from viz.net.operations import Operation, Role, Tape

Layers = Mapping[str, Operation]


class ChangeRow(NamedTuple):
    """One layer: its channels and map before and after (empty where it is gone), and its MACs."""

    layer: str
    before: str
    after: str
    macs_before: int
    macs_after: int
    change: int


@dataclass(frozen=True, slots=True)
class Change:
    """Some layers before and after; layers of the same name stand for one another."""

    before: Layers
    after: Layers

    @property
    def macs(self) -> tuple[int, int]:
        """Multiply-adds before and after."""
        return _sum(self.before, cost.macs), _sum(self.after, cost.macs)

    @property
    def params(self) -> tuple[int, int]:
        """Weights and biases of these layers before and after; batch norm is left out."""
        return _sum(self.before, cost.params), _sum(self.after, cost.params)

    @property
    def saved(self) -> dict[str, int]:
        """Multiply-adds that go: in the layer that loses most, in the others, in all."""
        losses = [-row.change for row in self.rows()]
        return {
            "largest": max(losses),
            "others": sum(losses) - max(losses),
            "all": sum(losses),
        }

    def rows(self) -> list[ChangeRow]:
        """One row per layer of those before."""
        return [_row(name, op, self.after.get(name)) for name, op in self.before.items()]


def _sum(layers: Layers, of: Callable[[Operation], int]) -> int:
    return sum(map(of, layers.values()))


def _row(name: str, before: Operation, after: Operation | None) -> ChangeRow:
    was, now = cost.macs(before), cost.macs(after) if after else 0
    return ChangeRow(name, _way(before), _way(after), was, now, now - was)


def _way(op: Operation | None) -> str:
    return f"{op.in_shape[0]} → {op.out_shape[0]} at {map_size(op.out_shape)}" if op else ""


class _Layers:
    """Named layers, recorded one after the other."""

    def __init__(self, channels: int, size: int) -> None:
        self.tape = Tape((channels, size, size))
        self.named: dict[str, Operation] = {}

    def conv(
        self, name: str, out: int, *, kernel: int = 1, stride: int = 1, depthwise: bool = False
    ) -> None:
        """Record a convolution under ``name``."""
        role = Role.DEPTHWISE if depthwise else Role.CONV
        self.tape.conv(name, out, role, kernel=kernel, stride=stride, depthwise=depthwise)
        self.named[name] = self.tape.operations[-1]

    def classify(self, classes: int) -> None:
        """Record the classifier behind a pooled map."""
        self.tape.flatten("flatten")
        self.tape.linear("classifier", classes, Role.CLASSIFIER)
        self.named["classifier"] = self.tape.operations[-1]


def last_stage(size: int = 7, classes: int = 1_000) -> Change:
    """V2's last stage under V3-Large's last block, and V3's: the paper's Figure 5.

    ``size`` is the side of the last map: 7 for an image of 224 pixels.
    """
    before, after = _Layers(160, size), _Layers(160, size)
    before.conv("expand to 960", 960)
    before.conv("depthwise 3×3", 960, kernel=3, depthwise=True)
    before.conv("project to 320", 320)
    before.conv("to 1280 features", 1280)
    before.tape.pool("pool")
    after.conv("expand to 960", 960)
    after.tape.pool("pool")
    after.conv("to 1280 features", 1280)
    for side in (before, after):
        side.classify(classes)
    return Change(before.named, after.named)


def stem(filters: int = 16, size: int = 224) -> Change:
    """32 filters in the first convolution, or ``filters``, and the block behind it."""
    return Change(_stem(32, size), _stem(filters, size))


def _stem(filters: int, size: int) -> Layers:
    layers = _Layers(3, size)
    layers.conv("stem", filters, kernel=3, stride=2)
    layers.conv("depthwise 3×3", filters, kernel=3, depthwise=True)
    layers.conv("project to 16", 16)
    return layers.named
