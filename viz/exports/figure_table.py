"""The figures with addresses, in the order in which they are listed.

Functions import what brings numpy when they are called: the server asks for the names only.
"""

from viz.activations import CURVES
from viz.charts.chart import Chart
from viz.charts.fused_and_compound import compound_chart, fused_chart
from viz.charts.hardware import latency_chart, ranking_chart, roofline_chart, time_chart
from viz.charts.network import memory_chart, staircase_chart
from viz.charts.space import MEASURES, space_chart
from viz.charts.squeeze import excitation_chart, squeeze_chart
from viz.drawing.diagrams import (
    Diagram,
    draw_arena,
    draw_blocks,
    draw_branches,
    draw_convolution,
    draw_faces,
    draw_ideas,
    draw_patches,
    draw_residuals,
    draw_windows,
)
from viz.exports.figure_kind import FIGURES, Kind, Setting, figure
from viz.exports.request import VIEW
from viz.facts.memory import DTYPES, live_rows
from viz.facts.micro import PRECISIONS
from viz.facts.patches import patches_of
from viz.facts.sweep import family_rows, staircase
from viz.facts.totals import BUDGET
from viz.hardware.boards import BOARDS
from viz.hardware.devices import BYTES, DEVICES
from viz.hardware.latency import SHOWN_PARADOXES, device_of, devices, latency_rows, paradoxes, slug
from viz.hardware.ranking import YARDSTICK, rank_rows
from viz.hardware.roofline import RoofRow, kind_rows, roof_rows
from viz.hardware.shrink import Plan
from viz.hardware.space import USUAL_DEVICE, space_rows
from viz.lessons import branches as many
from viz.lessons import dialects, tail, universal
from viz.lessons.compound import ways
from viz.lessons.convolution import LIMITS as CONVOLUTION
from viz.lessons.convolution import convolution_cost
from viz.lessons.residual import LIMITS as RESIDUAL
from viz.lessons.residual import ResidualBlock, both
from viz.lessons.scaling import grid_rows
from viz.lessons.space import Budgets, best
from viz.lessons.squeeze import GATES, check_computed, excitation_steps, se_blocks, squeeze_rows
from viz.lessons.windows import LIMITS as WINDOWS
from viz.lessons.windows import Windows, pytorch_windows, tensorflow_windows
from viz.net.fields import ConfigError, Field, Number, Switch, Word, Words, ranges
from viz.net.trace import trace, trace_config
from viz.net.universal import FACES
from viz.net.zoo import ZOO

__all__ = ["FIGURES", "METRIC", "NETWORK", "Kind"]
NETWORK = "network"
V3_PAPER = "arXiv:1905.02244, section 5.1"
MODEL = "computed by MobileNet Atlas, model of arXiv:2404.10518, section 3"
SHOWN_CURVES = ("relu", "relu6", "silu", "hardswish")
_IMPLEMENTATIONS = tuple(key for key in dialects.COUNTERPARTS if ZOO[key].group == "posts")
RANKED = (*(key for key, network in ZOO.items() if network.group != "posts"), YARDSTICK)
SHOWN_RANKED = (
    "v2",
    "v1",
    "v3-large",
    "v4-conv-small",
    "v4-conv-medium",
    "edgetpu",
    "efficientnet-b0",
    YARDSTICK,
)
SHOWN_SPACE = ("v1", "v2", "v3-large", "v3-small", "v4-conv-small", "efficientnet-b0")
DEVICE: dict[str, Field] = {
    "ridge": VIEW["ridge"],
    "precision": Word(tuple(BYTES), "int8"),
    "batch": Number(1, 256, 1),
}
FUSED: dict[str, Field] = dict(
    zip(("narrow", "times", "side"), ranges(universal.FUSED_LIMITS).values(), strict=True)
)
FIRST_BLOCKS, CUTS = Number(1, 60, 3), Number(1, 8, 3)  # of patches
METRIC = Word(("macs", "params"), "macs", {"parameters": "params"})


@figure("convolution", ranges(CONVOLUTION))
def convolution(s: Setting) -> Diagram:
    """Maps and filters of both convolutions."""
    v = s.values
    return draw_convolution(convolution_cost(v["m"], v["n"], v["k"], v["size"]), s.look)


