"""The page Eight bits shows what was measured, and says no more than that."""

import re

import pytest

import viz
from pages import opened
from viz.lab.quantize.inputs import Inputs
from viz.lab.quantize.lesson import (
    CALIBRATED,
    CHANNEL,
    MEASURED,
    REDUCED,
    TENSOR,
    Answer,
    lost_in,
    overflows,
    right_guess,
    steps_used,
    used_of,
)


def test_the_page_shows_what_the_library_measures():
    app = opened("eight", eight_guess="skip")
    said = " ".join(each.value for each in app.markdown)
    found = viz.quantize("v2", CHANNEL, pictures=CALIBRATED, inputs=MEASURED)
    assert f"one scale each has {found.output.arithmetic:.1f} dB" in said
    assert f"{found.after.file:,} bytes" in said
    caption = " ".join(each.value for each in app.caption)
    assert found.runtime in caption
    assert found.processor in caption
    named = f"v2 | width 0.25 | resolution 96 | classes 5 | int8 {CHANNEL}"
    assert named in [code.value for code in app.code]
    steps = next(table.value for table in app.dataframe if "change" in table.value.columns)
    assert steps["params"].tolist() == [row.params for row in viz.recipe(named).rows]


def test_simulated_bits_have_no_figures_of_the_processor():
    app = opened("eight", eight_view="network", scheme="per-channel,bits=4")
    assert re.search("bits are simulated", app.info[0].value)
    assert not app.exception


@pytest.mark.parametrize(
    ("channel", "reduced", "guess", "is_overflow"),
    [(12.0, 28.0, "tensor", True), (32.0, 28.0, "channel", False), (29.0, 28.0, "equal", False)],
)
def test_the_reason_is_given_only_with_its_marks(channel, reduced, guess, is_overflow):
    answers = {
        TENSOR: Answer(TENSOR, 29.0, 29.1),
        CHANNEL: Answer(CHANNEL, 32.0, channel),
        REDUCED: Answer(REDUCED, 28.4, reduced),
    }
    assert right_guess(answers) == guess
    assert overflows(answers) == is_overflow


def test_thirds_and_steps():
    assert [lost_in(values) for values in ([1, 2, 3], [2, 1, 3], [3, 2, 1])] == [
        *("first", "middle", "last")
    ]
    assert used_of([0, 2, 0, 5]) == 2
    assert steps_used({"counts": {TENSOR: [0, 0, 3, 0, 0]}}) == "few"
    assert Inputs("flowers", 3, 1).text == "3 drawn flowers (val, seed 0)"
