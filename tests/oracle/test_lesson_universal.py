"""The universal bottleneck against timm's, and where fused blocks win."""

import pytest
import torch
from timm.models._efficientnet_blocks import EdgeResidual, UniversalInvertedResidual
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.lessons.universal import (
    NETWORKS,
    crossing,
    face_rows,
    faces,
    fused_and_separable,
    fused_points,
    fused_rows,
)
from viz.net.operations import Role


def counted(module, channels, size):
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module.eval()(torch.zeros(1, channels, size, size))
    return sum(p.numel() for p in module.parameters()), counter.get_total_flops() // 2


@pytest.mark.parametrize(("channels", "t", "size", "kernel"), [(160, 4, 16, 3), (64, 3, 14, 5)])
def test_every_face_costs_what_timms_block_costs(channels, t, size, kernel):
    for face, (start, middle) in zip(
        faces(channels, t, size, kernel), ((1, 1), (0, 1), (1, 0), (0, 0)), strict=True
    ):
        theirs = UniversalInvertedResidual(
            channels,
            channels,
            dw_kernel_size_start=kernel * start,
            dw_kernel_size_mid=kernel * middle,
            exp_ratio=t,
            layer_scale_init_value=None,
        )
        assert (face.params, face.macs) == counted(theirs, channels, size)


def test_what_a_face_sees_is_where_its_gradient_comes_from():
    """A position's output depends on a square of inputs: torch's own gradient says which."""
    for face in faces(8, 2, 15, 3):
        start, middle = (3 * (face.step(role) is not None) for role in (Role.START, Role.DEPTHWISE))
        block = UniversalInvertedResidual(
            8,
            8,
            dw_kernel_size_start=start,
            dw_kernel_size_mid=middle,
            exp_ratio=2,
            layer_scale_init_value=None,
            act_layer=torch.nn.Identity,
        ).eval()
        image = torch.randn(1, 8, 15, 15, requires_grad=True)
        block(image)[0, :, 7, 7].sum().backward()
        rows = image.grad[0].abs().sum(0).sum(0).nonzero()
        assert len(rows) == face.receptive_field


def test_the_table_counts_the_blocks_of_v4s_networks():
    rows = face_rows(faces(160, 4, 16, 3))
    for key, field in zip(NETWORKS, ("small", "medium", "large"), strict=True):
        kinds = [block.name.partition(" ")[0] for block in viz.trace(key).blocks]
        assert {row.face: getattr(row, field) for row in rows} == {
            row.face: kinds.count(row.face) for row in rows
        }


@pytest.mark.parametrize(("channels", "t", "size"), [(32, 4, 56), (160, 4, 14)])
def test_fused_and_separable_cost_what_timms_cost(channels, t, size):
    blocks = fused_and_separable(channels, t, size)
    theirs = (
        EdgeResidual(channels, channels, 3, exp_ratio=t),
        UniversalInvertedResidual(channels, channels, exp_ratio=t, layer_scale_init_value=None),
    )
    for block, module in zip(blocks, theirs, strict=True):
        assert (block.params, block.macs) == counted(module, channels, size)


def test_fused_wins_on_large_narrow_maps_of_a_device_with_much_compute():
    assert crossing(fused_points(fused_and_separable(32, 4, 56))) is not None
    assert crossing(fused_points(fused_and_separable(160, 4, 14))) is None
    fused, separable = fused_rows(fused_and_separable(32, 4, 56), 0)
    assert fused.macs > separable.macs
    assert fused.bytes < separable.bytes
    assert fused.time == pytest.approx(fused.macs / separable.macs)
