"""What happens as one choice moves: grids of configurations, and what rounding does."""

from collections.abc import Iterable, Sequence

from viz.facts.tables import BlockFacts, Record, block_facts
from viz.net.channels import make_divisible
from viz.net.config import Config, configure
from viz.net.trace import trace, trace_config
from viz.net.zoo import ZOO

PARTS = (("expand", "expanded"), ("SE squeeze", "squeeze"), ("out", "channels_out"))


def sweep(
    variants: Sequence[str],
    widths: Iterable[float],
    *,
    rules: Sequence[str] | None = None,
    **chosen: object,
) -> list[Record]:
    """Parameters and MACs of every variant at every width, under its default rule or ``rules``.

    A variant is left out under a rule that it does not have.
    """
    rows: list[Record] = []
    grid = [round(width, 4) for width in widths]
    for variant, rule in _variants_with_rules(variants, rules):
        options = {k: v for k, v in chosen.items() if k in configure(variant).arguments()}
        for width in grid:
            config = configure(variant, width=width, width_rule=rule, **options)
            traced = trace_config(config)
            rows.append(
                {
                    "variant": variant,
                    "rule": config.width_rule,
                    "width": width,
                    "params": traced.params,
                    "macs": traced.macs,
                }
            )
    return rows


def _variants_with_rules(
    variants: Sequence[str], rules: Sequence[str] | None
) -> list[tuple[str, str | None]]:
    if rules is None:
        return [(variant, None) for variant in variants]
    known = {v: [rule.name for rule in configure(v).network.rules] for v in variants}
    return [(v, rule) for v in variants for rule in rules if rule in known[v]]


def staircase(divisor: int, highest: float, step: float = 0.25) -> list[Record]:
    """Wanted channels from one step up to ``highest``, what ``make_divisible`` gives, and why.

    ``bumped`` marks the points where the nearest multiple would have lost more than 10 %, so that
    the next multiple was taken.
    """
    rows: list[Record] = []
    for index in range(1, int(highest / step) + 1):
        wanted = index * step
        given = make_divisible(wanted, divisor)
        nearest = max(divisor, int(wanted + divisor / 2) // divisor * divisor)
        rows.append(
            {
                "wanted": wanted,
                "given": given,
                "change": given / wanted - 1,
                "bumped": given > nearest,
            }
        )
    return rows


def channel_rows(config: Config) -> list[Record]:
    """Every scaled channel count: the paper's, the wanted (paper x width), the given."""
    paper = configure(config.variant, **(config.arguments() | {"width": 1.0, "divisor": 8}))
    rows: list[Record] = []
    for base, actual in zip(_facts(paper), _facts(config), strict=True):
        for part, name in PARTS:
            rows += _channel_row(base, actual, part, name, config.width)
    return rows


def _facts(config: Config) -> list[BlockFacts]:
    scaled = {"stem", "separable", "bneck", "conv"}
    facts = block_facts(trace_config(config))
    return [block for block in facts if block.kind in scaled or block.name == "head"]


def _channel_row(
    base: BlockFacts, actual: BlockFacts, part: str, name: str, width: float
) -> list[Record]:
    before, given = int(getattr(base, name)), int(getattr(actual, name))
    if not before or (part == "expand" and base.kind != "bneck"):
        return []
    wanted = before * width
    return [
        {
            "block": actual.index,
            "name": actual.name,
            "part": part,
            "paper": before,
            "wanted": wanted,
            "given": given,
            "change": given / wanted - 1,
        }
    ]


def family_rows() -> list[Record]:
    """Parameters and MACs of the papers' networks, in the order of their years."""
    return [
        {
            "name": network.name.removeprefix("MobileNet"),
            "year": network.year,
            "params": trace(key).params,
            "macs": trace(key).macs,
        }
        for key, network in ZOO.items()
        if network.group == "papers"
    ]
