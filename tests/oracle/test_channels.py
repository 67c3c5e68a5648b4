"""Rounding of channels, against the libraries whose function it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timm.layers import make_divisible as timms
from torchvision.models._utils import _make_divisible as torchvisions

from viz.lessons.rounding import steps
from viz.net.channels import make_divisible

wanted_channels = st.floats(0.1, 4096)
divisors = st.integers(1, 32)


@given(wanted_channels, divisors)
def test_rounding_is_torchvisions_and_timms(wanted, divisor):
    given_channels = make_divisible(wanted, divisor)
    assert given_channels == torchvisions(wanted, divisor)
    assert given_channels == timms(wanted, divisor)


@given(wanted_channels, divisors)
def test_rounding_never_loses_more_than_a_tenth(wanted, divisor):
    assert make_divisible(wanted, divisor) >= 0.9 * wanted


@given(wanted_channels, divisors)
def test_result_is_a_multiple_of_the_divisor(wanted, divisor):
    assert make_divisible(wanted, divisor) % divisor == 0


PAIRS = [(11, 16), (12, 16), (18, 24), (19, 24), (20, 24), (30, 32), (36, 40), (44, 48)]


@pytest.mark.parametrize(("wanted", "expected"), [*PAIRS, (60, 64), (100, 104), (116, 120)])
def test_published_rounding_pairs(wanted, expected):
    assert make_divisible(wanted) == expected


def test_rounding_up_is_not_bounded_by_a_tenth():
    assert make_divisible(12) / 12 == pytest.approx(1.3333, abs=1e-4)


@pytest.mark.parametrize("divisor", [1, 3, 8, 16])
@pytest.mark.parametrize("wanted", [0.5, 3.9, 4, 10.8, 11, 12, 18, 19.2, 100, 4096])
def test_worked_steps_end_where_torchvision_ends(wanted, divisor):
    found = steps(wanted, divisor)
    assert found.given == torchvisions(wanted, divisor)
    assert found.rounded + divisor * found.lifted == found.given
