"""What the player shows is what torch computes for the same tensors."""

from math import ceil

import pytest
import torch
from torch.nn.functional import conv2d, pad

from viz.lessons.player import both_rules, grouped, separable, standard, steps


def whole(lane):
    """Input and weights with all their maps: those that the player repeats, too."""
    maps = [lane.maps[m % len(lane.maps)] for m in range(lane.channels)]
    depth = lane.channels // lane.groups
    own = [lane.kernels[n % len(lane.kernels)] for n in range(lane.filters)]
    weights = [[each[m % len(each)] for m in range(depth)] for each in own]
    return torch.tensor([maps], dtype=torch.float64), torch.tensor(weights, dtype=torch.float64)


def by_torch(lane):
    inputs, weights = whole(lane)
    windows = lane.windows
    ends = (windows.before, windows.after) * 2
    return conv2d(
        pad(inputs, ends),
        weights,
        stride=windows.stride,
        dilation=windows.dilation,
        groups=lane.groups,
    )[0]


def assert_as_torch(lane):
    found = by_torch(lane)
    assert found.shape == (lane.filters, lane.windows.out, lane.windows.out)
    ours = torch.tensor(lane.out_maps, dtype=torch.float64)
    for n in range(lane.filters):
        assert torch.equal(found[n], ours[n % len(ours)])


def multiplications(lane):
    """One for each weight and position, by torch's shapes."""
    return whole(lane)[1].numel() * lane.windows.out**2


SETTINGS = [(3, 4, 3, 14), (1, 1, 1, 1), (4, 2, 5, 6), (9, 6, 3, 5), (2, 11, 7, 4)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_values_are_torchs(setting):
    depthwise, pointwise = separable(*setting)
    for lane in (standard(*setting), depthwise, pointwise):
        assert_as_torch(lane)
    assert torch.equal(whole(pointwise)[0][0], by_torch(depthwise))


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_values_in_groups_are_torchs(groups):
    one, split = grouped(groups)
    assert_as_torch(one)
    assert_as_torch(split)
    assert multiplications(one) == groups * multiplications(split)


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("size", "kernel", "padding"), [(8, 3, 1), (9, 5, 2), (12, 2, 0)])
def test_values_under_both_rules_of_padding_are_torchs(size, kernel, padding, stride, dilation):
    ours, theirs = both_rules(size, kernel, stride, padding, dilation)
    inputs, weights = whole(ours)
    found = conv2d(inputs, weights, stride=stride, padding=padding, dilation=dilation)[0, 0]
    assert found.flatten().tolist() == ours.out[0]
    assert_as_torch(theirs)
    assert theirs.windows.out == ceil(size / stride)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_padding_gives_kerass_values(stride, dilation):
    keras = pytest.importorskip("keras")
    if stride > 1 and dilation > 1:
        pytest.skip("Keras has no stride beside dilation")
    lane = both_rules(9, 3, stride, 1, dilation)[1]
    inputs, weights = whole(lane)
    found = keras.ops.conv(
        inputs.permute(0, 2, 3, 1), weights.permute(2, 3, 1, 0), stride, "same", None, dilation
    )
    assert found.flatten().tolist() == lane.out[0]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_step_costs_both_ways_as_much_and_the_cheaper_one_ends_sooner(setting):
    _channels, filters, kernel, _size = setting
    first, (depthwise, pointwise) = standard(*setting), separable(*setting)
    assert [lane.total for lane in (first, depthwise, pointwise)] == [
        multiplications(lane) for lane in (first, depthwise, pointwise)
    ]
    budget = first.products
    for step in range(1, steps([first, depthwise, pointwise]) + 1):
        pair = depthwise.counted(step) + pointwise.counted(step)
        if step < pointwise.end:
            assert pair == step * budget
        if step <= first.end:
            assert first.counted(step) == step * budget
    assert pointwise.end == ceil(first.end * (1 / filters + 1 / kernel**2) - 1e-9)
