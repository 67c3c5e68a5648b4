"""Where implementations part: points of difference, read from each one's operations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viz.facts.tables import Record
from viz.net.operations import CONVOLUTIONS, Operation
from viz.net.trace import Trace, trace
from viz.net.zoo import ZOO
from viz.theme import ACTIVATION_LABELS

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
    """A point of difference: what an implementation does, and in which block one can see it."""

    name: str
    does: Callable[[Trace], str]
    block: Callable[[Trace], int]


def _labels(operations: Sequence[Operation]) -> str:
    names = dict.fromkeys(ACTIVATION_LABELS[op.activation] for op in operations if op.activation)
    return ", ".join(names)


def _of_role(traced: Trace, role: str) -> list[Operation]:
    return [op for op in traced.operations if op.role == role]


def _se(traced: Trace, name: str) -> list[Operation]:
    return [op for op in _of_role(traced, "SE") if op.path.rpartition(".")[2] == name]


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _bias(traced: Trace) -> str:
    convolutions = [op for op in traced.operations if op.kind in CONVOLUTIONS and op.role != "SE"]
    return _yes(any(op.bias for op in convolutions))


def _kept(traced: Trace) -> str:
    expands = _of_role(traced, "expand")
    if not _of_role(traced, "depthwise"):
        return ABSENT
    return _yes(any(op.in_shape == op.out_shape for op in expands if op.kind in CONVOLUTIONS))


def _after(role: str) -> Callable[[Trace], str]:
    def does(traced: Trace) -> str:
        operations = _of_role(traced, role)
        return (_labels(operations) or "none") if operations else ABSENT

    return does


def _re(traced: Trace) -> str:
    roles = ("expand", "depthwise", "project")
    return _labels([op for op in traced.of_block(1) if op.role in roles]) or ABSENT


def _squeeze(traced: Trace) -> str:
    layers = _se(traced, "fc1")
    if not layers:
        return ABSENT
    exact = all(op.out_shape[0] == op.in_shape[0] // 4 for op in layers)
    return "cut off" if exact else "rounded to 8"


def _se_bias(traced: Trace) -> str:
    layers = _se(traced, "fc1")
    return _yes(layers[0].bias) if layers else ABSENT


def _se_function(name: str) -> Callable[[Trace], str]:
    return lambda traced: _labels(_se(traced, name)) or ABSENT


def _se_place(traced: Trace) -> str:
    kinds = dict.fromkeys(traced.blocks[op.block].name for op in _se(traced, "fc1"))
    places = dict.fromkeys("bneck" if name.startswith("bneck") else name for name in kinds)
    return ", ".join("stem" if name == "SE" else name for name in places) or ABSENT


def _hidden(traced: Trace) -> str:
    layers = [op for op in traced.operations if op.kind == "linear"]
    return str(layers[0].out_shape[0]) if len(layers) > 1 else ABSENT


def _dropout(traced: Trace) -> str:
    has = any(op.kind == "dropout" for op in traced.operations)
    return f"{traced.config.network.dropout:g}" if has else "none"


def _output(traced: Trace) -> str:
    last = traced.operations[-1]
    if len(last.out_shape) > 1:
        return "map"
    return "softmax" if last.activation == "softmax" else "logits"


def _norm(traced: Trace) -> str:
    norm = traced.config.network.norm
    return f"{norm.eps:g}, {norm.momentum:g}"


def _padding(traced: Trace) -> str:
    pads = dict.fromkeys(op.padding for op in traced.operations if op.stride == 2)
    return ", ".join(f"{before} + {after}" for before, after in pads)


def _width(traced: Trace) -> str:
    key, rule = traced.config.variant, traced.config.rule
    if not rule.scales:
        return "no widths"
    half = trace(key, width=0.5)
    last = [op for op in half.operations if op.kind in ("pointwise", "conv") and op.role != "SE"]
    return str(last[-1].out_shape[0])


def _block_with(choose: Callable[[Operation], bool]) -> Callable[[Trace], int]:
    """The first block with such an operation, or the first of all."""
    return lambda traced: next((op.block for op in traced.operations if choose(op)), 0)


_DEPTHWISE = _block_with(lambda op: op.role == "depthwise")
_SE_BLOCK = _block_with(lambda op: op.role == "SE")


def _last(traced: Trace) -> int:
    return traced.blocks[-1].index


def _last_conv(traced: Trace) -> int:
    return max(op.block for op in traced.operations if op.kind in CONVOLUTIONS)


POINTS: dict[str, Point] = {
    point.name: point
    for point in (
        Point("Activation after projection", _after("project"), _DEPTHWISE),
        Point("Bias before batch norm", _bias, _DEPTHWISE),
        Point("Expansion kept where it adds nothing", _kept, _DEPTHWISE),
        Point("Activation after depthwise", _after("depthwise"), _DEPTHWISE),
        Point("First block's activation (RE)", _re, _DEPTHWISE),
        Point("SE squeeze width", _squeeze, _SE_BLOCK),
        Point("SE bias", _se_bias, _SE_BLOCK),
        Point("SE inner activation", _se_function("activation"), _SE_BLOCK),
        Point("SE gate", _se_function("scale_activation"), _SE_BLOCK),
        Point("SE in", _se_place, _last_conv),
        Point("Hidden layer of the head", _hidden, lambda traced: max(_last(traced) - 1, 0)),
        Point("Dropout", _dropout, _last),
        Point("Output", _output, _last),
        Point("Batch norm's ε, momentum", _norm, _DEPTHWISE),
        Point("Padding at stride 2", _padding, _block_with(lambda op: op.stride == 2)),
        Point("Last conv at half width", _width, _last_conv),
    )
}


def matrix_rows(implementations: Sequence[str]) -> list[Record]:
    """A row a point, a column an implementation; what the paper's network does otherwise is marked.

    A cell that differs from the implementation's counterpart starts with the sign of inequality.
    """
    traces = {key: trace(key) for key in COUNTERPARTS}
    rows: list[Record] = []
    for point in POINTS.values():
        row: Record = {"point": point.name}
        for key in implementations:
            row[key] = _cell(point, traces[key], traces[COUNTERPARTS[key]])
        rows.append(row)
    return rows


def _cell(point: Point, traced: Trace, counterpart: Trace) -> str:
    own, other = point.does(traced), point.does(counterpart)
    return own if own == other else f"≠ {own}"


def sides(point: str, implementation: str) -> list[tuple[Trace, int]]:
    """The paper's network and the implementation, each with the block that shows the point."""
    chosen = POINTS[point]
    traces = [trace(COUNTERPARTS[implementation]), trace(implementation)]
    return [(traced, chosen.block(traced)) for traced in traces]


def implementations() -> list[str]:
    """Every implementation of the posts, those that differ most first."""
    found = [key for key in COUNTERPARTS if ZOO[key].group == "posts"]
    rows = matrix_rows(found)
    return sorted(found, key=lambda key: -sum(_departs(str(row[key])) for row in rows))


def nearest(column: str, current: str) -> str:
    """The implementation meant by a click on ``column``.

    A paper's network stands for a post's beside it: the current one where that fits.
    """
    fitting = [key for key in implementations() if column in (key, COUNTERPARTS[key])]
    return current if current in fitting else fitting[0]


def _departs(cell: str) -> bool:
    return cell.startswith("≠") and not cell.endswith(ABSENT)
