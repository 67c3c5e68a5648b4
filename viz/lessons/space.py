"""Questions about the design space: what fits budgets, the front, the best that was published."""

from collections.abc import Sequence
from typing import NamedTuple

from viz.hardware.space import SpaceRow
from viz.lessons.scaling import paper_claims
from viz.net.config import configure
from viz.net.trace import trace

MOST_DRAWN = 8_000
MEGA = 1e6


class Budgets(NamedTuple):
    """The most that may be, in millions of parameters, MACs and bytes; 0 is no budget."""

    params: float = 0
    macs: float = 0
    peak_bytes: float = 0

    def fit(self, row: SpaceRow) -> bool:
        """Whether a configuration is within all of them."""
        return all(
            not most or getattr(row, name) <= most * MEGA for name, most in self._asdict().items()
        )


class Best(NamedTuple):
    """A configuration with its published ImageNet top-1 accuracy in percent, and the source."""

    row: SpaceRow
    top1: float
    citation: str


def front(rows: Sequence[SpaceRow], measure: str) -> list[SpaceRow]:
    """Those of which no other has as many parameters for less of ``measure``, in that order."""
    found: list[SpaceRow] = []
    for row in sorted(rows, key=lambda row: (-row.params, getattr(row, measure))):
        if not found or getattr(row, measure) < getattr(found[-1], measure):
            found.append(row)
    return found[::-1]


def best(rows: Sequence[SpaceRow]) -> Best | None:
    """The most accurate published one.

    What its authors published counts where their width rule makes the same network of it.
    """
    by_size: dict[tuple[object, ...], list[SpaceRow]] = {}
    for row in rows:
        by_size.setdefault((row.network, row.width, row.resolution), []).append(row)
    found: list[Best] = []
    for key in dict.fromkeys(row.network for row in rows):
        for claim in paper_claims(configure(key)):
            costs = _authors_costs(key, claim.width, claim.resolution)
            found += [
                Best(row, claim.top1 or 0.0, claim.citation)
                for row in by_size.get((key, claim.width, claim.resolution), ())
                if (row.params, row.macs) == costs
            ]
    return max(found, key=lambda each: each.top1, default=None)


def _authors_costs(key: str, width: float, resolution: int) -> tuple[int, int]:
    rule = configure(key).network.claim_rule
    traced = trace(key, width=width, resolution=resolution, width_rule=rule)
    return traced.params, traced.macs


def step(count: int) -> int:
    """Every how many points are drawn: an odd number, so that no resolution is left out."""
    least = -(-count // MOST_DRAWN)
    return least + (least % 2 == 0)
