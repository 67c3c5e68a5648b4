"""Aligned pairs, differences, sweeps and rounded channels."""

import itertools
from dataclasses import replace

import pytest
import torchvision
from torchvision.ops import SqueezeExcitation

import viz
from viz.facts.changes import changes
from viz.facts.compare import align, running_rows, total_rows
from viz.facts.sweep import channel_rows, low_squeeze, staircase, sweep
from viz.net.blocks import Bneck, FullConv, Stem
from viz.net.heads import Classifier, Pool

PAIRS = list(itertools.combinations(viz.ZOO, 2))


@pytest.mark.parametrize("pair", PAIRS)
def test_every_block_appears_once_and_in_order(pair):
    a, b = map(viz.trace, pair)
    pairs = align(a, b)
    for traced, side in ((a, "left"), (b, "right")):
        found = [getattr(p, side).block for p in pairs if getattr(p, side)]
        assert found == [block.index for block in traced.blocks]
    ends = [traced.blocks[-1].stage for traced in (a, b)]
    both = [(p.left.stage, p.right.stage) for p in pairs if p.left and p.right]
    assert all(left == right or [left, right] == ends for left, right in both)


def test_a_stage_of_conv_bneck_conv_loses_no_block(monkeypatch):
    rows = (
        Stem(16, "relu"),
        FullConv(24, "relu", 2),
        Bneck(3, 48, 24, False, "relu", 1),
        FullConv(24, "relu", 1),
        Pool(),
        Classifier(),
    )
    odd = replace(viz.ZOO["v3-small"], key="odd", name="odd", rows=rows, options=())
    monkeypatch.setitem(viz.ZOO, "odd", odd)
    for left, right in (("odd", "v3-small"), ("v2", "odd"), ("odd", "odd")):
        pairs = align(viz.trace(left), viz.trace(right))
        assert [p.left.block for p in pairs if p.left] == list(range(len(viz.trace(left).blocks)))
        assert [p.right.block for p in pairs if p.right] == list(
            range(len(viz.trace(right).blocks))
        )
    assert not any(pair.differing for pair in align(viz.trace("odd"), viz.trace("odd")))


def test_a_network_does_not_differ_from_itself(network):
    traced = viz.trace(network)
    assert not any(pair.differing for pair in align(traced, traced))


def test_large_against_small_differ_where_the_papers_tables_do():
    """Rows 4 and 7 of Table 1 stand against rows 2 and 4 of Table 2."""
    pairs = {p.left.block: p for p in align(viz.trace("v3-large"), viz.trace("v3-small")) if p.left}
    assert pairs[4].differing == {"kernels", "channels_in", "channels_out", "squeeze"}
    assert pairs[7].right.kernel == 5
    assert pairs[7].left.squeeze == 0
    assert "activation" not in pairs[7].differing


def test_width_changes_channels_only():
    pairs = align(viz.trace("v2"), viz.trace("v2", width=0.5))
    changed = set().union(*(pair.differing for pair in pairs))
    assert changed == {"channels_in", "expanded", "channels_out"}


def test_totals_give_difference_and_ratio():
    rows = {row.name: row for row in total_rows(viz.trace("v2"), viz.trace("v2", width=0.5))}
    assert rows["params"].difference == 1_968_680 - 3_504_872
    assert rows["macs"].ratio == pytest.approx(97_131_840 / 300_774_272)


def test_running_totals_end_at_the_total(network):
    traced = viz.trace(network)
    last = running_rows(traced)[-1]
    assert (last.share, last.params, last.macs) == (1.0, traced.params, traced.macs)


def test_sweep_gives_torchvisions_parameters():
    rows = sweep(["v3-small"], [0.5, 0.75], rules=["torchvision"])
    for row in rows:
        model = torchvision.models.mobilenet_v3_small(width_mult=row.width)
        assert row.params == sum(p.numel() for p in model.parameters())


def test_sweep_leaves_out_rules_that_a_network_lacks():
    rows = sweep(["v1", "v2"], [1.0], rules=["torchvision", "keras"])
    assert [(row.variant, row.rule) for row in rows] == [
        ("v1", "keras"),
        ("v2", "torchvision"),
        ("v2", "keras"),
    ]


def test_staircase_marks_where_the_tenth_lifts_the_step():
    lifted = {row.wanted: row.given for row in staircase(8, 24) if row.lifted}
    assert lifted[11.0] == 16
    assert lifted[18.0] == 24
    assert 12.0 not in lifted


def test_channel_rows_are_what_the_network_has(network):
    rows = channel_rows(viz.configure(network, width=0.5))
    stem = rows[0]
    paper = viz.ZOO[network].rows[0].out
    assert (stem.paper, stem.wanted) == (paper, paper / 2)
    assert all(row.change == row.given / row.wanted - 1 for row in rows)


def test_at_width_one_nothing_is_rounded(network):
    rows = channel_rows(viz.configure(network))
    assert rows
    assert all(row.given == row.paper for row in rows)


def test_changes_are_those_that_the_papers_tables_show():
    found = {c.what: (c.left, c.right) for c in changes(viz.trace("v2"), viz.trace("v3-large"))}
    assert found["blocks"] == ("17 bneck", "15 bneck")
    assert found["blocks with SE"] == ("none", "8 of 15")
    assert found["kernels above 3×3"] == ("none", "6 of 15")
    assert found["stem channels"] == ("32", "16")
    assert found["last layers before the classifier"] == ("1280", "960 and 1280")
    assert not changes(viz.trace("v2"), viz.trace("v2", resolution=96))


def test_compare_takes_names_networks_and_traces():
    both = viz.compare("v2", viz.ZOO["v3-small"], width=0.5)
    assert both.totals[0].left == viz.trace("v2", width=0.5).params
    assert both.totals[0].right == viz.trace("v3-small", width=0.5).params
    left, right = viz.trace("v2", width=0.35), viz.trace("v2", width=1.4)
    assert (viz.compare(left, right).left, viz.compare(left, right).right) == (left, right)


def test_compare_changes_no_trace():
    with pytest.raises(viz.ConfigError, match=r"width is 0\.5, but must be left out"):
        viz.compare(viz.trace("v2"), "v1", width=0.5)


def test_a_squeeze_far_below_its_request_is_a_quarter_of_rounded_channels():
    """18 are asked for of V3-Large at 0.75, and torchvision gives 16: 56 / 4 = 14, rounded."""
    config = viz.configure("v3-large", width=0.75)
    rows = channel_rows(config)
    assert any(row.part == "SE squeeze" and (row.wanted, row.given) == (18, 16) for row in rows)
    assert low_squeeze(rows, config.divisor) == (56, 16)
    theirs = torchvision.models.mobilenet_v3_large(width_mult=0.75)
    excitation = next(m for m in theirs.modules() if isinstance(m, SqueezeExcitation))
    assert (excitation.fc1.in_channels, excitation.fc1.out_channels) == (56, 16)
    assert low_squeeze(channel_rows(viz.configure("v2", width=0.75)), 8) is None
