"""Networks after V3 and their relatives against timm and torchvision: counts, outputs, levels."""

import pytest
import timm
import torch
import torchvision
from test_zoo_against_libraries import convolutions_of, counted
from torch import nn

import viz
from viz.net.names import meaning
from viz.net.operations import CONVOLUTIONS
from viz.pytorch.modules import build_trace

EDGETPUS = [f"mobilenet_edgetpu_v2_{size}" for size in ("xs", "s", "m", "l")]
NAMES = [
    *(f"mnasnet_{percent}" for percent in ("050", "075", "100", "140", "small")),
    *(f"semnasnet_{percent}" for percent in ("050", "075", "100", "140")),
    "spnasnet_100",
    "fbnetc_100",
    *(f"efficientnet_b{number}" for number in range(5)),
    *(f"efficientnet_lite{number}" for number in range(5)),
    "mobilenetv1_100h",
    "mobilenetv2_110d",
    "mobilenetv2_120d",
    *(
        f"mobilenetv4_conv_{size}"
        for size in ("small_035", "small_050", "small", "medium", "large")
    ),
    *(f"mobilenetv4_hybrid_{size}" for size in ("medium_075", "medium", "large_075", "large")),
    "mobilenet_edgetpu_100",
    *EDGETPUS,
    *(f"lcnet_{percent}" for percent in ("035", "050", "075", "100", "150")),
]
SIDES = (96, 160, 225)  # each network at its own side, and at one of these in turn


@pytest.fixture(autouse=True)
def _products_are_counted():
    """timm's attention as products: fused into one function, torch's counter does not see it."""
    timm.layers.set_fused_attn(False)
    yield
    timm.layers.set_fused_attn(True)


def traced_as(name, **chosen):
    """Our trace under timm's rule, at timm's name for the network."""
    key, options = meaning(name)
    rule = {"width_rule": options.get("width_rule", "timm")}
    return viz.trace(key, **options | rule | chosen)


@pytest.mark.parametrize(("number", "name"), enumerate(NAMES))
def test_counts_are_timms_at_two_sizes(number, name):
    with torch.device("meta"):
        theirs = timm.create_model(name)
    own = viz.ZOO[meaning(name)[0]].resolution
    for side in (SIDES[number % len(SIDES)], own):
        traced = traced_as(name, resolution=side)
        assert (traced.params, traced.macs) == counted(theirs, side), side


def carried(theirs: nn.Module, ours: nn.Module) -> None:
    """Put their weights into our module in order, with statistics unlike the first ones."""
    for name, factors in theirs.named_parameters():
        if name.endswith("gamma"):  # of layer scale: at its start it hides what lies before it
            factors.data.uniform_(0.5, 1.5)
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.8, 1.2)
    sides = (theirs.state_dict(), ours.state_dict())
    theirs_, ours_ = ([t for n, t in side.items() if "batches" not in n] for side in sides)
    for source, target in zip(theirs_, ours_, strict=True):
        target.copy_(source.view_as(target))


def assert_same_outputs(theirs: nn.Module, traced: viz.Trace) -> None:
    torch.manual_seed(0)
    ours = build_trace(traced).eval()
    carried(theirs.eval(), ours)
    image = torch.randn(2, *traced.operations[0].in_shape)
    with torch.no_grad():
        wanted, given = theirs(image), ours(image)
    assert (wanted - given).abs().max() <= 1e-5 * wanted.abs().max()


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_timms_with_timms_weights(name):
    assert_same_outputs(timm.create_model(name), traced_as(name, resolution=96))


@pytest.mark.parametrize("alpha", [0.5, 0.75, 1.0, 1.3])
def test_mnasnet_is_torchvisions(alpha):
    theirs = torchvision.models.MNASNet(alpha)
    traced = viz.trace("mnasnet-b1", width=alpha, resolution=96)
    assert (traced.params, traced.macs) == counted(theirs, 96)
    assert_same_outputs(theirs, traced)


@pytest.mark.parametrize("number", range(5))
def test_efficientnet_is_torchvisions(number):
    theirs = getattr(torchvision.models, f"efficientnet_b{number}")()
    traced = viz.trace(f"efficientnet_b{number}", resolution=96)
    assert traced.config.width_rule == "torchvision"
    assert (traced.params, traced.macs) == counted(theirs, 96)
    assert_same_outputs(theirs, traced)


@pytest.mark.parametrize("limit", [8, 16])
@pytest.mark.parametrize(
    "name",
    [
        "mnasnet_100",
        "efficientnet_b0",
        "mobilenetv4_conv_medium",
        "mobilenet_edgetpu_v2_s",
        "lcnet_100",
    ],
)
def test_output_stride_is_timms(name, limit):
    with torch.device("meta"):
        theirs = timm.create_model(name, output_stride=limit, features_only=True)
    traced = traced_as(name, output_stride=limit)
    convs, _skips = convolutions_of(theirs)
    ours = [
        (op.kernel, op.stride, op.padding[0], op.dilation)
        for op in traced.operations
        if op.kind in CONVOLUTIONS
    ]
    assert ours[: len(convs)] == convs
