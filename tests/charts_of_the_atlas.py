"""Every chart that a page, a deck or a URL shows, made once for tests."""

import viz
from viz.charts.chart import Chart
from viz.charts.checks import checks_chart
from viz.charts.frozen import shift_chart
from viz.charts.functions import (
    curve_chart,
    curve_pair_chart,
    difference_chart,
    quantiser_chart,
)
from viz.charts.fused_and_compound import compound_chart, fused_chart
from viz.charts.hardware import latency_chart, ranking_chart, roofline_chart, time_chart
from viz.charts.inside import blocks_chart, histogram_chart
from viz.charts.lessons import (
    change_chart,
    family_chart,
    grid_chart,
    published_chart,
    ratio_chart,
    spiral_chart,
)
from viz.charts.network import (
    accuracy_chart,
    memory_chart,
    running_chart,
    share_chart,
    staircase_chart,
    sweep_chart,
)
from viz.charts.quantize import counts_chart, ranges_chart, schemes_chart
from viz.charts.space import space_chart
from viz.charts.squeeze import excitation_chart, gates_chart, squeeze_chart
from viz.charts.timing import block_time_chart, pair_time_chart
from viz.charts.training import confusion_chart, run_chart
from viz.exports.lecture import Lecture
from viz.facts.checks import claim_rows
from viz.facts.compare import running_rows
from viz.facts.memory import live_rows
from viz.facts.sweep import family_rows, staircase, sweep
from viz.facts.tables import block_rows, stage_rows
from viz.hardware.latency import latency_rows, paradoxes
from viz.hardware.ranking import YARDSTICK, rank_rows
from viz.hardware.roofline import kind_rows, roof_rows
from viz.lessons.compound import ways
from viz.lessons.convolution import ratio_rows
from viz.lessons.frozen import BlockShift
from viz.lessons.manifold import passages
from viz.lessons.scaling import grid_rows, published_rows
from viz.lessons.space import Budgets, best
from viz.lessons.squeeze import GATES, GateRow, squeeze_rows
from viz.lessons.tail import last_stage, stem
from viz.lessons.universal import fused_and_separable, fused_points
from viz.ui.parts.home import accuracy_points

TIMES = [
    {"name": "stem", "ms": 1.5, "time_share": 60.0, "macs": 1_000, "macs_share": 20.0},
    {"name": "bneck 1", "ms": 1.0, "time_share": 40.0, "macs": 4_000, "macs_share": 80.0},
]
HISTORY = [
    {"epoch": 1.0, "val_loss": 1.3, "val_accuracy": 0.5},
    {"epoch": 2.0, "val_loss": 1.0, "val_accuracy": 0.7},
]
INSIDE = [{"name": "stem", "zeros": 0.4, "rms": 1.2}, {"name": "bneck 1", "zeros": None, "rms": 2}]
SHIFTS = [BlockShift("stem", 0.3, 0.0), BlockShift("bneck 1", 0.1, 0.0)]
GATE_ROWS = [GateRow(f"bneck {i}", 0.5, 0.3 - i / 50, 0.7 + i / 40) for i in range(9)]
EXCITED = [("1 squeeze: mean of 3 maps", [0.1, 0.5, 0.2]), ("2 3 → 2, ReLU", [0.4, 0.0])]
EXCITED += [("3 2 → 3, h-sigmoid", [0.3, 0.6, 1.2]), ("4 scale: mean of each map", [0.1, 0.2, 0.3])]


def later_charts(mode: str) -> dict[str, Chart]:
    """Of the lessons after V3."""
    rows = roof_rows(viz.trace("v3-large"), 31.2)
    printed = latency_rows("Pixel 7 GPU")
    points = fused_points(fused_and_separable(32, 4, 56))
    space = viz.sweep(["v2", "v3-small"], [0.5, 1.0], [128, 224], rules=["torchvision"])
    return {
        "roofline": roofline_chart(rows, 31.2, mode),
        "time": time_chart(kind_rows(rows), mode),
        "ranking": ranking_chart(rank_rows(["v2", "edgetpu", YARDSTICK]), 100.0, mode),
        "latency": latency_chart(printed, paradoxes(printed), mode),
        "fused": fused_chart(points, 100.0, mode),
        "compound": compound_chart(ways(0.5), mode),
        "space": space_chart(space, "memory", Budgets(2, 300, 1), best(space), mode),
    }


