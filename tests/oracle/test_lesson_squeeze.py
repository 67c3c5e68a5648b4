"""Squeeze and excite has torchvision's widths, costs and weights."""

import numpy as np
import pytest
import torch
import torchvision

from viz.lessons import squeeze
from viz.lessons.squeeze import GATES, squeeze_rows
from viz.net.trace import trace
from viz.pytorch import excitations as forward
from viz.pytorch.modules import build_trace

SQUEEZES = {
    "v3-large": [(72, 24), (120, 32), (120, 32), (480, 120), (672, 168), (672, 168)]
    + [(960, 240)] * 2,
    "v3-small": [(16, 8), (96, 24), (240, 64), (240, 64), (120, 32), (144, 40), (288, 72)]
    + [(576, 144)] * 2,
}


@pytest.mark.parametrize("key", SQUEEZES)
def test_squeeze_widths_are_torchvisions(key):
    rows = squeeze_rows([trace(key)])
    assert [(row.channels, row.built) for row in rows] == SQUEEZES[key]
    assert all(row.built == row.rounded for row in rows)
    model = getattr(torchvision.models, f"mobilenet_{key.replace('-', '_')}")()
    layers = [m for m in model.modules() if type(m).__name__ == "SqueezeExcitation"]
    assert [(m.fc1.in_channels, m.fc1.out_channels) for m in layers] == SQUEEZES[key]
    (cost,) = squeeze.cost_rows([trace(key)])
    assert cost.params == sum(p.numel() for m in layers for p in m.parameters())


def test_channel_weights_are_those_torchvision_computes():
    traced = trace("v3-small", resolution=64)
    theirs = torchvision.models.mobilenet_v3_small()
    torch.manual_seed(5)
    theirs.load_state_dict(build_trace(traced).state_dict())
    gates: list[torch.Tensor] = []
    for module in theirs.modules():
        if type(module).__name__ == "SqueezeExcitation":
            module.scale_activation.register_forward_hook(
                lambda _m, _i, out: gates.append(out[0].flatten().clone())
            )
    with torch.no_grad():
        theirs.train()(forward.pictures((3, 64, 64)))
    ours = forward.excitations(traced, "hardsigmoid", 5)
    for each, gate in zip(ours, gates, strict=True):
        np.testing.assert_allclose(each["gate"], gate.numpy(), atol=2e-6)
        scaled = np.array(each["squeezed"]) * np.array(each["gate"])
        np.testing.assert_allclose(each["scaled"], scaled, atol=1e-5)


def test_h_swish_starts_as_a_shut_gate_and_the_sigmoids_half_open():
    traced = trace("v3-small", resolution=64)
    means = {
        gate: [float(np.mean(each["gate"])) for each in forward.excitations(traced, gate, 0)]
        for gate in GATES
    }
    assert all(0.4 < mean < 0.6 for mean in means["hardsigmoid"] + means["sigmoid"])
    assert all(abs(mean) < 0.2 for mean in means["hardswish"])
