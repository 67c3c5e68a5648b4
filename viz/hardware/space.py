"""The design space: what thousands of configurations cost, by arrays."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple, Unpack

from viz.facts.sweep import WIDTHS, checked_widths, configs_of
from viz.hardware.devices import BYTES, DEVICES
from viz.hardware.roofline import FUSED, total_time, work_of
from viz.net.choices import Choices
from viz.net.config import DEPTH, NUMBERS, OPTIONS, RULE, SIZE, Config
from viz.net.fields import ConfigError, Number, Resolution, one_of
from viz.net.trace import Trace
from viz.net.zoo import ZOO

RESOLUTIONS = tuple(range(96, 385, 32))
RULES = tuple(dict.fromkeys(rule.name for network in ZOO.values() for rule in network.rules))
KEPT = 4  # sweeps of the page and its figure
USUAL_DEVICE = "pixel-6-cpu"
RIDGE = Number(0, 10_000, DEVICES[USUAL_DEVICE].ridge, 0.1, whole=False)  # MACs per byte
SWEPT = ("width", "resolution", RULE)  # which are swept, not chosen
CHOSEN = tuple(name for name in (*NUMBERS, DEPTH, *OPTIONS) if name not in SWEPT)


class SpaceRow(NamedTuple):
    """What one configuration costs.

    ``resolution`` is in pixels, ``macs`` for one image. ``peak_bytes`` are the most bytes of
    activations alive at once. ``time`` is roofline time, in multiply-adds that the device could
    have done meanwhile.
    """

    network: str
    width_rule: str
    width: float
    resolution: Resolution
    params: int
    macs: int
    peak_bytes: int
    time: float


def sweep(
    networks: Sequence[str] | None = None,
    widths: Iterable[float] = WIDTHS,
    resolutions: Iterable[Resolution] = RESOLUTIONS,
    *,
    rules: Sequence[str] | None = None,
    ridge: float = DEVICES[USUAL_DEVICE].ridge,
    precision: str = "int8",
    **chosen: Unpack[Choices],
) -> list[SpaceRow]:
    """Parameters, MACs, peak memory and roofline time of every combination, equal to its trace's.

    ``networks`` are keys of the zoo (default: all), ``resolutions`` pixels: a square's side, or
    height and width. ``rules`` are width rules; a network is left out under those that it does not
    have (default: all that it has). ``ridge`` is the device's ridge point in MACs per byte,
    ``precision`` that of values and weights: int8, float16 or float32. Other keywords are those of
    ``viz.configure``; a network has only the options that it knows. Raises ``ConfigError``.
    """
    _check(networks, rules, ridge, precision, chosen)
    wanted, sizes = checked_widths(widths), [_size(size) for size in resolutions]
    configs = configs_of(networks or tuple(ZOO), rules or RULES, dict(chosen))
    return [
        row for config in configs for row in _rows(config, wanted, sizes, ridge, BYTES[precision])
    ]


@lru_cache(maxsize=KEPT)
def space_rows(
    networks: tuple[str, ...], rules: str, device: str, precision: str
) -> tuple[SpaceRow, ...]:
    """The sweep of some networks on a device, under their default rules or under ``all``."""
    how = {"ridge": DEVICES[device].ridge, "precision": precision}
    rows: list[SpaceRow] = []
    for key in networks:
        wanted = RULES if rules == "all" else [ZOO[key].rules[0].name]
        rows += sweep([key], rules=wanted, **how)  # type: ignore[arg-type]  # by their names
    return tuple(rows)


def time_of(traced: Trace, ridge: float, bytes_per_value: int) -> float:
    """Roofline time of a network for one image."""
    works = (work_of(op) for op in traced.operations if op.kind not in FUSED)
    return total_time(works, ridge, bytes_per_value)


def _rows(
    config: Config,
    widths: Sequence[float],
    sizes: Sequence[Resolution],
    ridge: float,
    bytes_per_value: int,
) -> list[SpaceRow]:
    from viz.net.lanes import grid  # brings numpy

    traced = grid(config, widths, sizes)
    times = traced.values(lambda part: time_of(part, ridge, bytes_per_value), float)
    costs = (traced.params, traced.macs, traced.peak_bytes(bytes_per_value), times)
    return [
        SpaceRow(config.variant, config.width_rule, *pair, *cost)
        for pair, cost in zip(
            product(widths, sizes),
            zip(*(values.ravel().tolist() for values in costs), strict=True),
            strict=True,
        )
    ]


def _size(size: Resolution) -> Resolution:
    return SIZE.check("resolution", size)


def _check(
    networks: Sequence[str] | None,
    rules: Sequence[str] | None,
    ridge: float,
    precision: str,
    chosen: Choices,
) -> None:
    for field, value, allowed in (
        *(("network", key, tuple(ZOO)) for key in networks or ()),
        *((RULE, rule, RULES) for rule in rules or ()),
        ("precision", precision, tuple(BYTES)),
        *(("option", name, CHOSEN) for name in chosen),
    ):
        if value not in allowed:
            raise ConfigError(field, value, one_of(allowed))
    RIDGE.check("ridge", ridge)
