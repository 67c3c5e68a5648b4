"""Traces by arrays give what one trace after the other gives, to the last integer."""

import random
from dataclasses import replace

import pytest

from viz import ZOO, ConfigError, configure
from viz.facts.sweep import WIDTHS
from viz.hardware.roofline import FUSED, total_time, work_of
from viz.net.config import Config
from viz.net.lanes import grid
from viz.net.trace import Trace, trace_config

PAIRS = [(key, rule.name) for key, network in ZOO.items() for rule in network.rules]
OPTIONS = [
    ("v1", {"last_conv": True}),
    ("v2", {"output_stride": 8}),
    ("v3-large", {"reduced_tail": True, "dilated": True}),
    ("v3-small", {"minimalistic": True, "small_input": True, "divisor": 4}),
    ("efficientnet-b0", {"depth": 1.4, "classes": 0}),
    ("mobileone-s0", {"fused": True}),
    ("v4-hybrid-medium", {"output_stride": 16, "in_channels": 1}),
]


def time_of(traced: Trace) -> float:
    works = (work_of(op) for op in traced.operations if op.kind not in FUSED)
    return total_time(works, 39.7, 2)


def check(config: Config, widths: list[float], sizes: list, sampled: int) -> None:
    """Compare so many configurations of the grid with their own traces."""
    found = grid(config, widths, sizes)
    params, macs, peaks = found.params, found.macs, found.peak_bytes(1)
    times = found.values(time_of, float)
    places = [(row, column) for row in range(len(widths)) for column in range(len(sizes))]
    for row, column in random.Random(26).sample(places, sampled):
        here = replace(config, width=widths[row], resolution=sizes[column])
        one = trace_config(here)
        place = row, column
        by_arrays = params[place], macs[place], peaks[place]
        assert by_arrays == (one.params, one.macs, one.peak_bytes(1)), here.title
        assert times[place] == pytest.approx(time_of(one), rel=1e-12), here.title


def drawn(seed: str) -> tuple[list[float], list[int]]:
    """Random widths and resolutions: 200 configurations."""
    chance = random.Random(seed)
    widths = [round(chance.uniform(0.1, 2), 4) for _ in range(20)]
    return widths, [chance.randint(32, 520) for _ in range(10)]


@pytest.mark.parametrize(("key", "rule"), PAIRS)
def test_arrays_give_every_networks_costs_under_every_rule(key, rule):
    check(configure(key, width_rule=rule), *drawn(key + rule), sampled=6)


@pytest.mark.parametrize(("key", "chosen"), OPTIONS)
def test_arrays_follow_the_options(key, chosen):
    check(configure(key, **chosen), *drawn(key), sampled=6)


def test_widths_at_which_a_block_gains_or_loses_its_residual_are_parted():
    config = configure("v3-large", width_rule="timm")
    parts = grid(config, WIDTHS, [224]).parts
    operations = {len(part.trace.operations) for part in parts}
    assert len(operations) > 1
    assert sorted(row for part in parts for row in part.rows) == list(range(len(WIDTHS)))
    check(config, list(WIDTHS), [224], sampled=len(WIDTHS))


def test_sizes_need_not_be_squares():
    check(configure("post-004"), [0.5, 1.0], [224, (97, 224), (224, 97), (31, 33)], sampled=8)


def test_the_published_configurations_cost_the_same_by_arrays():
    for network in ZOO.values():
        for claim in network.claims[:4]:
            chosen = {"depth": claim.depth} if network.deepens else {}
            rule = claim.rule or network.claim_rule
            options = dict.fromkeys(claim.options, True)
            config = configure(network.key, width_rule=rule, **options, **chosen)
            check(config, [claim.width], [claim.resolution], sampled=1)


def test_a_size_at_which_a_map_vanishes_gets_the_same_sentence():
    config = configure("v1", width_rule="keras")
    with pytest.raises(ConfigError) as alone:
        trace_config(replace(config, resolution=1))
    with pytest.raises(ConfigError) as together:
        grid(config, [0.5, 1.0], [224, 1])
    assert str(together.value) == str(alone.value)


def test_a_design_that_is_too_large_gets_the_same_sentence():
    wide = "~".join(["v3-large", "stem.4096.relu.2", *["mb.6.4096.20.1"] * 20])
    config = configure("design", design=wide, resolution=32)
    with pytest.raises(ConfigError, match="M parameters; at most") as alone:
        trace_config(replace(config, width=2.0))
    with pytest.raises(ConfigError) as together:
        grid(config, [0.1, 2.0], [32])
    assert str(together.value) == str(alone.value)
