"""Differences between two networks, in counts."""

from collections import Counter
from typing import NamedTuple

from viz.activations import label_of
from viz.facts.tables import BlockRow, block_rows
from viz.net.trace import Trace


class Change(NamedTuple):
    """One difference: the property, and its value on either side."""

    what: str
    left: str
    right: str


def changes(left: Trace, right: Trace) -> list[Change]:
    """Differences between two networks, most important first."""
    sides = [block_rows(traced) for traced in (left, right)]
    found = [Change(what, *map(read, sides)) for what, read in READINGS.items()]
    return [change for change in found if change.left != change.right]


def _repeated(rows: list[BlockRow]) -> list[BlockRow]:
    """The blocks of the body: those that repeat."""
    return [row for row in rows if row.table_entry.place == "body"]


def _blocks(rows: list[BlockRow]) -> str:
    kinds = Counter(row.table_entry.style.label for row in _repeated(rows))
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none"


def _squeezed(rows: list[BlockRow]) -> str:
    return _share([bool(row.squeeze) for row in _repeated(rows)])


def _share(marks: list[bool]) -> str:
    return f"{sum(marks)} of {len(marks)}" if any(marks) else "none"


def _activations(rows: list[BlockRow]) -> str:
    labels = dict.fromkeys(label_of(row.activation) for row in rows if row.activation)
    return ", ".join(labels) or "none"


def _kernels(rows: list[BlockRow]) -> str:
    return _share([row.kernel > 3 for row in _repeated(rows)])


def _stem(rows: list[BlockRow]) -> str:
    return str(rows[0].channels_out)


def _head(rows: list[BlockRow]) -> str:
    widths = [row.channels_out for row in rows if row.kind in ("last conv", "head")]
    return " and ".join(map(str, widths)) or "none"


READINGS = {
    "blocks": _blocks,
    "blocks with SE": _squeezed,
    "activations": _activations,
    "kernels above 3×3": _kernels,
    "stem channels": _stem,
    "last layers before the classifier": _head,
}
