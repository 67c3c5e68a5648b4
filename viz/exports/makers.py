"""Makers of the lessons' figures; ``figures`` lists them.

Charts are made by functions that import plotly when they are called: the server asks for the names
only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from viz.activations import Gate
from viz.drawing.diagrams import (
    Diagram,
    Look,
    draw_blocks,
    draw_convolution,
    draw_faces,
    draw_ideas,
    draw_residuals,
    draw_windows,
)
from viz.facts.sweep import family_rows, staircase
from viz.hardware.devices import BYTES
from viz.hardware.latency import SHOWN_PARADOXES, device_of, latency_rows, paradoxes
from viz.hardware.ranking import rank_rows
from viz.hardware.roofline import RoofRow, kind_rows, roof_rows
from viz.lessons import dialects, tail, universal
from viz.lessons.compound import ways
from viz.lessons.convolution import convolution_cost
from viz.lessons.residual import ResidualBlock, both
from viz.lessons.squeeze import check_computed, excitation_steps, se_blocks, squeeze_rows
from viz.lessons.windows import pytorch_windows, tensorflow_windows
from viz.net.config import Config
from viz.net.fields import ConfigError
from viz.net.trace import trace, trace_config
from viz.net.universal import FACES

NETWORK = "network"
Excite = Callable[[Config, Gate, int], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Input of a maker: the figure's values, a configuration if it has one, its look.

    ``excite`` runs a picture through a network: here, or in a server's worker.
    """

    values: Mapping[str, Any]
    config: Config | None
    look: Look
    excite: Excite

    @property
    def about(self) -> Config:
        """The configuration of a figure that has one."""
        assert self.config is not None  # the kind of figure says that it has one
        return self.config


def convolution(s: Setting) -> Diagram:
    """Maps and filters of both convolutions."""
    v = s.values
    return draw_convolution(convolution_cost(v["m"], v["n"], v["k"], v["size"]), s.look)


def windows(s: Setting) -> Diagram:
    """Windows along one side under two rules of padding."""
    v = s.values
    ours = pytorch_windows(v["w"], v["f"], v["s"], v["p"])
    theirs = tensorflow_windows(v["w"], v["f"], v["s"])
    if not ours.out:
        raise ConfigError("f", v["f"], f"at most the padded side, {ours.padded}")
    return draw_windows([("PyTorch", ours), ("TensorFlow same", theirs)], s.look)


def residual(s: Setting) -> Diagram:
    """ResNet's block next to V2's."""
    v = s.values
    return draw_residuals(
        both(v["channels"], v["size"], v["t"], halves=v["stride2"], same=v["same"]), s.look
    )


def difference(s: Setting) -> Diagram:
    """A block of an implementation next to the paper's."""
    return draw_blocks(dialects.sides(s.values["point"], s.values["in"]), s.look)


def ideas(s: Setting) -> Diagram:
    """The family tree."""
    return draw_ideas(s.look)


def four_faces(s: Setting) -> Diagram:
    """The four variants of V4's block."""
    v = s.values
    found = universal.faces(v["channels"], v["t"], v["size"], v["kernel"])
    return draw_faces(found, FACES[v["start"], v["middle"]].name, s.look)


def fused(s: Setting) -> Diagram:
    """A fused block next to a separable one."""
    return draw_residuals(_fused_blocks(s), s.look)


def fused_time(s: Setting) -> Any:
    """Time ratio of fused and separable by ridge point."""
    from viz.charts.fused_and_compound import fused_chart

    points = universal.fused_points(_fused_blocks(s))
    return fused_chart(points, s.values["ridge"], s.look.mode)


def _fused_blocks(s: Setting) -> list[ResidualBlock]:
    v = s.values
    return universal.fused_and_separable(v["narrow"], v["times"], v["side"])


def compound(s: Setting) -> Any:
    """Depth, width and resolution together, and one alone."""
    from viz.charts.fused_and_compound import compound_chart

    return compound_chart(ways(s.values["phi"]), s.look.mode)