@figure("windows", ranges(WINDOWS))
def windows(s: Setting) -> Diagram:
    """Windows along one side under two rules of padding."""
    v = s.values
    ours = pytorch_windows(v["w"], v["f"], v["s"], v["p"], v["d"])
    theirs = tensorflow_windows(v["w"], v["f"], v["s"], v["d"])
    if not ours.out:
        raise ConfigError("f", v["f"], _fits(ours))
    return draw_windows([("PyTorch", ours), ("TensorFlow same", theirs)], s.look)


def _fits(windows: Windows) -> str:
    """What a kernel may be at most, in words."""
    most = (windows.padded - 1) // windows.dilation + 1
    dilated = f" at dilation {windows.dilation}" if windows.dilation > 1 else ""
    return f"at most {most}{dilated}, for the padded side is {windows.padded}"


@figure("residual", {**ranges(RESIDUAL), "stride2": Switch(), "same": Switch(True)})
def residual(s: Setting) -> Diagram:
    """ResNet's block next to V2's."""
    v = s.values
    return draw_residuals(
        both(v["channels"], v["size"], v["t"], halves=v["stride2"], same=v["same"]), s.look
    )


@figure(
    "branches",
    {
        "branched": Word(many.NETWORKS, many.NETWORKS[0]),
        **ranges(many.LIMITS),
        "added": Number(1, many.MOST, None),
    },
)
def branches(s: Setting) -> Diagram:
    """Branches of a depthwise step as kernels that add up to one."""
    v = s.values
    traced = trace(v["branched"])
    step = many.step_of(traced, v["depthwise"])
    parts = many.kernels_of(traced, step, v["seed"])
    return draw_branches(step, parts, min(v["added"] or len(parts), len(parts)), s.look)


@figure(
    "difference",
    {
        "point": Word(
            tuple(dialects.POINTS),
            "after-projection",
            {point.name: key for key, point in dialects.POINTS.items()},
        ),
        "in": Word(_IMPLEMENTATIONS, "post-003-large"),
    },
)
def difference(s: Setting) -> Diagram:
    """A block of an implementation next to the paper's."""
    return draw_blocks(dialects.sides(s.values["point"], s.values["in"]), s.look)


@figure("ideas")
def ideas(s: Setting) -> Diagram:
    """The family tree."""
    return draw_ideas(s.look)


@figure(
    "faces",
    {
        **ranges(universal.LIMITS),
        "kernel": Number(3, 7, 3, only=universal.KERNELS),
        "start": Switch(True),
        "middle": Switch(True),
    },
)
def four_faces(s: Setting) -> Diagram:
    """The four variants of V4's block."""
    v = s.values
    found = universal.faces(v["channels"], v["t"], v["size"], v["kernel"])
    return draw_faces(found, FACES[v["start"], v["middle"]].name, s.look)


@figure("fused", FUSED)
def fused(s: Setting) -> Diagram:
    """A fused block next to a separable one."""
    return draw_residuals(_fused_blocks(s), s.look)


@figure(
    "fused-time",
    {**FUSED, "ridge": Number(0, 500, 100)},
    title="Fused against separable: time by ridge point",
    source=MODEL,
)
def fused_time(s: Setting) -> Chart:
    """Time ratio of fused and separable by ridge point."""
    points = universal.fused_points(_fused_blocks(s))
    return fused_chart(points, s.values["ridge"], s.look.mode)


def _fused_blocks(s: Setting) -> list[ResidualBlock]:
    v = s.values
    return universal.fused_and_separable(v["narrow"], v["times"], v["side"])


@figure(
    "compound",
    {"phi": Number(0.25, 1.5, 1.0, 0.25, whole=False)},
    title="Depth, width and resolution at about equal MACs",
    source="computed by MobileNet Atlas, after arXiv:1905.11946, section 3.3",
)
def compound(s: Setting) -> Chart:
    """Depth, width and resolution together, and one alone."""
    return compound_chart(ways(s.values["phi"]), s.look.mode)


@figure(
    "last-stage",
    {"map": Number(1, 16, 7), "classes": Number(1, 2000, 1000)},
    title="V3's last stage, before and after",
    source=V3_PAPER,
)
def last_stage(s: Setting) -> Chart:
    """MACs of the last stage before and after."""
    from viz.charts.lessons import change_chart

    change = tail.last_stage(s.values["map"], s.values["classes"])
    return change_chart(change.rows(), change.macs, s.look.mode)


