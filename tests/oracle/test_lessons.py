"""Lessons: the arithmetic against torch and against the papers' formulas."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from svg import Drawing
from torch.utils.flop_counter import FlopCounterMode

from viz.drawing.diagrams import Look, draw_convolution
from viz.lessons.convolution import convolution_cost, ratio_rows
from viz.net import cost

channels = st.integers(1, 64)


@given(channels, channels, st.sampled_from([1, 3, 5, 7]), st.integers(1, 64))
def test_the_pair_costs_one_over_n_plus_one_over_k_squared(m, n, kernel, size):
    assert convolution_cost(m, n, kernel, size).macs_ratio == pytest.approx(1 / n + 1 / kernel**2)


def test_costs_are_torchs():
    costs = convolution_cost(6, 10, 5, 9)
    image = torch.zeros(1, 6, 9, 9)
    for op in (costs.standard, costs.depthwise, costs.pointwise):
        layer = torch.nn.Conv2d(
            6, op.out_shape[0], op.kernel, padding=op.padding[0], groups=op.groups, bias=False
        )
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            layer(image)
        assert counter.get_total_flops() == 2 * cost.macs(op)
        assert sum(p.numel() for p in layer.parameters()) == cost.params(op)


def test_the_posts_own_example_saves_far_less_than_they_say():
    assert 1 / convolution_cost(3, 4, 3, 14).macs_ratio == pytest.approx(2.77, abs=0.005)


def test_an_eighth_is_reached_at_72_filters():
    ratios = {row.filters: row.ratio for row in ratio_rows([3], 128)}
    assert ratios[71] > 1 / 8
    assert ratios[72] == pytest.approx(1 / 8)
    assert min(ratios.values()) > 1 / 9


# MobileNets paper, Table 3: one layer, 14x14, 512 -> 512, millions of multiply-adds and weights.
def test_one_layer_of_the_papers_table():
    costs = convolution_cost(512, 512, 3, 14)
    assert round(cost.macs(costs.standard) / 1e6) == 462
    assert round(cost.params(costs.standard) / 1e6, 2) == 2.36
    pair = (costs.depthwise, costs.pointwise)
    assert round(sum(map(cost.macs, pair)) / 1e6, 1) == 52.3
    assert round(sum(map(cost.params, pair)) / 1e6, 2) == 0.27


@pytest.mark.parametrize("setting", [(3, 4, 3, 14), (1, 1, 1, 1), (512, 512, 7, 224)])
def test_picture_shows_maps_and_filters_that_can_be_read(setting):
    picture = Drawing(draw_convolution(convolution_cost(*setting), Look()).svg())
    assert min(picture.font_sizes()) >= 22
    boxes = list(picture.boxes("cell").values())
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
