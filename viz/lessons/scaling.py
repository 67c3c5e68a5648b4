"""Cost and published accuracy by width and resolution."""

from collections.abc import Sequence
from dataclasses import replace
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
    return [
        _row(replace(config, width=width), resolution, published)
        for width in widths
        for resolution in resolutions
    ]


def _row(config: Config, side: int, published: dict[tuple[float, int], Claim]) -> GridRow:
    config = replace(config, resolution=side)
    traced = trace_config(config)
    claim = published.get((config.width, side))
    if claim and _authors(config) != (traced.params, traced.macs):
        claim = None
    return GridRow(
        width=config.width,
        resolution=side,
        params=traced.params,
        macs=traced.macs,
        top1=claim.top1 if claim else None,
        citation=claim.citation if claim else "",
    )


def _authors(config: Config) -> tuple[int, int]:
    """Parameters and MACs under the width rule of the network's authors."""
    theirs = trace_config(replace(config, width_rule=config.network.claim_rule))
    return theirs.params, theirs.macs


def published_rows(config: Config) -> list[GridRow]:
    """Every published pair, under the width rule of the network's authors."""
    theirs = replace(config, width_rule=config.network.claim_rule)
    published = {(c.width, c.resolution): c for c in paper_claims(config)}
    return [_row(replace(theirs, width=w), r, published) for w, r in published]


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