@figure(
    "stem",
    {"filters": Number(8, 32, 16, 8), "image": Number(32, 512, 224, 32)},
    title="V3's stem, before and after",
    source=V3_PAPER,
)
def stem(s: Setting) -> Chart:
    """MACs of the stem before and after."""
    from viz.charts.lessons import change_chart

    change = tail.stem(s.values["filters"], s.values["image"])
    return change_chart(change.rows(), change.macs, s.look.mode)


@figure(
    "spirals",
    {
        "activation": Word(("relu", "relu6", "hardswish"), "relu"),
        "seed": Number(0, 999, 19),
        "radius": Number(1, 10, 4),
    },
    title="A spiral through random maps, an activation, and back",
    source="MobileNet Atlas, after arXiv:1801.04381, Figure 1",
)
def spirals(s: Setting) -> Chart:
    """The spiral through random maps and back."""
    from viz.charts.lessons import spiral_chart
    from viz.lessons.manifold import passages

    v = s.values
    return spiral_chart(passages(v["activation"], v["seed"], v["radius"]), v["radius"], s.look.mode)


@figure("squeeze", title="Squeeze width of every SE", source="computed by MobileNet Atlas")
def squeezes(s: Setting) -> Chart:
    """Squeeze widths of both V3."""
    return squeeze_chart(squeeze_rows([trace("v3-large"), trace("v3-small")]), s.look.mode)


@figure(
    "excitation",
    {
        "se_block": Number(0, 99, None),
        "gate": Word(GATES, GATES[0]),
        "seed": Number(0, 99, 0),
    },
    default="v3-large",
    title="Channel weights of one squeeze and excite",
    source="MobileNet Atlas, random weights",
)
def excitation(s: Setting) -> Chart:
    """Channel weights of one SE."""
    v, blocks = s.values, se_blocks(trace_config(s.about))
    if not blocks:
        raise ConfigError(NETWORK, s.about.title, "one with squeeze and excite")
    block = v["se_block"] if v["se_block"] is not None else blocks[0]
    if block not in blocks:
        raise ConfigError("se_block", block, "one of " + ", ".join(map(str, blocks)))
    check_computed(s.about)
    answers = s.excite(s.about, v["gate"], v["seed"])
    own = next(answer for answer in answers if answer["block"] == block)
    return excitation_chart(excitation_steps(own, v["gate"], trace_config(s.about)), s.look.mode)


@figure(
    "family",
    title="Fewer MACs each time, not fewer parameters",
    source="computed by MobileNet Atlas",
)
def family(s: Setting) -> Chart:
    """Parameters against MACs of the papers' networks."""
    from viz.charts.lessons import family_chart

    return family_chart(family_rows(), s.look.mode)


@figure(
    "activations",
    {
        "curves": Words(tuple(CURVES), SHOWN_CURVES),
        "reach": Number(1, 20, 8),
        "derivative": Switch(),
        "both": Switch(),
    },
    title="Activations",
    source="MobileNetV2, section 3; MobileNetV3, section 5.2",
)
def activations(s: Setting) -> Chart:
    """Curves, their derivatives, or both."""
    from viz.charts.functions import curve_chart, curve_pair_chart

    reach = s.values["reach"]
    if s.values["both"]:
        return curve_pair_chart(s.values["curves"], -reach, reach, s.look.mode)
    return curve_chart(
        s.values["curves"], -reach, reach, s.look.mode, derivative=s.values["derivative"]
    )


@figure(
    "staircase",
    {"divisor": Number(1, 32, 8), "up_to": Number(16, 512, 96, 8)},
    title="Channels come in multiples",
    source="TF-slim, torchvision, Keras, timm: make_divisible",
)
def rounding(s: Setting) -> Chart:
    """Requested and rounded channels."""
    v = s.values
    return staircase_chart(staircase(v["divisor"], v["up_to"]), v["divisor"], s.look.mode)


@figure(
    "arena",
    {
        "values": Word(PRECISIONS, "int8"),
        "given": Word(PRECISIONS, "int8"),
        "in_place": Switch(),
        "board": Word(tuple(BOARDS), "nano-33-ble"),
        "pieces": Switch(),
        "first": FIRST_BLOCKS,
        "cuts": CUTS,
    },
    default="v1",
    title="Arena",
)
def arena(s: Setting) -> Diagram:
    """Every tensor's place in a microcontroller's memory."""
    v, traced = s.values, trace_config(s.about)
    pieces = (v["first"], v["cuts"]) if v["pieces"] else None
    found = Plan(s.about, v["values"], v["given"], v["in_place"], pieces).arena(traced)
    room = BOARDS[v["board"]].sram - (found.tail or 0)
    return draw_arena(found, traced, s.look, max(room, 0))


