"""Maps and filters of a standard and of a depthwise separable convolution, one line per step."""

from viz.drawing.board import Board, Cell, Line
from viz.drawing.scene import words
from viz.lessons.convolution import ConvolutionCost
from viz.net import cost
from viz.net.operations import Operation
from viz.text import short_count
from viz.theme import PALETTES, STYLES, Mode

SHOWN = 4
SIZE = (1920, 640)


def convolution_board(costs: ConvolutionCost, mode: Mode) -> Board:
    """Input maps * filters = output maps, for each of the three convolutions."""
    rows = (
        ("standard", costs.standard),
        ("depthwise", costs.depthwise),
        ("pointwise", costs.pointwise),
    )
    standard = costs.standard
    return Board(
        title=f"{standard.in_shape[0]} → {standard.out_shape[0]} channels, "
        f"{standard.kernel}×{standard.kernel}",
        subtitle=f"depthwise + pointwise cost 1/{1 / costs.macs_ratio:.2f} of standard",
        lines=tuple(_line(name, op, mode) for name, op in rows),
        legend=tuple(
            (label, *STYLES[kind].colours(mode))
            for label, kind in (
                ("map", "input"),
                ("filter", "pointwise"),
                ("filter of one channel", "depthwise"),
            )
        ),
        legend_note="* convolved with",
        size=SIZE,
        flows=False,
    )


def _line(name: str, op: Operation, mode: Mode) -> Line:
    depth = op.in_shape[0] // op.groups
    size = f"{op.in_shape[1]}×{op.in_shape[2]}"
    filter_kind = "depthwise" if op.kind == "depthwise" else "pointwise"
    label = (name, f"{short_count(cost.macs(op))} MACs", f"{cost.params(op):,} weights")
    return Line(
        label,
        (
            *_some(f"{name}-in", "map", size, op.in_shape[0], "input", mode),
            _sign(f"{name}-times", "*", mode),
            *_some(
                f"{name}-filter",
                "filter",
                f"{op.kernel}×{op.kernel}×{depth}",
                op.out_shape[0],
                filter_kind,
                mode,
            ),
            _sign(f"{name}-equals", "=", mode),
            *_some(f"{name}-out", "map", size, op.out_shape[0], "input", mode),
        ),
    )


def _some(key: str, name: str, text: str, count: int, kind: str, mode: Mode) -> list[Cell]:
    """All ``count`` boxes, or the first few and how many there are."""
    shown = count if count <= SHOWN else SHOWN - 1
    colours = STYLES[kind].colours(mode)
    cells = [
        Cell(f"{key}-{i}", (words(f"{name} {i + 1}"), words(text)), kind, colours, clickable=False)
        for i in range(shown)
    ]
    if shown < count:
        rest = (words("… to"), words(f"{count}"))
        cells.append(Cell(f"{key}-rest", rest, kind, colours, clickable=False))
    return cells


def _sign(key: str, sign: str, mode: Mode) -> Cell:
    colours = (PALETTES[mode].band, "none")
    return Cell(key, (words(sign),), "sign", colours, tooltip=" ", clickable=False)
