"""Residual blocks cost what torchvision's do, and their picture is to scale."""

import pytest
import torch
import torchvision
from counting import counted
from svg import Drawing

from viz.drawing.diagrams import Look, draw_residuals
from viz.lessons.residual import cost_rows, inverted_residual, resnet_bottleneck


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [8, 64, 160])
def test_resnets_bottleneck_is_torchvisions(channels, stride, same):
    ours = resnet_bottleneck(channels, 14, stride, same=same)
    planes = channels if same else 2 * channels
    downsample = None
    if stride > 1 or not same:
        downsample = torch.nn.Sequential(
            torch.nn.Conv2d(4 * channels, 4 * planes, 1, stride, bias=False),
            torch.nn.BatchNorm2d(4 * planes),
        )
    block = torchvision.models.resnet.Bottleneck(4 * channels, planes, stride, downsample)
    assert counted(block, (4 * channels, 14, 14)) == (ours.params, ours.macs)
    assert ours.shortcut == ("projection" if downsample else "identity")


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("t", [1, 6, 10])
def test_inverted_residual_is_torchvisions(t, stride, same):
    ours = inverted_residual(24, 14, stride, t, same=same)
    block = torchvision.models.mobilenetv2.InvertedResidual(24, 24 if same else 48, stride, t)
    assert counted(block, (24, 14, 14)) == (ours.params, ours.macs)
    assert bool(ours.shortcut) == block.use_res_connect


@pytest.mark.parametrize(
    "setting", [(8, 7, 1, 1, True), (160, 112, 2, 10, False), (64, 14, 1, 6, True)]
)
def test_picture_of_blocks_is_to_scale_and_can_be_read(setting):
    channels, size, stride, t, same = setting
    blocks = [
        resnet_bottleneck(channels, size, stride, same=same),
        inverted_residual(channels, size, stride, t, same=same),
    ]
    picture = Drawing(draw_residuals(blocks, Look()).svg())
    assert min(picture.font_sizes()) >= 22
    tensors = picture.boxes("tensor")
    widths = {key: box.right - box.left for key, box in tensors.items()}
    for index, block in enumerate(blocks):
        per_channel = [
            widths[f"{index}-tensor-{i + 1}"] / step.out_shape[0]
            for i, step in enumerate(block.steps)
            if step.out_shape[0] * 620 / max(s.out_shape[0] for b in blocks for s in b.steps) > 12
        ]
        assert per_channel == pytest.approx([per_channel[0]] * len(per_channel), rel=0.02)
    assert picture.edges("residual") == sum(bool(block.shortcut) for block in blocks)
    assert [row.shortcut for row in cost_rows(blocks)] == [b.shortcut or "none" for b in blocks]
