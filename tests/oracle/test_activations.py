"""Activations against torch, their derivatives against autograd."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from viz.activations import ACTIVATIONS, CURVES
from viz.lessons.functions import grid_step, largest_gap, lowest_point, quantise

TORCHS = {
    "relu": functional.relu,
    "relu6": functional.relu6,
    "sigmoid": torch.sigmoid,
    "hardsigmoid": functional.hardsigmoid,
    "silu": functional.silu,
    "gelu": functional.gelu,
    "hardswish": functional.hardswish,
    "identity": lambda x: x * 1.0,
}
X = torch.linspace(-9.013, 9.007, 2001, dtype=torch.float64)


def test_every_activation_has_a_counterpart_and_a_label():
    assert set(CURVES) == set(TORCHS) == set(ACTIVATIONS) - {"softmax"}
    assert all(activation.label for activation in ACTIVATIONS.values())


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_module_and_source_are_torchs(key):
    record = ACTIVATIONS[key]
    module = getattr(torch.nn, record.module)(**dict(record.arguments))
    assert repr(eval(record.source, {"nn": torch.nn})) == repr(module)
    x = X[:8].reshape(2, 4).clone()
    expected = torch.softmax(x, 1) if key == "softmax" else TORCHS[key](x)
    torch.testing.assert_close(module(x.clone()), expected)


@pytest.mark.parametrize("key", TORCHS)
def test_values_are_torchs(key):
    np.testing.assert_allclose(CURVES[key].values(X.numpy()), TORCHS[key](X), atol=1e-12)


@pytest.mark.parametrize("key", TORCHS)
def test_derivatives_are_autograds(key):
    x = X.clone().requires_grad_()
    TORCHS[key](x).sum().backward()
    np.testing.assert_allclose(CURVES[key].derivative(X.numpy()), x.grad, atol=1e-12)


def test_h_swish_parts_most_from_swish_at_three():
    at, gap = largest_gap("hardswish", "silu", -8, 8)
    assert abs(at) == pytest.approx(3)
    assert gap == pytest.approx(0.1423, abs=5e-5)


def test_h_swish_is_lowest_at_minus_one_and_a_half():
    assert lowest_point("hardswish", -8, 8) == pytest.approx((-1.5, -0.375), abs=1e-3)
    assert lowest_point("silu", -8, 8) == pytest.approx((-1.278, -0.2785), abs=1e-3)


def test_relu6_has_a_step_of_six_over_255():
    assert grid_step(6) == pytest.approx(0.02353, abs=5e-6)
    assert grid_step(50) == pytest.approx(0.196, abs=5e-4)


def test_quantising_is_torchs_fake_quantisation():
    x = torch.linspace(-1, 8, 1001)
    scale = 6 / 255
    theirs = torch.fake_quantize_per_tensor_affine(x, scale, 0, 0, 255)
    np.testing.assert_allclose(quantise(x.double().numpy(), 6.0), theirs, atol=scale / 1e3)
