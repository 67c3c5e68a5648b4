"""Measured times as rows: of whole networks, of their blocks, and of kinds of operations.

Times are milliseconds for one batch, at inference, on the machine and at the moment named beside
them. A spread is the quarter and three-quarter point of all runs.
"""

from collections import defaultdict
from collections.abc import Sequence
from statistics import quantiles
from typing import Any, NamedTuple

from viz.facts.tables import block_rows, map_size
from viz.net import cost
from viz.net.trace import Trace


class Latency(NamedTuple):
    """A network's time for one batch, in milliseconds; ``macs`` are those of the whole batch.

    Median and spread are of ``samples`` times: of single runs, or of means of a few short ones.
    ``first`` is the time of the very first call, None where it was not measured.
    """

    network: str
    runtime: str
    threads: int
    batch: int
    runs: int
    samples: int
    median: float
    low: float
    high: float
    macs: int
    first: float | None = None
    device: str = "cpu"
    channels_last: bool = False

    @property
    def rate(self) -> float:
        """MACs per second."""
        return 1e3 * self.macs / self.median

    @property
    def runs_each(self) -> int:
        """Runs in each of the times that the median is of."""
        return round(self.runs / max(self.samples, 1))


class Round(NamedTuple):
    """Times of some runs, in milliseconds; where one run is too short, each is the mean of a few.

    ``runs`` are all runs together.
    """

    times: list[float]
    runs: int


class Way(NamedTuple):
    """What runs a network, and where; ``channels_last`` is the layout of torch's tensors."""

    runtime: str = "torch"
    device: str = "cpu"
    channels_last: bool = False


def latency_of(
    traced: Trace,
    rounds: Sequence[Round],
    *,
    runtime: str,
    threads: int,
    batch: int,
    first: float | None = None,
    device: str = "cpu",
    channels_last: bool = False,
) -> Latency:
    """All rounds of a network together."""
    times = [time for each in rounds for time in each.times]
    doubled = times if len(times) > 1 else times * 2
    low, middle, high = quantiles(doubled, n=4, method="inclusive")
    runs = sum(each.runs for each in rounds)
    title, macs = traced.config.title, batch * traced.macs
    how: dict[str, Any] = {"first": first, "device": device, "channels_last": channels_last}
    counts = threads, batch, runs, len(times)
    return Latency(title, runtime, *counts, middle, low, high, macs)._replace(**how)


class BlockTime(NamedTuple):
    """A block's time beside its work; shares are of the whole network, in percent."""

    block: int
    name: str
    ms: float
    time_share: float
    macs: int
    macs_share: float


class KindTime(NamedTuple):
    """All operations of a kind: time, MACs, and 10^9 MACs per second (0 without MACs)."""

    kind: str
    operations: int
    ms: float
    time_share: float
    macs: int
    gmacs_per_second: float


def block_times(traced: Trace, times: Sequence[float], batch: int) -> list[BlockTime]:
    """Blocks from times of the operations, in the trace's order."""
    total, all_macs = sum(times), batch * traced.macs
    rows = []
    for block, row in zip(traced.blocks, block_rows(traced), strict=True):
        ms, macs = sum(times[block.start : block.stop]), batch * row.macs
        shares = _share(ms, total), _share(macs, all_macs)
        rows.append(BlockTime(block.index, block.name, ms, shares[0], macs, shares[1]))
    return rows


def stage_times(traced: Trace, times: Sequence[float]) -> dict[str, float]:
    """Milliseconds by the size of the map that blocks give, as ``56×56``."""
    found: dict[str, float] = defaultdict(float)
    for block, row in zip(traced.blocks, block_rows(traced), strict=True):
        found[map_size(row.out_shape)] += sum(times[block.start : block.stop])
    return dict(found)


def kind_times(traced: Trace, times: Sequence[float], batch: int) -> list[KindTime]:
    """Kinds of operations, the slowest first."""
    grouped: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for op, ms in zip(traced.operations, times, strict=True):
        grouped[op.kind].append((ms, batch * cost.macs(op)))
    rows = [_kind(kind, found, sum(times)) for kind, found in grouped.items()]
    return sorted(rows, key=lambda row: -row.ms)


def _kind(kind: str, found: list[tuple[float, int]], total: float) -> KindTime:
    ms, macs = (sum(values) for values in zip(*found, strict=True))
    rate = macs / ms / 1e6 if ms else 0.0
    return KindTime(kind, len(found), ms, _share(ms, total), int(macs), rate)


def _share(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0
