"""What V3 took out of the last stage and of the stem, layer by layer."""

from dataclasses import dataclass

from viz.facts.tables import Record
from viz.net import cost
from viz.net.operations import Operation, Tape


@dataclass(frozen=True, slots=True)
class Change:
    """Some layers before and after; layers of the same role stand for one another."""

    before: tuple[Operation, ...]
    after: tuple[Operation, ...]

    @property
    def macs(self) -> tuple[int, int]:
        """Multiply-adds before and after."""
        return sum(map(cost.macs, self.before)), sum(map(cost.macs, self.after))

    @property
    def params(self) -> tuple[int, int]:
        """Weights and biases of these layers before and after; batch norm is left out."""
        return sum(map(cost.params, self.before)), sum(map(cost.params, self.after))

    def rows(self) -> list[Record]:
        """One row a layer: its shapes and multiply-adds before and after, and the difference."""
        sides = [{op.role: op for op in side} for side in (self.before, self.after)]
        return [_row(role, *(side.get(role) for side in sides)) for role in {**sides[0]}]


def _row(role: str, before: Operation | None, after: Operation | None) -> Record:
    macs = [cost.macs(op) if op else 0 for op in (before, after)]
    return {
        "layer": role,
        "before": _way(before),
        "after": _way(after),
        "macs_before": macs[0],
        "macs_after": macs[1],
        "change": macs[1] - macs[0],
    }


def _way(op: Operation | None) -> str:
    if op is None:
        return ""
    size = "×".join(map(str, op.out_shape[1:])) or "1×1"
    return f"{op.in_shape[0]} → {op.out_shape[0]} at {size}"


def last_stage(size: int = 7, classes: int = 1_000) -> Change:
    """V2's last stage under V3-Large's last block, and V3's: the paper's Figure 5.

    ``size`` is the side of the last map: 7 for an image of 224 pixels.
    """
    before, after = _tape(160, size), _tape(160, size)
    before.conv("0", 960, "expand to 960")
    before.conv("1", 960, "depthwise 3×3", kernel=3, depthwise=True)
    before.conv("2", 320, "project to 320")
    before.conv("3", 1280, "to 1280 features")
    after.conv("0", 960, "expand to 960")
    for tape in (before, after):
        tape.pool("4", "pool")
        if tape is after:
            tape.conv("5", 1280, "to 1280 features")
        tape.flatten("6", "flatten")
        tape.linear("7", classes, "classifier")
    return _change(before, after)


def stem(filters: int = 16, size: int = 224) -> Change:
    """32 filters in the first convolution, or ``filters``, and the block behind it."""
    return _change(_stem(32, size), _stem(filters, size))


def _stem(filters: int, size: int) -> Tape:
    tape = _tape(3, size)
    tape.conv("0", filters, "stem", kernel=3, stride=2)
    tape.conv("1", filters, "depthwise 3×3", kernel=3, depthwise=True)
    tape.conv("2", 16, "project to 16")
    return tape


def _tape(channels: int, size: int) -> Tape:
    tape = Tape((channels, size, size))
    tape.open_block("tail", "tail", new_stage=False)
    return tape


def _change(before: Tape, after: Tape) -> Change:
    sides = (
        tuple(op for op in tape.operations if op.kind not in ("pool", "flatten"))
        for tape in (before, after)
    )
    return Change(*sides)
