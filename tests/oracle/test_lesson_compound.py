"""Compound scaling against torchvision's EfficientNet, one dimension alone at equal cost."""

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from test_zoo_against_libraries import counted

import viz
from viz.lessons.compound import ways


def test_the_compound_network_is_torchvisions_of_these_multipliers():
    all_three = ways(1.0)[0]
    settings, last = torchvision.models.efficientnet._efficientnet_conf(
        "efficientnet_b0", width_mult=all_three.width, depth_mult=all_three.depth
    )
    with torch.device("meta"):
        theirs = torchvision.models.EfficientNet(settings, 0.2, last_channel=last)
    params, macs = counted(theirs, all_three.resolution)
    base = viz.trace("efficientnet-b0")
    assert all_three.params == pytest.approx(params / base.params)
    assert all_three.macs == pytest.approx(macs / base.macs)


@pytest.mark.parametrize("phi", [0.25, 0.75, 1.0, 1.5])
def test_each_way_costs_at_least_as_much_and_one_step_less_costs_less(phi):
    compound, *alone = ways(phi)
    for way in alone:
        assert way.reached
        assert way.macs >= compound.macs
        assert [way.depth > 1, way.width > 1, way.resolution > 224].count(True) == 1
    assert alone[2].params == 1.0
    smaller = viz.trace("efficientnet-b0", resolution=alone[2].resolution - 1)
    assert smaller.macs / viz.trace("efficientnet-b0").macs < compound.macs


@given(st.floats(0, 2))
@settings(max_examples=25, deadline=None)
def test_every_multiplier_is_the_papers_power_rounded_to_the_nearest_step(phi):
    """arXiv:1905.11946, section 3: 1.2, 1.1 and 1.15 to the power of phi."""
    all_three = ways(phi)[0]
    assert all_three.depth == pytest.approx(1.2**phi, abs=0.0005)
    assert all_three.width == pytest.approx(1.1**phi, abs=0.0005)
    assert all_three.resolution == pytest.approx(224 * 1.15**phi, abs=0.5)
