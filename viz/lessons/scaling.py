"""Cost and published accuracy by width and resolution."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
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
    widths = sorted({*WIDTHS, *(width for width, _ in published)})
    own = config.resolution if isinstance(config.resolution, int) else RESOLUTIONS[0]
    resolutions = sorted({*RESOLUTIONS, own, *(r for _, r in published)})
    # The grid is the same at each width that a reader tries; theirs is one row more.
    both = {(*widths,), (config.width,)} if config.width not in widths else {(*widths,)}
    here, theirs = (
        {pair: cost for part in both for pair, cost in _costs(each, part, (*resolutions,)).items()}
        for each in (config, _authors(config))
    )
    return [
        _row(pair, here[pair], claim if theirs[pair] == here[pair] else None)
        for pair in sorted(here)
        for claim in [published.get(pair)]
    ]


Cost = tuple[int, int]  # parameters and MACs
Pair = tuple[float, int]  # width and resolution


def _costs(
    config: Config, widths: tuple[float, ...], resolutions: tuple[int, ...]
) -> dict[Pair, Cost]:
    """What each pair of a width and a resolution costs."""
    return _kept_costs(replace(config, width=1.0, resolution=224), widths, resolutions)


@lru_cache(maxsize=128)  # a class looks at a few networks
def _kept_costs(
    config: Config, widths: tuple[float, ...], resolutions: tuple[int, ...]
) -> dict[Pair, Cost]:
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
    claims = {(claim.width, claim.resolution): claim for claim in paper_claims(config)}
    widths = sorted({width for width, _ in claims})
    resolutions = sorted({resolution for _, resolution in claims})
    costs = _costs(_authors(config), (*widths,), (*resolutions,))
    return [_row(pair, costs[pair], claim) for pair, claim in claims.items()]


def sources(rows: Sequence[GridRow]) -> str:
    """Sources of the accuracies, without duplicates and table numbers."""
    cited = [row.citation.split(", ")[:2] for row in rows if row.top1 is not None]
    return "; ".join(dict.fromkeys(", ".join(parts) for parts in cited))


HALF = 0.5


class Narrowed(NamedTuple):
    """MACs at a width and at width 1, at the same resolution."""

    width: float
    macs: int
    whole: int

    @property
    def guesses(self) -> dict[str, float]:
        """What may be left of the MACs: the width, its cube, and what is."""
        return {"width": self.width, "here": self.macs / self.whole, "cube": self.width**3}


def narrowed(config: Config) -> Narrowed:
    """The configuration's own width against 1, or half of all channels where it is 1."""
    width = HALF if config.width == 1 else config.width
    here, whole = (trace_config(replace(config, width=w)) for w in (width, 1.0))
    return Narrowed(width, here.macs, whole.macs)


def attends(config: Config) -> bool:
    """Whether there are products of attention, whose MACs grow with both their maps."""
    return attention_macs(trace_config(config).operations) > 0


def reduction(config: Config) -> tuple[float, float]:
    """Parameters and MACs of the configuration as shares of those at width 1 and 224 pixels."""
    (base,) = _costs(config, (1.0,), (224,)).values()
    here = trace_config(config)
    return here.params / base[0], here.macs / base[1]
