"""The posts' implementations: figures measured on their own code, and what follows from them."""

import pytest
import torch
import torchvision
from torch import nn

import viz
from viz.pytorch.modules import build

# Parameters and multiply-adds of weights at 224 pixels, measured by running the posts' code.
MEASURED = {
    ("post-000", 1.0): (4_096, 16_257_152),
    ("post-001-v2", 1.0): (3_504_872, 300_774_272),
    ("post-001-v2", 0.35): (750_280, 53_887_792),
    ("post-001-v2", 0.5): (1_225_000, 91_474_240),
    ("post-001-v2", 0.75): (2_238_984, 204_986_592),
    ("post-001-v2", 1.3): (5_386_792, 509_374_560),
    ("post-002", 1.0): (3_505_960, 313_619_328),
    ("post-003-large", 1.0): (5_493_702, 219_799_200),
    ("post-003-large", 0.5): (1_733_046, 65_757_232),
    ("post-003-large", 0.75): (3_372_032, 143_230_040),
    ("post-003-small", 1.0): (3_112_766, 60_285_408),
    ("post-003-small", 0.5): (1_123_192, 19_976_432),
    ("post-003-small", 0.75): (2_015_430, 42_683_608),
    ("post-004", 1.0): (5_493_702, 219_799_200),
}
TORCHINFO = {
    "post-000": 16_257_232,
    "post-002": 313_654_504,
    "post-003-small": 61_915_742,
    "post-003-large": 224_431_494,
    "post-004": 224_431_494,
}


@pytest.mark.parametrize(("key", "width"), MEASURED)
def test_figures_are_those_of_the_posts_own_code(key, width):
    traced = viz.trace(key, width=width)
    assert (traced.params, traced.macs) == MEASURED[key, width]


@pytest.mark.parametrize("key", TORCHINFO)
def test_torchinfo_counts_what_it_counted_on_the_posts_own_code(key):
    import torchinfo

    statistics = torchinfo.summary(build(key), input_size=(1, 3, 224, 224), verbose=0)
    assert statistics.total_mult_adds == TORCHINFO[key]


def test_the_toy_gives_half_the_map_that_its_post_says():
    assert viz.trace("post-000").operations[-1].out_shape == (24, 56, 56)


def test_below_width_one_the_first_posts_v2_no_longer_fits_torchvisions_weights():
    theirs = torchvision.models.mobilenet_v2(width_mult=0.5)
    build("v2", width=0.5).load_state_dict(theirs.state_dict(), strict=True)
    with pytest.raises(RuntimeError, match="size mismatch"):
        build("post-001-v2", width=0.5).load_state_dict(theirs.state_dict(), strict=True)


def test_the_second_posts_extra_expansion_is_redundant():
    """With torchvision's weights and an identity in its place the outputs are torchvision's."""
    torch.manual_seed(0)
    theirs = torchvision.models.mobilenet_v2().eval()
    ours = build("post-002").eval()
    renamed = {}
    for name, value in theirs.state_dict().items():
        name = name.replace("classifier.1", "classifier.0")  # there is no dropout
        for last in (2, 1, 0):  # one place further, for the expansion comes first
            name = name.replace(f"features.1.conv.{last}.", f"features.1.conv.{last + 1}.")
        renamed[name] = value
    missing, unexpected = ours.load_state_dict(renamed, strict=False)
    assert unexpected == []
    assert {name.rpartition(".")[0] for name in missing} == {
        "features.1.conv.0.0",
        "features.1.conv.0.1",
    }
    expansion = ours.get_submodule("features.1.conv.0")
    with torch.no_grad():
        expansion.get_submodule("0").weight.copy_(torch.eye(32)[:, :, None, None])
    norm = expansion.get_submodule("1")
    assert isinstance(norm, nn.BatchNorm2d)
    norm.eps = 0.0
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(ours(image), theirs(image))


def test_tensorflows_padding_is_on_the_far_side():
    operations = viz.trace("post-004").operations
    strided = {op.kernel: op.padding for op in operations if op.stride == 2}
    assert strided == {3: (0, 1), 5: (1, 2)}


def test_the_fourth_post_gives_probabilities():
    with torch.no_grad():
        out = build("post-004", resolution=32).eval()(torch.randn(2, 3, 32, 32))
    torch.testing.assert_close(out.sum(1), torch.ones(2))


def test_the_third_post_cuts_squeeze_widths_off():
    from viz.facts.tables import block_rows

    facts = block_rows(viz.trace("post-003-small"))
    squeezes = [block.squeeze for block in facts if block.squeeze]
    assert squeezes == [4, 24, 60, 60, 30, 36, 72, 144, 144, 144]
