"""What ``python -m viz time`` prints: latencies with the machine, blocks and kinds beside MACs."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from viz.facts.rows import Table, aligned, table_of
from viz.lab.latency import BlockTime, KindTime, Latency, block_times, kind_times
from viz.lab.machine import this_machine
from viz.net.trace import Trace

BLOCKS = {
    "name": "block",
    "ms": "ms",
    "time_share": "% of time",
    "macs": "MACs",
    "macs_share": "% of MACs",
}
KINDS = {
    "kind": "kind",
    "operations": "operations",
    "ms": "ms",
    "time_share": "% of time",
    "macs": "MACs",
    "gmacs_per_second": "G MACs/s",
}


class Timed(NamedTuple):
    """A network with its latency, and milliseconds of its operations (empty: not measured)."""

    traced: Trace
    latency: Latency
    operations: Sequence[float]

    @property
    def blocks(self) -> list[BlockTime]:
        """Times of the blocks."""
        if not self.operations:
            return []
        return block_times(self.traced, self.operations, self.latency.batch)

    @property
    def kinds(self) -> list[KindTime]:
        """Times of the kinds of operations; none where these are fused."""
        if not self.operations or self.latency.runtime != "torch":  # others fuse kinds
            return []
        return kind_times(self.traced, self.operations, self.latency.batch)


def as_json(timed: Sequence[Timed]) -> str:
    """Every number, in milliseconds."""
    networks = [
        {
            **each.latency._asdict(),
            "macs_per_second": each.latency.rate,
            "config": each.traced.config.arguments(),
            "blocks": [row._asdict() for row in each.blocks],
            "kinds": [row._asdict() for row in each.kinds],
        }
        for each in timed
    ]
    return json.dumps({"machine": this_machine()._asdict(), "networks": networks}, indent=2)


def as_text(timed: Sequence[Timed]) -> str:
    """For people."""
    moment = f"Measured on this machine, now: {this_machine().text}."
    table = [aligned(_table(timed))] if len(timed) > 1 else []
    return "\n\n".join([*table, *map(_text, timed), moment])


def _table(timed: Sequence[Timed]) -> Table:
    """A line for each network, runtime and device."""
    headings = (
        "network",
        "runtime",
        "device",
        "median ms",
        "middle half",
        "first call",
        "G MACs/s",
    )
    return Table(headings, tuple(_line(each.latency) for each in timed))


def _line(at: Latency) -> tuple[object, ...]:
    first = "" if at.first is None else round(at.first, 2)
    times = round(at.median, 2), f"{at.low:.2f} to {at.high:.2f}", first
    return at.network, _runtime(at), at.device, *times, round(at.rate / 1e9, 2)


def _runtime(at: Latency) -> str:
    return f"{at.runtime} (channels last)" if at.channels_last else at.runtime


def _text(timed: Timed) -> str:
    at = timed.latency
    plural = "s" if at.threads > 1 else ""
    lines = [
        f"{at.network}, {_runtime(at)}{_where(at)}, {at.threads} thread{plural}, batch {at.batch}",
        f"{at.median:.2f} ms, median of {_samples(at)} (middle half {at.low:.2f} to "
        f"{at.high:.2f} ms{_first(at)}), {at.rate / 1e9:.2f} G MACs/s",
    ]
    if timed.operations:
        parts = f"Sum of its parts, each the median of its own runs: {sum(timed.operations):.2f} ms"
        lines += [f"{parts}; an interruption affects only a few of them."]
    for rows, columns in ((timed.blocks, BLOCKS), (timed.kinds, KINDS)):
        if rows:
            lines += ["", aligned(table_of([_rounded(row) for row in rows], columns))]
    return "\n".join(lines)


def _where(at: Latency) -> str:
    return "" if at.device == "cpu" else f" on {at.device}"


def _first(at: Latency) -> str:
    return "" if at.first is None else f"; first call {at.first:.2f} ms"


def _samples(at: Latency) -> str:
    if at.runs_each == 1:
        return f"{at.runs:,} runs"
    return f"{at.samples:,} means of {at.runs_each:,} runs each"


def _rounded(row: BlockTime | KindTime) -> BlockTime | KindTime:
    """With as many digits as a terminal needs."""
    digits = {"ms": 3, "time_share": 1, "macs_share": 1, "gmacs_per_second": 2}
    values = {n: round(getattr(row, n), d) for n, d in digits.items() if hasattr(row, n)}
    return row._replace(**values)
