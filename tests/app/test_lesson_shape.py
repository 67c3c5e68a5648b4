"""A lesson asks, takes a guess, and answers; a link may hold the guess."""

import pytest

from pages import opened
from viz.net.channels import make_divisible

LESSONS = {
    "convolution": ("standard_guess", "Every output map"),
    "linear": ("linear_guess", "narrow tensors linear"),
    "residual": ("residual_guess", "Narrow, wide, narrow"),
    "rounding": ("rounding_guess", "steps, not a line"),
}


def said(app) -> str:
    return " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("page", LESSONS)
def test_the_answer_comes_after_a_guess_or_without_one(page):
    name, answer = LESSONS[page]
    assert answer not in said(opened(page))
    app = opened(page, **{name: "skip"})
    assert answer in said(app)
    assert not app.warning


@pytest.mark.parametrize("wanted", ["18", "3", "20", "33.5"])
def test_the_right_guess_is_what_make_divisible_builds(wanted):
    app = opened("rounding", wanted=wanted, rounding_guess="below")
    verdict = [each.value for each in app.markdown if each.value[0] in "✓✗"]
    built = make_divisible(float(wanted), 8)
    below = max(8, int(float(wanted)) // 8 * 8)
    assert [text.startswith("✓") for text in verdict] == [below == built]


def test_guesses_that_come_to_the_same_are_offered_once():
    app = opened("convolution", part="size", w="14", s="1", d="2")
    offered = [option.content for option in app.get("button_group")[0].proto.options]
    assert offered == ["10×10", "12×12", "Show the answer"]
