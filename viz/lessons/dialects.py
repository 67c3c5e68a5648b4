"""Differences between implementations, read from each one's operations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from viz.activations import label_of
from viz.net.kinds import KINDS
from viz.net.operations import CONVOLUTIONS, SE_ROLES, Operation, Role
from viz.net.trace import Trace, trace
from viz.net.zoo import ZOO

# implementation -> the paper's network that it stands beside
COUNTERPARTS: dict[str, str] = {
    "v2": "v2",
    "v3-large": "v3-large",
    "v3-small": "v3-small",
    "post-000": "v3-small",
    "post-001-v2": "v2",
    "post-002": "v2",
    "post-003-large": "v3-large",
    "post-003-small": "v3-small",
    "post-004": "v3-large",
}
ABSENT = "–"


@dataclass(frozen=True, slots=True)
class Point:
    """One aspect in which implementations differ, with the block that shows it.

    ``key`` is its word in links.
    """

    key: str
    name: str
    does: Callable[[Trace], str]
    block: Callable[[Trace], int]


def _labels(operations: Sequence[Operation]) -> str:
    names = dict.fromkeys(label_of(op.activation) for op in operations if op.activation)
    return ", ".join(names)


def _of_role(traced: Trace, role: Role) -> list[Operation]:
    return [op for op in traced.operations if op.role == role]


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _bias(traced: Trace) -> str:
    return _yes(any(op.bias for op in traced.main_path if op.kind in CONVOLUTIONS))


def _kept(traced: Trace) -> str:
    expands = _of_role(traced, Role.EXPAND)
    if not _of_role(traced, Role.DEPTHWISE):
        return ABSENT
    return _yes(any(op.in_shape == op.out_shape for op in expands if op.kind in CONVOLUTIONS))


def _after(role: Role) -> Callable[[Trace], str]:
    def does(traced: Trace) -> str:
        operations = _of_role(traced, role)
        return (_labels(operations) or "none") if operations else ABSENT

    return does


def _re(traced: Trace) -> str:
    roles = (Role.EXPAND, Role.DEPTHWISE, Role.PROJECT)
    return _labels([op for op in traced.of_block(1) if op.role in roles]) or ABSENT


def _squeeze(traced: Trace) -> str:
    layers = _of_role(traced, Role.REDUCE)
    if not layers:
        return ABSENT
    exact = all(op.out_shape[0] == op.in_shape[0] // 4 for op in layers)
    return "rounded down" if exact else "rounded to 8"


def _se_bias(traced: Trace) -> str:
    layers = _of_role(traced, Role.REDUCE)
    return _yes(layers[0].bias) if layers else ABSENT


def _se_function(role: Role) -> Callable[[Trace], str]:
    return lambda traced: _labels(_of_role(traced, role)) or ABSENT


def _se_place(traced: Trace) -> str:
    kinds = dict.fromkeys(block.kind for block in traced.blocks if block.facts.squeeze)
    return ", ".join("stem" if kind == "SE" else KINDS[kind].name for kind in kinds) or ABSENT


def _hidden(traced: Trace) -> str:
    widths = [block.channels_out for block in traced.blocks if block.kind == "head"]
    return str(widths[0]) if widths else ABSENT


def _dropout(traced: Trace) -> str:
    has = any(op.kind == "dropout" for op in traced.operations)
    return f"{traced.config.network.dropout:g}" if has else "none"


def _output(traced: Trace) -> str:
    last = traced.operations[-1]
    if len(last.out_shape) > 1:
        return "map"
    return "softmax" if last.activation == "softmax" else "logits"


def _norm(traced: Trace) -> str:
    norm = traced.config.norm
    return f"{norm.eps:g}, {norm.momentum:g}"


def _padding(traced: Trace) -> str:
    pads = dict.fromkeys(op.padding for op in traced.operations if op.stride == 2)
    return ", ".join(f"{before} + {after}" for before, after in pads)


def _width(traced: Trace) -> str:
    key, rule = traced.config.variant, traced.config.rule
    if not rule.scales:
        return "no widths"
    half = trace(key, width=0.5)
    last = [op for op in half.main_path if op.kind in CONVOLUTIONS]
    return str(last[-1].out_shape[0])


def _block_with(choose: Callable[[Operation], bool]) -> Callable[[Trace], int]:
    """The first block with such an operation, or the first of all."""
    return lambda traced: next((op.block for op in traced.operations if choose(op)), 0)


_DEPTHWISE = _block_with(lambda op: op.role == Role.DEPTHWISE)
_SE_BLOCK = _block_with(lambda op: op.role in SE_ROLES)


def _last(traced: Trace) -> int:
    return traced.blocks[-1].index


def _before_last(traced: Trace) -> int:
    return max(_last(traced) - 1, 0)


def _last_conv(traced: Trace) -> int:
    return max(op.block for op in traced.operations if op.kind in CONVOLUTIONS)


POINTS: dict[str, Point] = {
    point.key: point
    for point in (
        Point("after-projection", "Activation after projection", _after(Role.PROJECT), _DEPTHWISE),
        Point("bias", "Bias before batch norm", _bias, _DEPTHWISE),
        Point("kept-expansion", "Expansion kept at ratio 1", _kept, _DEPTHWISE),
        Point("after-depthwise", "Activation after depthwise", _after(Role.DEPTHWISE), _DEPTHWISE),
        Point("re", "First block's activation (RE)", _re, _DEPTHWISE),
        Point("se-width", "SE squeeze width", _squeeze, _SE_BLOCK),
        Point("se-bias", "SE bias", _se_bias, _SE_BLOCK),
        Point("se-activation", "SE inner activation", _se_function(Role.INNER), _SE_BLOCK),
        Point("se-gate", "SE gate", _se_function(Role.GATE), _SE_BLOCK),
        Point("se-place", "SE in", _se_place, _last_conv),
        Point("hidden", "Hidden layer of the head", _hidden, _before_last),
        Point("dropout", "Dropout", _dropout, _last),
        Point("output", "Output", _output, _last),
        Point("batch-norm", "Batch norm's ε, momentum", _norm, _DEPTHWISE),
        Point("padding", "Padding at stride 2", _padding, _block_with(lambda op: op.stride == 2)),
        Point("last-conv", "Last conv at half width", _width, _last_conv),
    )
}


class Cell(NamedTuple):
    """One implementation's behaviour in one aspect, and whether it differs from the paper."""

    does: str
    departs: bool

    @property
    def text(self) -> str:
        """Text of the cell, with ≠ where it differs."""
        return f"≠ {self.does}" if self.departs else self.does


