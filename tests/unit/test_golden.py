"""Figures measured by running other people's code: torchvision, timm, Keras, and the posts'.

Parameters and multiply-adds of convolution and linear weights, for one image of 224 pixels.
"""

import pytest

import viz
from viz.facts.checks import counting_rows
from viz.facts.tables import block_rows
from viz.net.channels import make_divisible

# (network, options) -> (parameters, MACs)
MEASURED = [
    ("v1", {}, 4_231_976, 568_740_352),
    ("v1", {"width": 0.75}, 2_585_560, 325_400_448),
    ("v1", {"width": 0.5}, 1_331_592, 149_497_088),
    ("v1", {"width": 0.25}, 470_072, 41_030_272),
    ("v2", {}, 3_504_872, 300_774_272),
    ("v2", {"classes": 5}, 2_230_277, 299_500_672),
    ("v2", {"width": 0.35}, 1_677_128, 59_285_808),
    ("v2", {"width": 0.5}, 1_968_680, 97_131_840),
    ("v2", {"width": 0.75}, 2_636_424, 209_069_792),
    ("v2", {"width": 1.3}, 5_386_792, 509_374_560),
    ("v2", {"width": 1.4}, 6_108_776, 582_195_824),
    ("v3-large", {}, 5_483_032, 216_589_760),
    ("v3-small", {}, 2_542_856, 56_510_400),
    ("v3-large", {"reduced_tail": True}, 2_569_352, 182_302_720),
    ("v3-small", {"reduced_tail": True}, 1_099_672, 43_763_584),
    ("v3-large", {"width": 0.5}, 1_734_576, 64_962_192),
    ("v3-large", {"width": 0.75}, 3_377_576, 140_033_816),
    ("v3-large", {"width": 1.25}, 8_164_744, 343_461_000),
    ("v3-small", {"width": 0.5}, 917_264, 18_970_736),
    ("v3-small", {"width": 0.75}, 1_653_920, 39_115_576),
    ("v3-small", {"width": 1.25}, 3_644_912, 88_155_944),
    ("v3-large", {"width": 0.75, "width_rule": "keras"}, 3_993_528, 154_560_624),
    ("v3-small", {"width": 0.75, "width_rule": "keras"}, 2_041_872, 43_399_344),
    ("v3-small", {"width": 1.25, "width_rule": "keras"}, 3_645_312, None),
    ("v3-large", {"minimalistic": True}, 3_924_288, 209_136_704),
    ("v3-small", {"minimalistic": True}, 2_044_736, 52_288_448),
]


@pytest.mark.parametrize(("network", "chosen", "params", "macs"), MEASURED)
def test_parameters_and_macs_are_those_measured(network, chosen, params, macs):
    traced = viz.trace(network, **chosen)
    assert traced.params == params
    assert macs is None or traced.macs == macs


# torchinfo's totals for the same: it adds batch norm's parameters and biases.
TORCHINFO = [
    ("v1", {}, 568_763_240),
    ("v1", {"width": 0.75}, 325_417_864),
    ("v1", {"width": 0.5}, 149_509_032),
    ("v1", {"width": 0.25}, 41_036_744),
    ("v2", {"classes": 5}, 299_534_789),
    ("v2", {"width": 0.35}, 59_300_888),
    ("v2", {"width": 0.5}, 97_151_384),
    ("v2", {"width": 0.75}, 209_097_432),
    ("v2", {"width": 1.3}, 509_419_816),
    ("v2", {"width": 1.4}, 582_244_760),
    ("v3-large", {"reduced_tail": True}, 182_327_360),
    ("v3-small", {"reduced_tail": True}, 43_776_208),
    ("v3-large", {"width": 0.5}, 64_978_752),
    ("v3-large", {"width": 0.75}, 140_058_008),
    ("v3-large", {"width": 1.25}, 343_500_544),
    ("v3-small", {"width": 0.5}, 18_979_856),
    ("v3-small", {"width": 0.75}, 39_128_744),
    ("v3-small", {"width": 1.25}, 88_177_088),
    ("post-001-v2", {"width": 0.35}, 53_901_208),
    ("post-001-v2", {"width": 0.5}, 91_492_504),
    ("post-001-v2", {"width": 0.75}, 205_013_592),
    ("post-003-small", {"width": 0.5}, 20_824_336),
    ("post-003-small", {"width": 0.75}, 44_052_966),
    ("post-003-large", {"width": 0.5}, 68_166_558),
    ("post-003-large", {"width": 0.75}, 146_969_624),
]


