"""The data against libraries: torchvision, timm and, for TF-slim and Keras, recorded figures."""

import pytest
import timm
import timm.models.efficientnet as timm_efficientnet
import timm.models.mobilenetv3 as timm_v3
import torch
import torchvision
from lists import some_of
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.net.notes import notes_of
from viz.net.operations import CONVOLUTIONS
from viz.pytorch.modules import build

WIDTHS = (0.1, 0.14, 0.25, 0.3, 0.35, 0.5, 0.6, 0.75, 0.85, 1.0, 1.15, 1.25, 1.3, 1.4, 1.67, 2.0)
V3_OPTIONS = [
    {},
    {"reduced_tail": True},
    {"dilated": True},
    {"reduced_tail": True, "dilated": True},
]


def counted(model: nn.Module, size: int = 64) -> tuple[int, int]:
    """Parameters and MACs as torch itself counts them."""
    model.eval()
    image = torch.zeros(1, 3, size, size, device=next(model.parameters()).device)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(image)
    return sum(p.numel() for p in model.parameters()), counter.get_total_flops() // 2


def torchvision_model(variant: str, width: float, options: dict[str, bool]) -> nn.Module:
    if variant == "v2":
        return torchvision.models.mobilenet_v2(width_mult=width)
    maker = {
        "v3-large": torchvision.models.mobilenet_v3_large,
        "v3-small": torchvision.models.mobilenet_v3_small,
    }[variant]
    return maker(width_mult=width, **options)


CASES = [("v2", {}), *[(v, o) for v in ("v3-large", "v3-small") for o in V3_OPTIONS]]


@pytest.mark.parametrize("width", [0.35, 1.0, 1.4])
@pytest.mark.parametrize(("variant", "options"), CASES)
def test_weights_and_outputs_are_interchangeable_with_torchvision(variant, options, width):
    torch.manual_seed(0)
    theirs = torchvision_model(variant, width, options).eval()
    ours = build(variant, width=width, resolution=64, **options).eval()
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(ours(image), theirs(image))


# Each network at every width; with options, at a quarter of them, each time another one.
COUNTED = [
    (variant, options, width)
    for number, (variant, options) in enumerate(CASES)
    for width in (WIDTHS[number % 4 :: 4] if options else WIDTHS)
]


@pytest.mark.parametrize(("variant", "options", "width"), some_of(COUNTED, COUNTED[::3]))
def test_torchvision_rule_counts_what_torchvision_counts(variant, options, width):
    with torch.device("meta"):
        theirs = torchvision_model(variant, width, options)
    traced = viz.trace(variant, width=width, resolution=64, width_rule="torchvision", **options)
    assert (traced.params, traced.macs) == counted(theirs)


@pytest.mark.parametrize("divisor", [1, 3, 16, 32])
@pytest.mark.parametrize("width", [0.1, 0.35, 1.0, 1.4])
def test_divisor_of_v2_is_torchvisions_round_nearest(divisor, width):
    with torch.device("meta"):
        theirs = torchvision.models.mobilenet_v2(width_mult=width, round_nearest=divisor)
    traced = viz.trace("v2", width=width, resolution=64, divisor=divisor)
    assert (traced.params, traced.macs) == counted(theirs)


def timm_model(variant: str, width: float, *, minimalistic: bool) -> nn.Module:
    if variant == "v1":
        return timm_efficientnet._gen_mobilenet_v1("mobilenetv1_100", width)
    if variant == "v2":
        return timm_efficientnet._gen_mobilenet_v2("mobilenetv2_100", width)
    size = variant.removeprefix("v3-")
    kind = "minimal_" if minimalistic else ""
    return timm_v3._gen_mobilenet_v3(f"mobilenetv3_{size}_{kind}100", width)


@pytest.mark.parametrize(
    ("variant", "minimalistic", "width"),
    [
        *((key, 0, width) for key in ("v1", "v2", "v3-large", "v3-small") for width in WIDTHS),
        *(("v3-large", 1, width) for width in WIDTHS[::3]),
        *(("v3-small", 1, width) for width in WIDTHS[1::3]),
    ],
)
def test_timm_rule_counts_what_timm_counts(variant, minimalistic, width):
    with torch.device("meta"):
        theirs = timm_model(variant, width, minimalistic=bool(minimalistic))
    options = {"minimalistic": True} if minimalistic else {}
    traced = viz.trace(variant, width=width, resolution=64, width_rule="timm", **options)
    assert (traced.params, traced.macs) == counted(theirs)


def _dilation(conv):
    return conv.dilation[0] if conv.kernel_size[0] > 1 else 1  # of one pixel nothing is dilated


def convolutions_of(model):
    """Kernel, stride, padding and dilation of every convolution, and whether blocks add."""
    convs = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    return (
        [(c.kernel_size[0], c.stride[0], c.padding[0], _dilation(c)) for c in convs],
        [m.has_skip for m in model.modules() if hasattr(m, "has_skip")],
    )


@pytest.mark.parametrize("width", [0.1, 0.35, 1.0])
@pytest.mark.parametrize("variant", ["v3-large", "v3-small"])
def test_dilated_under_timms_rule_is_timms_output_stride_of_16(variant, width):
    size = variant.removeprefix("v3-")
    with torch.device("meta"):
        theirs = timm_v3._gen_mobilenet_v3(
            f"mobilenetv3_{size}_100", width, output_stride=16, features_only=True
        )
    traced = viz.trace(variant, width=width, width_rule="timm", dilated=True)
    last = next(b.index for b in traced.blocks if b.kind == "last conv")
    ours = [op for op in traced.operations if op.kind in CONVOLUTIONS and op.block <= last]
    convs, skips = convolutions_of(theirs)
    assert [(op.kernel, op.stride, op.padding[0], op.dilation) for op in ours] == convs
    blocks = [block for block in traced.blocks if block.kind == "bneck"]
    assert [block.facts.residual for block in blocks] == skips[: len(blocks)]
    assert notes_of(traced.config) == []


def test_timm_and_slim_dilate_from_the_block_after_the_one_that_lost_its_stride():
    for rule, first in (("timm", 14), ("slim", 14), ("torchvision", 13)):
        traced = viz.trace("v3-large", width_rule=rule, dilated=True)
        assert [b.index for b in traced.blocks if b.facts.dilation > 1] == list(range(first, 16))


@pytest.mark.parametrize(
    ("network", "chosen", "block", "skips"),
    [
        ("v3-small", {"width_rule": "slim", "reduced_tail": True}, 9, True),
        ("v3-small", {"width_rule": "torchvision", "reduced_tail": True}, 9, False),
        ("v3-large", {"width_rule": "timm", "width": 0.1}, 13, True),
        ("v3-large", {"width_rule": "torchvision", "width": 0.1}, 13, False),
    ],
)
def test_a_stride_that_became_dilation_counts_as_one_for_slim_and_timm(
    network, chosen, block, skips
):
    found = viz.trace(network, dilated=True, **chosen).blocks[block]
    assert found.channels_in == found.channels_out
    assert found.facts.residual is skips


RULE_NORMS = [
    ("mobilenetv1_100", "v1"),
    ("mobilenetv2_100", "v2"),
    ("mobilenetv3_large_100", "v3-large"),
]


@pytest.mark.parametrize(("name", "key"), RULE_NORMS)
def test_batch_norms_constants_are_the_librarys(name, key):
    with torch.device("meta"):
        theirs = next(m for m in timm.create_model(name).modules() if isinstance(m, nn.BatchNorm2d))
    norm = viz.configure(key, width_rule="timm").norm
    assert (norm.eps, norm.momentum) == (theirs.eps, theirs.momentum)