@figure("patches", {"first": FIRST_BLOCKS, "cuts": CUTS}, default="v2", title="Pieces")
def patches(s: Setting) -> Diagram:
    """The picture cut into pieces for the first blocks."""
    traced = trace_config(s.about)
    pieces = patches_of(traced, s.values["first"], s.values["cuts"])
    return draw_patches(pieces, traced, s.look)


@figure(
    "memory",
    {
        "dtype": Word(tuple(DTYPES), "float32"),
        "batch": Number(1, 1_024, 1),
        "in_place": Switch(),
    },
    default="v3-large",
    title="Live activation memory",
    source="computed by MobileNet Atlas; in place: arXiv:2007.10319, section 3.2",
)
def memory(s: Setting) -> Chart:
    """Live activations by operation."""
    v = s.values
    rows = live_rows(
        trace_config(s.about), v["dtype"], batch=v["batch"], depthwise_in_place=v["in_place"]
    )
    return memory_chart(rows, s.look.mode)


@figure(
    "roofline",
    DEVICE,
    default="v4-conv-small",
    title="Roofline",
    source=MODEL,
)
def roofline(s: Setting) -> Chart:
    """Roofline of a network on a device."""
    return roofline_chart(_roof_rows(s), s.values["ridge"], s.look.mode)


@figure(
    "time",
    DEVICE,
    default="v4-conv-small",
    title="MACs and time by kind of operation",
    source=MODEL,
)
def time_by_kind(s: Setting) -> Chart:
    """Shares of multiply-adds and of time."""
    return time_chart(kind_rows(_roof_rows(s)), s.look.mode)


def _roof_rows(s: Setting) -> list[RoofRow]:
    v = s.values
    return roof_rows(trace_config(s.about), v["ridge"], BYTES[v["precision"]], v["batch"])


@figure(
    "ranking",
    {**DEVICE, "ranked": Words(RANKED, SHOWN_RANKED)},
    title="The fastest network depends on the device",
    source=MODEL,
)
def ranking(s: Setting) -> Chart:
    """Ranking of networks by ridge point."""
    v = s.values
    rows = rank_rows(v["ranked"], bytes_per_value=BYTES[v["precision"]], batch=v["batch"])
    return ranking_chart(rows, v["ridge"], s.look.mode)


@figure(
    "latency",
    {"device": Word(tuple(slug(name) for name in devices()), "pixel-7-gpu")},
    title="Published latency against MACs",
    source="MobileNetV3 paper, Table 3; MobileNetV4 paper, Table 6",
)
def latency(s: Setting) -> Chart:
    """Published latencies on one device."""
    rows = latency_rows(device_of(s.values["device"]))
    return latency_chart(rows, paradoxes(rows)[:SHOWN_PARADOXES], s.look.mode)


@figure(
    "scaling",
    {"metric": METRIC},
    default="v1",
    title="Width times resolution",
    all_sizes=True,
    source="computed by MobileNet Atlas; dots: published accuracy",
)
def scaling(s: Setting) -> Chart:
    """Width times resolution."""
    from viz.charts.lessons import grid_chart

    chosen = (s.about.width, s.about.resolution)
    return grid_chart(grid_rows(s.about), s.values["metric"], chosen, s.look.mode)


@figure(
    "space",
    {
        "against": Word(tuple(MEASURES), "macs"),
        "among": Words(tuple(ZOO), SHOWN_SPACE),
        "under": Word(("default", "all"), "default"),
        "precision": DEVICE["precision"],
        "on_device": Word(tuple(DEVICES), USUAL_DEVICE),
        **dict.fromkeys(("most_params", "most_macs", "most_peak"), BUDGET),
    },
    title="Design space",
    source="computed by MobileNet Atlas; roofline: model of arXiv:2404.10518, section 3",
)
def space(s: Setting) -> Chart:
    """Cost of thousands of configurations against their parameters."""
    v = s.values
    budgets = Budgets(v["most_params"], v["most_macs"], v["most_peak"])
    rows = space_rows(v["among"], v["under"], v["on_device"], v["precision"])
    found = best([row for row in rows if budgets.fit(row)])
    device = DEVICES[v["on_device"]].name
    return space_chart(rows, v["against"], budgets, found, s.look.mode, device)