@pytest.mark.parametrize(("network", "chosen", "mult_adds"), TORCHINFO)
def test_torchinfos_totals_are_those_measured(network, chosen, mult_adds):
    totals = {row.tool: row.total for row in counting_rows(viz.trace(network, **chosen))}
    assert totals["torchinfo mult-adds"] == mult_adds


def test_v1_with_ordinary_convolutions_costs_eight_times_as_much():
    from viz.claims.costs import _with_standard_convolutions

    assert _with_standard_convolutions(viz.trace("v1")) == 4_867_293_184


@pytest.mark.parametrize(("resolution", "macs"), [(192, 418.1), (160, 290.7), (128, 186.4)])
def test_v1_at_lower_resolutions(resolution, macs):
    assert viz.trace("v1", resolution=resolution).macs / 1e6 == pytest.approx(macs, abs=0.05)


SMALL = [464, 744, 3864, 5416, 13736, 57264, 57264, 21968, 29800, 91848, 294096, 294096, 56448]
LARGE = [464, 464, 3440, 4440, 10328, 20992, 20992, 32080, 34760, 31992, 31992]
LARGE += [214424, 386120, 429224, 797360, 797360, 155520]
PER_BLOCK = {"v3-small": (SMALL, 1_615_848), "v3-large": (LARGE, 2_511_080)}


@pytest.mark.parametrize("network", PER_BLOCK)
def test_parameters_of_every_block_are_torchvisions(network):
    features, head = PER_BLOCK[network]
    params = [row.params for row in block_rows(viz.trace(network))]
    assert params[: len(features)] == features
    assert sum(params[len(features) :]) == head


ROUNDED = {
    11: 16,
    12: 16,
    18: 24,
    19: 24,
    20: 24,
    30: 32,
    36: 40,
    44: 48,
    60: 64,
    100: 104,
    116: 120,
}


@pytest.mark.parametrize(("wanted", "given"), ROUNDED.items())
def test_channels_round_as_measured(wanted, given):
    assert make_divisible(wanted) == given


# Expansion over input channels, row by row.
RATIOS = {
    "v3-large": [1, 4, 3, 3, 3, 3, 6, 2.5, 2.3, 2.3, 6, 6, 6, 6, 6],
    "v3-small": [1, 4.5, 3.67, 4, 6, 6, 3, 3, 6, 6, 6],
}


@pytest.mark.parametrize("network", RATIOS)
def test_expansion_is_no_constant_factor(network):
    from viz.facts.tables import block_rows

    facts = [block for block in block_rows(viz.trace(network)) if block.kind == "bneck"]
    ratios = [block.expanded / block.channels_in for block in facts]
    assert ratios == pytest.approx(RATIOS[network], abs=0.005)


@pytest.mark.parametrize(
    ("network", "blocks", "se", "swish", "five", "residual"),
    [("v3-large", 15, 8, 9, 6, 10), ("v3-small", 11, 9, 8, 8, 6), ("v2", 17, 0, 0, 0, 10)],
)
def test_blocks_are_as_many_as_were_counted(network, blocks, se, swish, five, residual):
    from viz.facts.tables import block_rows

    facts = [block for block in block_rows(viz.trace(network)) if block.kind == "bneck"]
    assert len(facts) == blocks
    assert sum(bool(block.squeeze) for block in facts) == se
    assert sum(block.activation == "hardswish" for block in facts) == swish
    assert sum(block.kernel == 5 for block in facts) == five
    assert sum(block.residual for block in facts) == residual


@pytest.mark.parametrize(
    ("network", "share"), [("v2", 0.365), ("v3-large", 0.458), ("v3-small", 0.635)]
)
def test_share_of_the_head_in_the_parameters(network, share):
    traced = viz.trace(network)
    head = [row for row in block_rows(traced) if len(row.out_shape) == 1]
    assert sum(row.params for row in head) / traced.params == pytest.approx(share, abs=0.0006)


# What the posts' code has over the library's, (parameters, MACs), block by block.
EXTRA = {
    ("post-002", "v2"): {1: (1_088, 12_845_056)},
    ("post-003-large", "v3-large"): {
        0: (16, 0),
        1: (336, 3_211_264),
        4: (-686, None),
        16: (960, 0),
    },
    ("post-003-small", "v3-small"): {5: (-1_404, None), 6: (-1_404, None), 7: (-194, None)},
}


@pytest.mark.parametrize("pair", EXTRA)
def test_differences_of_the_posts_sit_in_the_blocks_where_they_were_found(pair):
    ours, theirs = (block_rows(viz.trace(key)) for key in pair)
    for block, (params, macs) in EXTRA[pair].items():
        assert ours[block].params - theirs[block].params == params
        if macs is not None:
            assert ours[block].macs - theirs[block].macs == macs