def last_stage(s: Setting) -> Any:
    """MACs of the last stage before and after."""
    from viz.charts.lessons import change_chart

    change = tail.last_stage(s.values["map"], s.values["classes"])
    return change_chart(change.rows(), change.macs, s.look.mode)


def stem(s: Setting) -> Any:
    """MACs of the stem before and after."""
    from viz.charts.lessons import change_chart

    change = tail.stem(s.values["filters"], s.values["image"])
    return change_chart(change.rows(), change.macs, s.look.mode)


def spirals(s: Setting) -> Any:
    """The spiral through random maps and back."""
    from viz.charts.lessons import spiral_chart
    from viz.lessons.manifold import passages

    v = s.values
    return spiral_chart(passages(v["activation"], v["seed"], v["radius"]), v["radius"], s.look.mode)


def squeezes(s: Setting) -> Any:
    """Squeeze widths of both V3."""
    from viz.charts.squeeze import squeeze_chart

    return squeeze_chart(squeeze_rows([trace("v3-large"), trace("v3-small")]), s.look.mode)


def family(s: Setting) -> Any:
    """Parameters against MACs of the papers' networks."""
    from viz.charts.lessons import family_chart

    return family_chart(family_rows(), s.look.mode)


def in_process(config: Config, gate: Gate, seed: int) -> Sequence[Mapping[str, Any]]:
    """Run torch here; a server asks its worker instead."""
    from viz.pytorch.excitations import excitations

    return excitations(trace_config(config), gate, seed)


def excitation(s: Setting) -> Any:
    """Channel weights of one SE."""
    from viz.charts.squeeze import excitation_chart

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


def activations(s: Setting) -> Any:
    """Curves, their derivatives, or both."""
    from viz.charts.functions import curve_chart, curve_pair_chart

    reach = s.values["reach"]
    if s.values["both"]:
        return curve_pair_chart(s.values["curves"], -reach, reach, s.look.mode)
    return curve_chart(
        s.values["curves"], -reach, reach, s.look.mode, derivative=s.values["derivative"]
    )


def rounding(s: Setting) -> Any:
    """Requested and rounded channels."""
    from viz.charts.network import staircase_chart

    v = s.values
    return staircase_chart(staircase(v["divisor"], v["up_to"]), v["divisor"], s.look.mode)


def memory(s: Setting) -> Any:
    """Live activations by operation."""
    from viz.charts.network import memory_chart
    from viz.facts.memory import live_rows

    v = s.values
    rows = live_rows(
        trace_config(s.about), v["dtype"], batch=v["batch"], depthwise_in_place=v["in_place"]
    )
    return memory_chart(rows, s.look.mode)


def roofline(s: Setting) -> Any:
    """Roofline of a network on a device."""
    from viz.charts.hardware import roofline_chart

    return roofline_chart(_roof_rows(s), s.values["ridge"], s.look.mode)


def time_by_kind(s: Setting) -> Any:
    """Shares of multiply-adds and of time."""
    from viz.charts.hardware import time_chart

    return time_chart(kind_rows(_roof_rows(s)), s.look.mode)


def _roof_rows(s: Setting) -> list[RoofRow]:
    v = s.values
    return roof_rows(trace_config(s.about), v["ridge"], BYTES[v["precision"]], v["batch"])


def ranking(s: Setting) -> Any:
    """Ranking of networks by ridge point."""
    from viz.charts.hardware import ranking_chart

    v = s.values
    rows = rank_rows(v["ranked"], bytes_per_value=BYTES[v["precision"]], batch=v["batch"])
    return ranking_chart(rows, v["ridge"], s.look.mode)


def latency(s: Setting) -> Any:
    """Published latencies on one device."""
    from viz.charts.hardware import latency_chart

    rows = latency_rows(device_of(s.values["device"]))
    return latency_chart(rows, paradoxes(rows)[:SHOWN_PARADOXES], s.look.mode)


def scaling(s: Setting) -> Any:
    """Width times resolution."""
    from viz.charts.lessons import grid_chart
    from viz.lessons.scaling import grid_rows

    chosen = (s.about.width, s.about.resolution)
    return grid_chart(grid_rows(s.about), s.values["metric"], chosen, s.look.mode)