def eight_bits_charts(mode: str) -> dict[str, Chart]:
    """Of the lesson on eight bits."""
    layers = [
        {"label": "depthwise<br>3.0", "ranges": [[-1.5, 1.0], [-0.2, 0.5]]},
        {"label": "project<br>1.1", "ranges": [[-0.1, 0.1], [0.0, 0.09]]},
    ]
    rows = [
        {"label": "per tensor", "arithmetic": 29.0, "processor": 29.1},
        {"label": "4 bits", "arithmetic": 5.3, "processor": None},
    ]
    counts = {"counts": {"one scale": [0, 2, 9, 1, 0], "one each": [2, 3, 2, 3, 2]}}
    return {
        "schemes": schemes_chart(rows, mode),
        "ranges of weights": ranges_chart(layers, mode),
        "whole numbers": counts_chart(counts, mode),
    }


def charts(mode: str = "light") -> dict[str, Chart]:
    """By name."""
    large, small = viz.trace("v3-large", width=0.75), viz.trace("v3-small")
    v1 = viz.configure("v1", width=0.5, resolution=160)
    points = accuracy_points()
    stages, blocks = stage_rows(large), block_rows(large)
    changes = {"last-stage": last_stage(), "stem": stem()}
    found = {
        "accuracy": accuracy_chart(points, mode),
        "by stage": share_chart(stages, [r.map for r in stages], mode, x="stage"),
        "by block": share_chart(blocks, [r.name for r in blocks], mode, x="block"),
        "running": running_chart(
            {"a": running_rows(large), "b": running_rows(small)}, "macs", mode
        ),
        "staircase": staircase_chart(staircase(8, 96), 8, mode),
        "sweep": sweep_chart(
            sweep(["v2", "v3-large"], [0.5, 0.75, 1.0], rules=["torchvision", "slim"]),
            "params",
            mode,
            marked_width=0.75,
        ),
        "memory": memory_chart(live_rows(viz.trace("v2", resolution=64), "int8"), mode),
        "curves": curve_chart(["relu", "relu6", "hardswish"], -8, 8, mode),
        "curve pair": curve_pair_chart(["relu", "relu6", "hardswish"], -8, 8, mode),
        "derivatives": curve_chart(["relu", "hardswish"], -8, 8, mode, derivative=True),
        "difference": difference_chart("hardswish", "silu", -8, 8, mode),
        "quantiser": quantiser_chart(50, 6, 8, mode),
        "ratio": ratio_chart(ratio_rows([3, 5]), 64, 0.13, mode),
        "grid": grid_chart(grid_rows(v1), "macs", (0.5, 160), mode),
        "published": published_chart(published_rows(v1), (0.5, 160), mode),
        "spirals": spiral_chart(passages("relu", 19, 4), 4, mode),
        "family": family_chart(family_rows(), mode),
        "squeeze": squeeze_chart(squeeze_rows([viz.trace("v3-large"), small]), mode),
        "gates": gates_chart(dict.fromkeys(GATES, GATE_ROWS), mode),
        "inside": blocks_chart(INSIDE, mode),
        "frozen": shift_chart(
            [BlockShift("stem", 0.3, 0.0), BlockShift("bneck 1", 0.1, 0.0)], mode
        ),
        **eight_bits_charts(mode),
        "excitation": excitation_chart(EXCITED, mode),
        "times": block_time_chart(TIMES, mode),
        "times of two": pair_time_chart(
            [("one", {"56×56": 1.5, "7×7": 0.5}), ("two", {"64×64": 1.0, "7×7": 0.2})], mode
        ),
        "run": run_chart([(0.5, 1.6), (1.0, 1.2), (2.0, 0.9)], HISTORY, 3, mode),
        "confusion": confusion_chart([[7, 1], [0, 8]], ("daisy", "tulip"), mode),
        "checks": checks_chart(claim_rows(["v1", "v2"]), mode),
        "values": histogram_chart([1, 5, 2], -1.0, 2.0, mode),
    }
    found |= later_charts(mode)
    found |= {name: change_chart(c.rows(), c.macs, mode) for name, c in changes.items()}
    deck = [page.chart for page in Lecture(("v1", "v2")).pages() if page.chart]
    return found | {f"deck {index}": chart for index, chart in enumerate(deck)}
