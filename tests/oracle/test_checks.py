"""How printed figures agree, and what other tools count."""

import math

import ptflops
import pytest
import thop
import torch
import torchvision

import viz
from viz.facts.checks import DIFFERS, agreement, claim_rows, counting_rows, parameter_counts
from viz.net.zoo import ZOO


@pytest.mark.parametrize(
    ("printed", "computed", "how"),
    [
        (569, 568.740352, "rounded"),
        (290, 290.679808, "rounded down"),
        (150, 149.497088, "rounded up"),
        (5.4, 5.451272, "rounded down"),
        (2.54, 2.542856, "rounded"),
        (575, 568.740352, DIFFERS),
    ],
)
def test_agreement_is_judged_at_the_printed_digits(printed, computed, how):
    assert agreement(printed, computed) == how


def test_every_row_that_differs_gives_a_reason():
    for row in claim_rows([key for key in ZOO if ZOO[key].claims]):
        if DIFFERS in (row.params_agreement, row.macs_agreement):
            assert row.reason, row


# fvcore 0.1.5 (FlopCountAnalysis.total) on torchvision's networks; torchinfo 1.8.0 on the same.
FVCORE = {"v2": 314_193_216, "v3-large": 226_033_824, "v3-small": 59_649_536}
TORCHINFO = {"v2": 300_809_384, "v3-large": 216_621_520, "v3-small": 56_527_424}


@pytest.mark.parametrize("key", FVCORE)
def test_other_tools_totals_come_out(key):
    totals = {row.tool: row.total for row in counting_rows(viz.trace(key))}
    assert totals["fvcore"] == FVCORE[key]
    assert totals["torchinfo mult-adds"] == TORCHINFO[key]


PTFLOPS = {"v3-large": 231_316_416, "v3-small": 60_910_032}


@pytest.mark.parametrize("key", PTFLOPS)
def test_ptflops_total_comes_out(key):
    assert (
        ptflops_total(getattr(torchvision.models, f"mobilenet_{key.replace('-', '_')}")())
        == (PTFLOPS[key])
    )
    assert row_of("ptflops", key).total == PTFLOPS[key]


def row_of(tool, key, **chosen):
    return next(r for r in counting_rows(viz.trace(key, **chosen)) if r.tool == tool)


def test_ptflops_terms_come_out_for_every_network(network):
    """Of our own module, which pools with a module where torchvision's V2 uses a function."""
    row, traced = row_of("ptflops", network), viz.trace(network)
    pooled = sum(math.prod(op.in_shape) for op in traced.operations if op.kind == "pool")
    again = {"": 0, "function": 1, "mean": 2}[ZOO[network].functional_pool] * pooled
    side = ZOO[network].resolution
    assert ptflops_total(viz.build(network), side) == row.total + again


@pytest.mark.parametrize("rule", ["keras", "slim"])
def test_ptflops_sees_every_layer_under_tensorflows_padding(rule):
    module = viz.build("v3-small", width_rule=rule)
    assert ptflops_total(module) == row_of("ptflops", "v3-small", width_rule=rule).total


def test_ptflops_row_is_what_it_prints_for_torchvisions_v2():
    chosen = {"width": 0.35, "resolution": 97, "classes": 1, "divisor": 4}
    theirs = torchvision.models.mobilenet_v2(width_mult=0.35, round_nearest=4, num_classes=1)
    assert ptflops_total(theirs, 97) == row_of("ptflops", "v2", **chosen).total == 14_705_481
    theirs = torchvision.models.mobilenet_v2()
    assert ptflops_total(theirs) == row_of("ptflops", "v2").total


THOP = {
    "v2": torchvision.models.mobilenet_v2,
    "v3-large": torchvision.models.mobilenet_v3_large,
    "v3-small": torchvision.models.mobilenet_v3_small,
    "mnasnet-b1": torchvision.models.mnasnet1_0,
}


@pytest.mark.parametrize("key", ["v3-small", "mnasnet-b1"])
def test_ptflops_row_is_what_it_prints_for_torchvisions_networks(key):
    assert ptflops_total(THOP[key]()) == row_of("ptflops", key).total


def test_a_rule_without_a_class_of_torchvisions_is_counted_as_our_module():
    chosen = {"width": 0.35, "resolution": 97, "width_rule": "keras"}
    assert ptflops_total(viz.build("v2", **chosen), 97) == row_of("ptflops", "v2", **chosen).total


@pytest.mark.parametrize("key", THOP)
def test_thops_row_is_what_it_prints_for_torchvisions_networks(key):
    total, _params = thop.profile(THOP[key]().eval(), (torch.zeros(1, 3, 224, 224),), verbose=False)
    assert row_of("thop 0.1.1", key).total == total


def test_thops_terms_come_out_for_every_network(network):
    side = ZOO[network].resolution
    total, _params = thop.profile(
        viz.build(network).eval(), (torch.zeros(1, 3, side, side),), verbose=False
    )
    row = row_of("thop 0.1.1", network)
    if not ZOO[network].functional_pool:
        assert row.total == total
    else:
        assert row.pooling == 0 < total - row.total


# What thop printed when it was run on torchvision's networks.
# 0.0.31.post1909230639
OLD_THOP = [
    ("thop 0.0.31, 2019", "v2", {}, 328_765_728),
    ("thop 0.0.31, 2019", "v2", {"width": 1.4}, 622_280_512),
    ("thop 0.0.31, 2019", "v3-large", {}, 237_350_048),
    ("thop 0.0.31, 2019", "v3-small", {}, 64_092_632),
    # 0.0.31.post2001170342
    ("thop 0.0.31, 2020", "v2", {"width": 1.4}, 603_134_720),
    ("thop 0.0.31, 2020", "v3-large", {}, 228_552_704),
]


@pytest.mark.parametrize(("tool", "key", "chosen", "total"), OLD_THOP)
def test_what_older_versions_of_thop_printed(tool, key, chosen, total):
    # It summed in single precision, where neighbours are 16 to 64 apart.
    assert row_of(tool, key, **chosen).total == pytest.approx(total, abs=64)


def test_the_figure_of_thop_that_people_ask_about():
    assert f"{row_of('thop 0.0.31, 2020', 'v2', width=1.4).total / 1e6:.2f}" == "603.13"


def ptflops_total(module, side=224):
    total, _params = ptflops.get_model_complexity_info(
        module, (3, side, side), as_strings=False, print_per_layer_stat=False, backend="pytorch"
    )
    return total


# Keras's count_params(), which includes moving averages; weights as TF-slim's README counts them.
KERAS_TOTALS = {"v1": 4_253_864, "v2": 3_538_984, "v3-large": 5_507_432, "v3-small": 2_554_968}
WEIGHTS = {"v1": 4_209_088, "v2": 3_469_760, "v3-large": 5_451_272, "v3-small": 2_525_832}


@pytest.mark.parametrize("key", KERAS_TOTALS)
def test_parameters_by_every_convention(key):
    counts = parameter_counts(viz.trace(key))
    assert counts["with statistics"] == KERAS_TOTALS[key]
    assert counts["weights only"] == WEIGHTS[key]
