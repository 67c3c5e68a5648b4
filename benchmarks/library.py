"""The library against torchinfo and torchview."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
import torchinfo
import torchvision
from torch import nn

import viz
from benchmarks.measure import milliseconds, paired, seconds
from viz.drawing import engine
from viz.drawing.diagrams import diagram
from viz.facts.sweep import WIDTHS as WIDE
from viz.facts.sweep import configs_of, sweep
from viz.hardware import space
from viz.hardware.space import RULES
from viz.net.config import Config
from viz.net.trace import trace_config

IMAGE = (1, 3, 224, 224)
WIDTHS = [0.1 + 1.9 * step / 79 for step in range(80)]
SWEPT = {
    "v2": torchvision.models.mobilenet_v2,
    "v3-large": torchvision.models.mobilenet_v3_large,
    "v3-small": torchvision.models.mobilenet_v3_small,
}
SAMPLE = 4
SPACE = [key for key, network in viz.ZOO.items() if network.group in ("papers", "later")]
SIZES, ONE_IN = space.RESOLUTIONS, 50

torch.set_num_threads(1)  # the faster setting for torchinfo on few cores


def _totals() -> tuple[int, int]:
    traced = viz.trace("v3-large")
    return traced.params, traced.macs


def _torchinfo(
    make: Callable[..., nn.Module] = torchvision.models.mobilenet_v3_large, width: float = 1.0
) -> None:
    model = make(width_mult=width)
    torchinfo.summary(model, input_size=IMAGE, verbose=0)


def trace_against_torchinfo() -> str:
    """viz.trace with totals against torchvision's network under torchinfo."""
    ours, theirs, ratio = paired(lambda: seconds(_totals, 200), lambda: seconds(_torchinfo))
    return (
        f"trace of V3-Large with totals: {milliseconds(ours)} against {milliseconds(theirs)} for "
        f"torchvision + torchinfo: {ratio:,.0f} times faster"
    )


def sweep_against_torchinfo() -> str:
    """A sweep of 240 points against the same with torchinfo, extrapolated from a sample."""
    sample = WIDTHS[:: len(WIDTHS) // SAMPLE]
    factor = len(WIDTHS) / len(sample)

    def theirs() -> float:
        pairs = [(make, width) for make in SWEPT.values() for width in sample]
        return factor * sum(seconds(partial(_torchinfo, *pair)) for pair in pairs)

    ours, other, ratio = paired(lambda: seconds(lambda: sweep(list(SWEPT), WIDTHS)), theirs, 3)
    return (
        f"sweep of {len(SWEPT) * len(WIDTHS)} points: {milliseconds(ours)} against "
        f"{milliseconds(other)} with torchinfo (extrapolated from {len(SWEPT) * len(sample)} "
        f"points): {ratio:,.0f} times faster"
    )


def sweep_by_arrays() -> str:
    """10,000 configurations by arrays, against one trace each, extrapolated from a sample."""
    configs = configs_of(SPACE, RULES, {})
    points = [replace(c, width=w, resolution=r) for c in configs for w in WIDE for r in SIZES]
    sample = points[::ONE_IN]

    def theirs() -> float:
        return len(points) / len(sample) * seconds(lambda: [_costs(point) for point in sample])

    ours, other, ratio = paired(lambda: seconds(lambda: space.sweep(SPACE, WIDE, SIZES)), theirs, 5)
    return (
        f"sweep of {len(points):,} configurations ({len(configs)} networks and rules), parameters, "
        f"MACs, peak memory and roofline time: {milliseconds(ours)} against {milliseconds(other)} "
        f"one by one (extrapolated from {len(sample)}): {ratio:,.0f} times faster"
    )


def _costs(config: Config) -> tuple[float, ...]:
    traced = trace_config(config)
    return traced.params, traced.macs, traced.peak_bytes(1), space.time_of(traced, 31.2, 1)


def picture_against_torchview() -> str:
    """From configuration to SVG, against torchview at depth 3 drawn by dot."""
    if shutil.which("dot") is None:
        return "not measured: torchview needs the system's Graphviz (dot)"
    page = paired(lambda: seconds(_on_page, 3), lambda: seconds(_torchview))
    file = paired(lambda: seconds(_as_file, 3), lambda: seconds(_torchview))
    return (
        f"picture of V3-Large on its page: {milliseconds(page[0])} against "
        f"{milliseconds(page[1])} for torchview at depth 3: {page[2]:.1f} times faster; as a file, "
        f"drawn by Graphviz: {milliseconds(file[0])}, {file[2]:.1f} times faster"
    )


def _on_page() -> None:
    """What a browser is sent when a network is chosen."""
    diagram("v3-large").packed  # noqa: B018 - drawn when it is asked for


def _as_file() -> None:
    engine.svg.cache_clear()
    diagram("v3-large").svg()


def _torchview() -> None:
    import torchview

    model = torchvision.models.mobilenet_v3_large()
    graph = torchview.draw_graph(model, input_size=IMAGE, depth=3, device="meta")
    graph.visual_graph.pipe(format="svg")
