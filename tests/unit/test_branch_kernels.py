"""Branches of a step: which there are, what they add up to, what a number may be."""

import pytest

import viz
from viz.exports.figures import figure_of
from viz.lessons.branches import NETWORKS, added, kernels_of, padded, step_of, steps_of


def test_mobileone_has_four_kernels_a_small_one_and_a_skip_where_shapes_agree():
    names = [[branch.name for branch in s.branches] for s in steps_of(viz.trace("mobileone-s0"))]
    assert names[0] == ["1×1", "3×3", "3×3", "3×3", "3×3"]  # its stride is 2
    assert names[1] == ["1×1", "3×3", "3×3", "3×3", "3×3", "skip"]


def test_repvit_adds_first_and_normalises_then():
    step = steps_of(viz.trace("repvit-m0-9"))[0]
    assert [branch.name for branch in step.branches] == ["3×3", "1×1", "skip"]
    assert step.norm.endswith("token_mixer.bn")
    assert not any(branch.norm for branch in step.branches if branch.name != "3×3")


def test_a_small_kernel_stands_in_the_middle():
    assert padded(((2.0,),), 3) == ((0, 0, 0), (0, 2.0, 0), (0, 0, 0))
    assert padded(((1.0, 2.0, 3.0),) * 3, 3) == ((1.0, 2.0, 3.0),) * 3


@pytest.mark.parametrize("key", NETWORKS)
def test_branches_as_one_kernel_do_what_they_did_apart(key):
    """On a small map with zeros around it, at every place."""
    traced = viz.trace(key)
    parts = kernels_of(traced, step_of(traced, 2), 3)
    image = [[float((5 * y + 3 * x) % 7 - 3) for x in range(5)] for y in range(5)]
    apart = [convolved(image, part.kernel, part.bias) for part in parts]
    one = added(parts)
    together = convolved(image, one.kernel, one.bias)
    for y in range(5):
        for x in range(5):
            assert together[y][x] == pytest.approx(sum(each[y][x] for each in apart))


def convolved(image, kernel, bias):
    size, side = len(image), len(kernel)

    def at(y, x):
        return image[y][x] if 0 <= y < size and 0 <= x < size else 0.0

    around = side // 2
    return [
        [
            bias
            + sum(
                kernel[j][i] * at(y + j - around, x + i - around)
                for j in range(side)
                for i in range(side)
            )
            for x in range(size)
        ]
        for y in range(size)
    ]


def test_a_step_that_a_network_lacks_is_a_sentence():
    with pytest.raises(viz.ConfigError, match=r"depthwise is 22, .* from 1 to 21"):
        figure_of("branches", {"depthwise": "22"})
    with pytest.raises(viz.ConfigError, match=r"depthwise is 22, .* from 1 to 21"):
        step_of(viz.trace("mobileone-s0"), 22)


def test_networks_without_branches_have_no_such_steps():
    assert not steps_of(viz.trace("v2"))
    assert not steps_of(viz.trace("mobileone-s0", fused=True))