class MatrixRow(NamedTuple):
    """One aspect with a cell per implementation."""

    point: Point
    cells: Mapping[str, Cell]


def matrix_rows(implementations: Sequence[str]) -> list[MatrixRow]:
    """One row per aspect, one column per implementation, compared with its counterpart."""
    traces = {key: trace(key) for key in COUNTERPARTS}
    return [
        MatrixRow(
            point,
            {key: _cell(point, traces[key], traces[COUNTERPARTS[key]]) for key in implementations},
        )
        for point in POINTS.values()
    ]


def _cell(point: Point, traced: Trace, counterpart: Trace) -> Cell:
    own = point.does(traced)
    return Cell(own, own != point.does(counterpart))


def sides(point: str, implementation: str) -> list[tuple[Trace, int]]:
    """The paper's network and the implementation, each with the block that shows the point."""
    chosen = POINTS[point]
    traces = [trace(COUNTERPARTS[implementation]), trace(implementation)]
    return [(traced, chosen.block(traced)) for traced in traces]


def implementations() -> list[str]:
    """Every implementation of the posts, those that differ most first."""
    found = [key for key in COUNTERPARTS if ZOO[key].group == "posts"]
    rows = matrix_rows(found)
    return sorted(found, key=lambda key: -sum(_counts(row.cells[key]) for row in rows))


def nearest(column: str, current: str) -> str:
    """The implementation meant by a click on ``column``.

    A paper's network stands for a post's beside it: the current one where that fits.
    """
    fitting = [key for key in implementations() if column in (key, COUNTERPARTS[key])]
    return current if current in fitting or not fitting else fitting[0]


def _counts(cell: Cell) -> bool:
    """What an implementation lacks altogether says little of how it differs."""
    return cell.departs and cell.does != ABSENT
