"""The networks against what papers and libraries print, and against other people's counts."""

import math

import pytest

import viz
from viz.net.config import configure
from viz.net.trace import trace_config
from viz.net.zoo import ZOO

CLAIMS = [(key, claim) for key, network in ZOO.items() for claim in network.claims]


def digits_of(printed: float) -> int:
    """Decimals of a printed figure in millions (4.2 -> 1, 569 -> 0)."""
    text = f"{printed:.6f}".rstrip("0")
    return len(text.partition(".")[2])


def agrees(printed: float | None, counts: list[float]) -> bool:
    """Whether a print is one of the counts, rounded, cut off or rounded up at its last digit."""
    if printed is None:
        return True
    unit = 10.0 ** -digits_of(printed)
    near = unit * (1 + 1e-9)
    return any(math.isclose(printed, c, abs_tol=near) for c in counts)


def variants_of(traced: viz.Trace) -> list[float]:
    """Parameter counts in use, in millions: weights, learnable, with statistics, slim's own."""
    norms = sum(op.out_shape[0] for op in traced.operations if op.kind == "norm")
    biases = sum(op.out_shape[0] for op in traced.operations if op.bias)
    learnable = traced.params
    weights = learnable - 2 * norms - biases
    features = traced.operations[-1].in_shape[0]
    slim = weights + 3 * norms + biases + features + 1  # 1001 classes, three BN vectors
    return [n / 1e6 for n in (weights, learnable, learnable + 2 * norms, slim)]


@pytest.mark.parametrize(
    ("key", "claim"),
    [pytest.param(k, c, id=f"{k} {c.width} {c.resolution} {c.table}") for k, c in CLAIMS],
)
def test_printed_figures_come_out_where_they_are_usable(key, claim):
    options = dict.fromkeys(claim.options, True)
    rules = [rule.name for rule in ZOO[key].rules]
    rule = claim.rule if claim.rule in rules else rules[0]
    config = configure(
        key,
        width=claim.width,
        resolution=claim.resolution,
        width_rule=rule,
        depth=claim.depth,
        **options,
    )
    traced = trace_config(config)
    macs = traced.macs / 1e6
    biases = sum(op.out_shape[0] for op in traced.operations if op.bias) / 1e6
    weights = traced.params - 2 * sum(
        op.out_shape[0] for op in traced.operations if op.kind == "norm"
    )
    if claim.unit == "binary":
        reproduced = agrees(claim.params, [weights / 2**20]) and agrees(
            claim.macs / 1_000, [traced.macs / 2**30]
        )
    elif claim.unit == "G":
        reproduced = agrees(claim.params, variants_of(traced)) and agrees(
            claim.macs / 1_000, [macs / 1_000]
        )
    else:
        reproduced = agrees(claim.params, variants_of(traced)) and agrees(
            claim.macs, [macs, macs + biases]
        )
    assert reproduced or not claim.usable
    assert claim.usable or claim.note, "a figure that cannot be reproduced needs its reason"


# params, MACs at 224 of TF-slim with finegrain and of Keras: counted with their own code.
# Source: the width conventions measured for this project; to three decimals of a million.
SLIM = {
    ("v3-large", 0.35): (2.132, 39.47),
    ("v3-large", 0.5): (2.690, 69.25),
    ("v3-large", 0.75): (3.994, 154.56),
    ("v3-large", 1.25): (7.552, 355.22),
    ("v3-small", 0.35): (1.358, 12.82),
    ("v3-small", 0.5): (1.593, 21.05),
    ("v3-small", 0.75): (2.042, 43.40),
    ("v3-small", 1.25): (3.205, 90.80),
    ("v1", 0.75): (2.586, 325.40),
    ("v1", 0.5): (1.332, 149.50),
    ("v1", 0.25): (0.470, 41.03),
}


@pytest.mark.parametrize(("key", "width"), SLIM)
def test_slim_rule_counts_what_slim_counts(key, width):
    traced = viz.trace(key, width=width, width_rule="slim")
    params, macs = SLIM[key, width]
    assert traced.params / 1e6 == pytest.approx(params, abs=0.0005)
    assert traced.macs / 1e6 == pytest.approx(macs, abs=0.005)


DETECTION = {"v3-large": 3_517_192}


def test_slim_keeps_the_head_of_a_reduced_tail():
    traced = viz.trace("v3-large", width_rule="slim", reduced_tail=True)
    assert traced.params == DETECTION["v3-large"]


OUTPUT_STRIDE_16 = {"v3-large": 354_816_800, "v3-small": 106_509_216}


@pytest.mark.parametrize("rule", ["torchvision", "slim"])
@pytest.mark.parametrize("key", OUTPUT_STRIDE_16)
def test_dilation_costs_the_same_whoever_starts_it(key, rule):
    traced = viz.trace(key, dilated=True, width_rule=rule)
    assert traced.macs == OUTPUT_STRIDE_16[key]
