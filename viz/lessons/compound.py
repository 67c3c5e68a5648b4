"""Compound scaling of depth, width and resolution, compared with scaling only one.

EfficientNet, Tan and Le, arXiv:1905.11946, section 3: depth grows as 1.2 to the power of phi,
width as 1.1, resolution as 1.15, so that the cost about doubles with each step of phi.
"""

from collections.abc import Callable
from typing import NamedTuple

from viz.net.config import DEPTHS, NUMBERS, Config, config_from, configure
from viz.net.fields import Number
from viz.net.trace import Trace, trace_config

KEY = "efficientnet-b0"
FACTORS = {"depth": 1.2, "width": 1.1, "resolution": 1.15}
STEP = {"depth": 0.01, "width": 0.001, "resolution": 1}
WAYS = {
    "compound": "compound",
    "depth": "depth only",
    "width": "width only",
    "resolution": "resolution only",
}
_WIDTHS = NUMBERS["width"]
assert isinstance(_WIDTHS, Number)  # what the table of fields says
MOST = {"depth": DEPTHS.high, "width": _WIDTHS.high, "resolution": 600}


class Way(NamedTuple):
    """One scaling method; ratios are relative to EfficientNet-B0.

    ``layers`` are those with weights from image to logits, ``peak`` the most activations alive.
    ``reached`` is False where the multiplier's own limit ends before the cost is spent.
    """

    way: str
    width: float
    depth: float
    resolution: int
    macs: float
    params: float
    layers: float
    peak: float
    reached: bool


def ways(phi: float) -> list[Way]:
    """The compound network at ``phi``, and one dimension alone at the same multiply-adds."""
    base = configure(KEY)
    chosen = {
        "width": round(FACTORS["width"] ** phi, 3),
        "depth": round(FACTORS["depth"] ** phi, 3),
        "resolution": round(base.image[0] * FACTORS["resolution"] ** phi),
    }
    compound = trace_config(config_from(KEY, chosen))
    found = [_way("compound", compound, reached=True)]
    for name in FACTORS:
        traced, reached = _alone(name, compound.macs)
        found.append(_way(name, traced, reached=reached))
    return found


def hungriest(found: list[Way]) -> str:
    """The dimension that alone takes most memory for activations: a key of ``FACTORS``."""
    alone = dict(zip(FACTORS, found[1:], strict=True))
    return max(alone, key=lambda name: alone[name].peak)


def _alone(name: str, macs: int) -> tuple[Trace, bool]:
    """Smallest multiplier of one dimension at that cost, and whether it is within limits."""
    start = {"depth": 1.0, "width": 1.0, "resolution": 224}[name]
    steps = int((MOST[name] - start) / STEP[name])

    def made(step: int) -> Trace:
        value = start + step * STEP[name]
        return trace_config(_with(name, round(value, 3)))

    step = _first(lambda step: made(step).macs >= macs, steps)
    traced = made(step)
    return traced, traced.macs >= macs


def _with(name: str, value: float) -> Config:
    return config_from(KEY, {name: int(value) if name == "resolution" else value})


def _first(holds: Callable[[int], bool], most: int) -> int:
    """The first number for which a rising condition holds, or ``most``."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _way(way: str, traced: Trace, *, reached: bool) -> Way:
    base, config = trace_config(configure(KEY)), traced.config
    return Way(
        WAYS[way],
        config.width,
        config.depth,
        config.image[0],
        traced.macs / base.macs,
        traced.params / base.params,
        traced.depth / base.depth,
        traced.peak_bytes() / base.peak_bytes(),
        reached,
    )
