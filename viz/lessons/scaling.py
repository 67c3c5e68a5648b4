"""Cost and published accuracy by width and resolution."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from viz.net.config import Config
from viz.net.cost import attention_macs
from viz.net.trace import trace_config
from viz.net.zoo import Claim

RESOLUTIONS = (96, 128, 160, 192, 224, 256)
WIDTHS = (0.25, 0.35, 0.5, 0.75, 1.0, 1.25)


class GridRow(NamedTuple):
    """Cost at one width and resolution, and the published accuracy in percent with its source.

    ``top1`` is None where there is none, also where this width rule makes another network of the
    pair than its authors'.
    """

    width: float
    resolution: int
    params: int
    macs: int
    top1: float | None
    citation: str


def paper_claims(config: Config) -> list[Claim]:
    """Published claims with these options: one per width and resolution.

    Nothing was for other classes, divisors, input channels and strides than the papers have.
    Its authors' figures only: those of its paper, and of TF-slim where the paper has none.
    """
    own = config.network.paper.partition(":")[2]
    found: dict[tuple[float, int], Claim] = {}
    papers = [c for c in config.network.claims if c.source.endswith(own)]
    slim = [c for c in config.network.claims if c.source.startswith("TF-slim")]
    for claim in (*papers, *slim) if config.is_as_printed else ():
        kind = (claim.options, claim.depth)
        if kind == (config.options, config.depth) and claim.top1 is not None:
            found.setdefault((claim.width, claim.resolution), claim)
    return sorted(found.values(), key=lambda c: (c.width, c.resolution))


def grid_rows(config: Config) -> list[GridRow]:
    """Parameters and MACs at every width and resolution of the grid.

    The grid holds a fixed choice, every published pair and, where its input is a square, the
    configuration itself.
    """
    published = {(c.width, c.resolution): c for c in paper_claims(config)}
    widths = sorted({*WIDTHS, config.width, *(width for width, _ in published)})
    own = config.resolution if isinstance(config.resolution, int) else RESOLUTIONS[0]
    resolutions = sorted({*RESOLUTIONS, own, *(r for _, r in published)})
    here, theirs = (_costs(each, widths, resolutions) for each in (config, _authors(config)))
    return [
        _row(pair, cost, claim if theirs[pair] == cost else None)
        for pair, cost in here.items()
        for claim in [published.get(pair)]
    ]


Cost = tuple[int, int]  # parameters and MACs
Pair = tuple[float, int]  # width and resolution


def _costs(config: Config, widths: Sequence[float], resolutions: Sequence[int]) -> dict[Pair, Cost]:
    """What each pair of a width and a resolution costs."""
    from viz.net.lanes import grid  # brings numpy

    traced = grid(config, widths, resolutions)
    costs = zip(traced.params.flat, traced.macs.flat, strict=True)
    found = [(int(params), int(macs)) for params, macs in costs]
    return dict(zip(product(widths, resolutions), found, strict=True))


def _row(pair: Pair, cost: Cost, claim: Claim | None) -> GridRow:
    return GridRow(*pair, *cost, claim.top1 if claim else None, claim.citation if claim else "")


def _authors(config: Config) -> Config:
    """The configuration under the width rule of the network's authors."""
    return replace(config, width_rule=config.network.claim_rule)


def published_rows(config: Config) -> list[GridRow]:
    """Every published pair, under the width rule of the network's authors."""
    rows = []
    for claim in paper_claims(config):
        pair = claim.width, claim.resolution
        traced = trace_config(replace(_authors(config), width=pair[0], resolution=pair[1]))
        rows.append(_row(pair, (traced.params, traced.macs), claim))
    return rows


def sources(rows: Sequence[GridRow]) -> str:
    """Sources of the accuracies, without duplicates and table numbers."""
    cited = [row.citation.split(", ")[:2] for row in rows if row.top1 is not None]
    return "; ".join(dict.fromkeys(", ".join(parts) for parts in cited))


def attends(config: Config) -> bool:
    """Whether there are products of attention, whose MACs grow with both their maps."""
    return attention_macs(trace_config(config).operations) > 0


def reduction(config: Config) -> tuple[float, float]:
    """Parameters and MACs of the configuration as shares of those at width 1 and 224 pixels."""
    base = trace_config(replace(config, width=1.0, resolution=224))
    here = trace_config(config)
    return here.params / base.params, here.macs / base.macs
