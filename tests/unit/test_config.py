"""Every bad choice is refused with one sentence that names field, value and what is allowed."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from viz.net.config import NUMBERS, configure, numbers_of
from viz.net.notes import notes_of
from viz.net.words import config_of

BAD_NUMBERS = [math.nan, math.inf, -1, 0, 1e9, 10**400, "wide", True, None.__class__]
BAD = [(f, v) for f in NUMBERS for v in BAD_NUMBERS if (f, v) != ("classes", 0)]


@pytest.mark.parametrize(("field", "value"), BAD, ids=[f"{f}-{v!s:.9}" for f, v in BAD])
def test_bad_numbers_are_refused(field, value):
    with pytest.raises(viz.ConfigError) as refusal:
        configure("v2", **{field: value})
    sentence = str(refusal.value)
    assert sentence.startswith(f"{field} is ")
    assert NUMBERS[field].allowed in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("field", ["resolution", "classes", "divisor", "in_channels"])
def test_whole_numbers_must_be_whole(field):
    with pytest.raises(viz.ConfigError, match="whole number"):
        configure("v2", **{field: 32.5})


@pytest.mark.parametrize(
    ("variant", "chosen", "named"),
    [
        ("v9", {}, "v3-large"),
        ("v2", {"minimalistic": True}, "MobileNetV2 has no such option"),
        ("v1", {"width_rule": "torchvision"}, "slim, keras, timm"),
        ("v2", {"heads": 3}, "resolution"),
        ("v1", {"depth": 3}, "MobileNetV1 has no depth multiplier"),
        ("v3-large", {"dilated": "perhaps"}, "true or false"),
    ],
)
def test_bad_words_are_refused_with_the_allowed_ones(variant, chosen, named):
    with pytest.raises(viz.ConfigError, match=named):
        configure(variant, **chosen)


@pytest.mark.parametrize("end", ["low", "high"])
def test_the_ends_of_every_range_are_allowed(network, end):
    numbers = numbers_of(viz.ZOO[network])
    chosen = {name: getattr(field, end) for name, field in numbers.items() if name in NUMBERS}
    assert viz.trace(network, **chosen).params > 0


def test_a_configuration_can_be_rebuilt_from_its_arguments(network):
    config = configure(network, width=0.35, classes=10)
    assert configure(network, **config.arguments()) == config


@given(st.text())
def test_any_text_for_a_number_is_read_or_refused(text):
    """Nothing but ``ConfigError`` comes out."""
    with contextlib.suppress(viz.ConfigError):
        assert 0.1 <= config_of("v2", {"width": text}).width <= 2.0


def test_what_a_library_lacks_is_said():
    assert notes_of(configure("v3-large", minimalistic=True)) == [
        "torchvision has no option minimalistic for MobileNetV3-Large: its widths are combined "
        "with the option as other libraries define it."
    ]
    assert "whatever the divisor" in notes_of(configure("v1", divisor=16))[0]
    assert notes_of(configure("v3-large", minimalistic=True, width_rule="keras")) == []
    assert notes_of(configure("v2", divisor=16)) == []


def idle(key, **chosen):
    return [note for note in notes_of(configure(key, **chosen)) if "changes nothing" in note]


def shapes(key, **chosen):
    return [(op.out_shape, op.dilation) for op in viz.trace(key, **chosen).operations]


@pytest.mark.parametrize("stride", [8, 16, 32])
@pytest.mark.parametrize("dilated", [False, True])
@pytest.mark.parametrize("small", [False, True])
def test_a_limit_that_no_stride_reaches_is_said_to_change_nothing(stride, dilated, small):
    chosen = {"output_stride": stride, "dilated": dilated, "small_input": small}
    notes = idle("v3-large", **chosen)
    found = shapes("v3-large", **chosen)
    without = shapes("v3-large", **chosen | {"dilated": False})
    assert any("Dilated" in note for note in notes) == (dilated and found == without)
    alone = shapes("v3-large", **chosen | {"dilated": False, "output_stride": 32})
    assert any("stride" in note.split(" changes")[0] for note in notes) == (
        stride != 32 and without == alone
    )
