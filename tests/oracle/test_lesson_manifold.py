"""Spirals come back from few dimensions as torch computes it and as somebody else's run found."""

import numpy as np
import pytest
import torch

from viz.lessons.manifold import DIMENSIONS, passage, passages, spiral


@pytest.mark.parametrize("activation", ["relu", "relu6", "hardswish"])
def test_spirals_come_back_as_torch_says(activation):
    functions = {"hardswish": torch.nn.functional.hardswish, "relu6": torch.nn.functional.relu6}
    function = functions.get(activation, torch.relu)
    for n in DIMENSIONS:
        x = torch.from_numpy(spiral(4.0))
        matrix = torch.from_numpy(np.random.default_rng((3, n)).standard_normal((n, 2)))
        back = torch.linalg.lstsq(matrix, function(matrix @ x)).solution
        aim = x - x.mean(1, keepdim=True)
        back = back - back.mean(1, keepdim=True)
        gain = torch.linalg.lstsq(back.reshape(-1, 1), aim.reshape(-1, 1)).solution.item()
        ours = passage(n, activation, 3, 4.0)
        np.testing.assert_allclose(ours.back, (gain * back).numpy(), atol=1e-9)
        assert ours.error == pytest.approx(((gain * back - aim).norm() / aim.norm()).item())


# Shares of points with two live coordinates, in one run of somebody else's code.
LIVE = {2: 0.19, 3: 0.50, 5: 0.89, 15: 1.0, 30: 1.0}
ERRORS = {2: 0.62, 3: 0.49, 5: 0.39, 15: 0.31, 30: 0.26}


def test_the_dissected_run_lies_among_ours():
    for n in DIMENSIONS:
        many = [passage(n, "relu", seed, 1.0) for seed in range(100)]
        assert min(p.live for p in many) <= LIVE[n] <= max(p.live for p in many)
        errors = sorted(p.error for p in many)
        assert errors[2] <= ERRORS[n] <= errors[-3]


def test_more_dimensions_lose_less():
    medians = [
        float(np.median([passage(n, "relu", seed, 1.0).error for seed in range(100)]))
        for n in DIMENSIONS
    ]
    assert medians == sorted(medians, reverse=True)
    assert [p.dimensions for p in passages("relu", 0, 1.0)] == list(DIMENSIONS)
