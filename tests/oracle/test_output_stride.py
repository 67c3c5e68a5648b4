"""Output stride and small inputs, against timm's features and against modules changed by hand."""

import pytest
import timm
import torch
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import viz

NAMES = (
    "mobilenetv1_100",
    "mobilenetv2_050",
    "mobilenetv3_large_075",
    "mobilenetv3_small_100",
    "mobilenetv4_conv_small",
    "mobilenetv4_conv_large",
    "mobilenetv4_hybrid_medium",
    "mobilenetv4_hybrid_large",
    "mobilenet_edgetpu_v2_s",
    "efficientnet_b0",
    "mnasnet_100",
    "fbnetc_100",
    "lcnet_100",
)


def convolutions(module):
    """Dilation of a 1x1 convolution does nothing: timm sets it, we do not."""
    found = [m for m in module.modules() if isinstance(m, nn.Conv2d)]
    return [
        (
            m.kernel_size[0],
            m.stride[0],
            m.dilation[0] if m.kernel_size[0] > 1 else 1,
            m.in_channels,
            m.out_channels,
            m.groups,
        )
        for m in found
    ]


@pytest.mark.parametrize("output_stride", [8, 16, 32])
@pytest.mark.parametrize("name", NAMES)
def test_strides_and_dilations_are_timms(name, output_stride):
    theirs = timm.create_model(name, features_only=True, output_stride=output_stride).eval()
    rule = {"width_rule": "timm"} if name == "efficientnet_b0" else {}  # torchvision's name too
    traced = viz.trace(name, resolution=224, output_stride=output_stride, **rule)
    ours = [
        (op.kernel, op.stride, op.dilation, op.in_shape[0], op.out_shape[0], op.groups)
        for op in traced.operations
        if op.kernel
    ]
    wanted = convolutions(theirs)
    assert ours[: len(wanted)] == wanted
    skips = sum(bool(getattr(m, "has_skip", False)) for m in theirs.modules())
    assert sum(block.facts.residual for block in traced.blocks) == skips
    with torch.no_grad():
        last = theirs(torch.zeros(1, 3, 224, 224))[-1]
    assert (traced.taps[-1].channels, traced.taps[-1].height) == tuple(last.shape[1:3])


@pytest.mark.parametrize("variant", ["v3-large", "v3-small"])
@pytest.mark.parametrize("rule", ["torchvision", "timm", "slim"])
def test_dilated_is_an_output_stride_of_16(variant, rule):
    dilated = viz.trace(variant, width_rule=rule, dilated=True)
    assert viz.trace(variant, width_rule=rule, output_stride=16).operations == dilated.operations
    both = viz.trace(variant, width_rule=rule, output_stride=8, dilated=True)
    assert both.operations == viz.trace(variant, width_rule=rule, output_stride=8).operations


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize(
    ("variant", "make"),
    [
        ("v2", torchvision.models.mobilenet_v2),
        ("v3-large", torchvision.models.mobilenet_v3_large),
        ("v3-small", torchvision.models.mobilenet_v3_small),
    ],
)
def test_a_small_input_is_torchvisions_with_two_strides_set_to_one(variant, make, size):
    model = make(num_classes=10).eval()
    for layer in [m for m in convolved(model) if m.stride == (2, 2)][:2]:
        layer.stride = (1, 1)
    traced = viz.trace(variant, small_input=True, resolution=size, classes=10)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(1, 3, size, size))
        last = model.features(torch.zeros(1, 3, size, size))
    assert traced.macs * 2 + 2 * _of_features(traced) == counter.get_total_flops()
    assert last.shape[-1] == size // 8
    ours = viz.build(variant, small_input=True, resolution=size, classes=10)
    assert ours.state_dict().keys() == model.state_dict().keys()


def convolved(model):
    return [m for m in model.modules() if isinstance(m, nn.Conv2d)]


def _of_features(traced):
    """MACs before pooling: the second call ran these alone."""
    pool = next(i for i, op in enumerate(traced.operations) if op.path == "avgpool")
    from viz.net.cost import macs

    return sum(map(macs, traced.operations[:pool]))


def test_v1_for_small_images_keeps_their_size_at_first():
    traced = viz.trace("v1", small_input=True, resolution=32)
    assert [block.out_shape[1] for block in traced.blocks[:4]] == [32, 32, 32, 32]
    assert traced.taps[-1].stride == 8


@pytest.mark.parametrize("value", [4, 12, 64, "x"])
def test_another_stride_is_refused_in_one_sentence(value):
    with pytest.raises(viz.ConfigError, match=r"output_stride is .* must be one of 8, 16, 32"):
        viz.trace("v2", output_stride=value)
