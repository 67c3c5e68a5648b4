"""How printed figures agree, and what other tools count."""

import ptflops
import pytest
import torchvision

import viz
from viz.facts.checks import DIFFERS, agreement, claim_rows, counting_rows, parameter_counts
from viz.net.zoo import ZOO


@pytest.mark.parametrize(
    ("printed", "computed", "how"),
    [
        (569, 568.740352, "rounded"),
        (290, 290.679808, "cut off"),
        (150, 149.497088, "rounded up"),
        (5.4, 5.451272, "cut off"),
        (2.54, 2.542856, "rounded"),
        (575, 568.740352, DIFFERS),
    ],
)
def test_agreement_is_judged_at_the_printed_digits(printed, computed, how):
    assert agreement(printed, computed) == how


def test_every_row_that_differs_gives_a_reason():
    for row in claim_rows([key for key in ZOO if ZOO[key].claims]):
        if DIFFERS in (row["params_agreement"], row["macs_agreement"]):
            assert row["reason"], row


# fvcore 0.1.5 (FlopCountAnalysis.total) on torchvision's networks; torchinfo 1.8.0 on the same.
FVCORE = {"v2": 314_193_216, "v3-large": 226_033_824, "v3-small": 59_649_536}
TORCHINFO = {"v2": 300_809_384, "v3-large": 216_621_520, "v3-small": 56_527_424}


@pytest.mark.parametrize("key", FVCORE)
def test_other_tools_totals_come_out(key):
    totals = {row["tool"]: row["total"] for row in counting_rows(viz.trace(key))}
    assert totals["fvcore"] == FVCORE[key]
    assert totals["torchinfo mult-adds"] == TORCHINFO[key]


PTFLOPS = {"v3-large": 231_316_416, "v3-small": 60_910_032}


@pytest.mark.parametrize("key", PTFLOPS)
def test_ptflops_total_comes_out(key):
    assert (
        ptflops_total(getattr(torchvision.models, f"mobilenet_{key.replace('-', '_')}")())
        == (PTFLOPS[key])
    )
    assert counting_rows(viz.trace(key))[-1]["total"] == PTFLOPS[key]


# Not post-004: ptflops leaves out its convolutions with uneven padding, whose class it cannot know.
@pytest.mark.parametrize("key", [key for key in ZOO if key != "post-004"])
def test_ptflops_terms_come_out_for_every_network(key):
    assert ptflops_total(viz.build(key)) == counting_rows(viz.trace(key))[-1]["total"]


def test_torchvisions_v2_pools_once_for_ptflops():
    row = counting_rows(viz.trace("v2"))[-1]
    total = ptflops_total(torchvision.models.mobilenet_v2())
    assert total == row["total"] - row["pooling"] // 2


def ptflops_total(module):
    total, _params = ptflops.get_model_complexity_info(
        module, (3, 224, 224), as_strings=False, print_per_layer_stat=False, backend="pytorch"
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
