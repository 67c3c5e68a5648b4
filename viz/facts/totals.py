"""A design's totals compared with those of its original."""

from typing import NamedTuple

from viz.net.fields import Number
from viz.net.trace import Trace
from viz.text import short_count

BUDGET = Number(0, 10_000, 0, 0.1, whole=False)  # in millions; 0 is none
PEAK = "Peak memory in bytes (int8)"


class Total(NamedTuple):
    """A total, and its change against the original as text."""

    name: str
    label: str
    unit: str
    value: int
    shown: str
    against: str

    def over(self, millions: float) -> int:
        """Excess over a budget; 0 if within."""
        return max(self.value - round(millions * 1e6), 0)


def totals_of(traced: Trace, start: Trace) -> list[Total]:
    """Parameters, MACs, and the peak of activations in int8."""
    return [
        _total("params", "Parameters", "parameters", traced.params, start.params),
        _total("macs", "MACs", "MACs", traced.macs, start.macs),
        _total("peak", PEAK, "bytes", traced.peak_bytes(1), start.peak_bytes(1)),
    ]


def _total(name: str, label: str, unit: str, value: int, before: int) -> Total:
    change = (
        f"{value / before - 1:+.1%} from {short_count(before)}" if value != before else "unchanged"
    )
    return Total(name, label, unit, value, short_count(value), change)
