"""Published latencies from ``latency.json``, with MACs and roofline times.

MobileNetV4's are TFLite in 8 bits (CPU, EdgeTPU, Hexagon), fp16 (GPU) and CoreML in fp16 (iPhone);
MobileNetV3's are TFLite in float on one large core. One latency belongs to one device, one runtime
and one day: compare within a device only.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from viz.hardware.devices import DEVICES
from viz.hardware.roofline import FUSED, total_time, work_of
from viz.net.config import configure
from viz.net.trace import Trace, trace_config
from viz.net.zoo import ZOO

FILE = Path(__file__).with_name("latency.json")
# width rule of the papers' authors, where a network has it
AUTHORS = ("slim", "timm")
RIDGES = {  # of those devices that V4's authors fitted one to
    "Pixel 6 CPU": DEVICES["pixel-6-cpu"].ridge,
    "Pixel 8 EdgeTPU": DEVICES["pixel-8-edgetpu"].ridge,
    "Pixel 4 Hexagon": DEVICES["pixel-4-dsp"].ridge,
    "Galaxy S23 CPU": DEVICES["s23-cpu"].ridge,
}
SHOWN_PARADOXES = 3


class LatencyRow(NamedTuple):
    """A network on a device: published and computed values.

    ``ms`` and ``top1`` (percent) are printed; ``roofline`` is the model's time at the device's
    ridge point, None where the paper fits none.
    """

    network: str
    device: str
    ms: float
    macs: int
    roofline: float | None
    top1: float
    source: str


class Paradox(NamedTuple):
    """Two networks of which the one with more multiply-adds is the faster."""

    faster: str
    slower: str
    more_macs: float  # times
    less_time: float  # percent


def devices() -> list[str]:
    """Every device of which latencies are printed."""
    return list(dict.fromkeys(record["device"] for record in _records()))


def slug(device: str) -> str:
    """A device's name in a URL."""
    return device.lower().replace(" ", "-")


def device_of(name: str) -> str:
    """The device of a name in a URL; KeyError for none."""
    return {slug(device): device for device in devices()}[name]


def latency_rows(device: str) -> list[LatencyRow]:
    """Published latencies of one device, the fastest first."""
    rows = [_row(record) for record in _records() if record["device"] == device]
    return sorted(rows, key=lambda row: row.ms)


@cache
def _records() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(FILE.read_text(encoding="utf-8")))


def _row(record: dict[str, Any]) -> LatencyRow:
    key, width = record["network"], record["width"]
    traced = _traced(key, width, record["resolution"])
    ridge = RIDGES.get(record["device"])
    works = [work_of(op) for op in traced.operations if op.kind not in FUSED]
    name = ZOO[key].short_name
    return LatencyRow(
        name if width == 1 else f"{name} {max(f'{width:g}', f'{width:.1f}', key=len)}",
        record["device"],
        record["ms"],
        traced.macs,
        total_time(works, ridge) if ridge else None,
        record["top1"],
        record["source"],
    )


@cache
def _traced(key: str, width: float, side: int) -> Trace:
    names = [rule.name for rule in ZOO[key].rules]
    rule = next((name for name in AUTHORS if name in names), names[0])
    return trace_config(configure(key, width=width, resolution=side, width_rule=rule))


def rank_correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Spearman's: 1 where both have the same order; equal values share their ranks."""
    a, b = _ranks(xs), _ranks(ys)
    middle = (len(a) + 1) / 2
    product = sum((x - middle) * (y - middle) for x, y in zip(a, b, strict=True))
    squares = sum((x - middle) ** 2 for x in a) * sum((y - middle) ** 2 for y in b)
    return float(product / squares**0.5) if squares else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(v) + (ordered.count(v) + 1) / 2 for v in values]


def paradoxes(rows: Sequence[LatencyRow]) -> list[Paradox]:
    """Pairs in which more multiply-adds take less time, the largest difference in them first."""
    found = [
        Paradox(a.network, b.network, a.macs / b.macs, 100 * (1 - a.ms / b.ms))
        for a in rows
        for b in rows
        if a.macs > b.macs and a.ms < b.ms
    ]
    return sorted(found, key=lambda pair: -pair.more_macs)
