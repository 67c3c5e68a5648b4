"""Sweeps over configurations, and channel rounding."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from viz.facts.tables import BlockRow, block_rows
from viz.net.channels import make_divisible
from viz.net.config import NUMBERS, RULE, Config, config_from, configure
from viz.net.trace import trace, trace_config
from viz.net.zoo import ZOO

WIDTHS = tuple(round(0.1 + 0.05 * step, 2) for step in range(39))
MOST_BELOW = 0.1  # of the request: rounding goes no further down
PARTS = (("expand", "expanded"), ("SE squeeze", "squeeze"), ("out", "channels_out"))


class SweepRow(NamedTuple):
    """Cost of a variant at one width under one rule."""

    variant: str
    rule: str
    width: float
    params: int
    macs: int


class StairRow(NamedTuple):
    """Result of ``make_divisible`` for requested channels.

    ``change`` is the difference as a share of the wanted; ``lifted`` marks the points where the
    nearest multiple would have lost more than 10 %, so that the next one was taken.
    """

    wanted: float
    given: int
    change: float
    lifted: bool


class ChannelRow(NamedTuple):
    """One scaled channel count: paper's, requested (paper x width), rounded."""

    block: int
    name: str
    part: str
    paper: int
    wanted: float
    given: int
    change: float


class FamilyRow(NamedTuple):
    """A network of the papers with its cost."""

    name: str
    year: int
    params: int
    macs: int


def sweep(
    variants: Sequence[str],
    widths: Iterable[float],
    *,
    rules: Sequence[str] | None = None,
    **chosen: object,
) -> list[SweepRow]:
    """Parameters and MACs of every variant at every width, under its default rule or ``rules``.

    A variant is left out under a rule that it does not have, and has only those of the ``chosen``
    options that it knows.
    """
    wanted = [round(width, 4) for width in widths]
    return [
        row
        for config in configs_of(variants, rules, chosen)
        for row in _sweep_rows(replace(config, width=1.0), tuple(checked_widths(wanted)))
    ]


def width_rows(config: Config) -> list[SweepRow]:
    """Cost of a configuration at every width of a fixed grid, all else as it is."""
    return [*_sweep_rows(replace(config, width=1.0), WIDTHS)]


def configs_of(
    variants: Sequence[str], rules: Sequence[str] | None, chosen: dict[str, object]
) -> list[Config]:
    """Every variant under its default rule, or under those of the ``rules`` that it has.

    Raises ``ConfigError``.
    """
    return [
        config_from(variant, _known(variant, chosen) | {RULE: rule})
        for variant, rule in _variants_with_rules(variants, rules)
    ]


def checked_widths(widths: Iterable[float]) -> list[float]:
    """The widths, if each may be. Raises ``ConfigError``."""
    return [float(NUMBERS["width"].check("width", width)) for width in widths]  # type: ignore[arg-type]  # no size


def _known(variant: str, chosen: dict[str, object]) -> dict[str, object]:
    names = configure(variant).arguments()
    return {name: value for name, value in chosen.items() if name in names}


@lru_cache(maxsize=256)  # a class looks at a few networks
def _sweep_rows(config: Config, widths: tuple[float, ...]) -> tuple[SweepRow, ...]:
    from viz.net.lanes import grid  # brings numpy

    traced = grid(config, widths, [config.resolution])
    costs = zip(traced.params[:, 0].tolist(), traced.macs[:, 0].tolist(), strict=True)
    return tuple(
        SweepRow(config.variant, config.width_rule, width, *cost)
        for width, cost in zip(widths, costs, strict=True)
    )


def _variants_with_rules(
    variants: Sequence[str], rules: Sequence[str] | None
) -> list[tuple[str, str | None]]:
    if rules is None:
        return [(variant, None) for variant in variants]
    known = {v: [rule.name for rule in ZOO[v].rules] for v in variants}
    return [(v, rule) for v in variants for rule in rules if rule in known[v]]


def staircase(divisor: int, highest: float, step: float = 0.25) -> list[StairRow]:
    """Requested channels up to ``highest`` with their rounded numbers."""
    return [_stair(index * step, divisor) for index in range(1, int(highest / step) + 1)]


def _stair(wanted: float, divisor: int) -> StairRow:
    given = make_divisible(wanted, divisor)
    nearest = max(divisor, int(wanted + divisor / 2) // divisor * divisor)
    return StairRow(wanted, given, given / wanted - 1, given > nearest)


def channel_rows(config: Config) -> list[ChannelRow]:
    """Every scaled channel count of a network.

    Papers' rows are multiples of 8 at width 1; a design's are what its reader wrote.
    """
    asis = 1 if config.design else 8
    paper = replace(config, width=1.0, divisor=asis)
    pairs = zip(_scaled(paper), _scaled(config), strict=True)
    return [row for pair in pairs for row in _channel_rows(*pair, config.width)]


def low_squeeze(rows: Iterable[ChannelRow], divisor: int) -> tuple[int, int] | None:
    """Expanded channels and squeeze width of a block whose SE is over 10 % below its request.

    It may be: the squeeze width is a quarter of the rounded expanded channels, rounded itself.
    """
    expanded = 0
    for row in rows:
        expanded = row.given if row.part == PARTS[0][0] else expanded
        is_low = row.part == PARTS[1][0] and row.change < -MOST_BELOW
        if is_low and row.given == make_divisible(expanded / 4, divisor):
            return expanded, row.given
    return None


@lru_cache(maxsize=64)
def _scaled(config: Config) -> tuple[BlockRow, ...]:
    return tuple(row for row in block_rows(trace_config(config)) if row.table_entry.scaled)


def _channel_rows(base: BlockRow, actual: BlockRow, width: float) -> Iterator[ChannelRow]:
    for part, name in PARTS:
        before, given = int(getattr(base, name)), int(getattr(actual, name))
        if before:
            wanted = before * width
            change = given / wanted - 1
            yield ChannelRow(actual.block, actual.name, part, before, wanted, given, change)


def family_rows() -> list[FamilyRow]:
    """Parameters and MACs of the papers' networks, in the order of their years."""
    return [
        FamilyRow(
            network.short_name,
            network.year,
            trace(key).params,
            trace(key).macs,
        )
        for key, network in ZOO.items()
        if network.group == "papers"
    ]
