"""A lesson asks, takes a guess, and answers; a link may hold the guess."""

import json
import re
from urllib.parse import parse_qsl

import pytest

from pages import opened
from viz.net.channels import make_divisible

LESSONS = {
    "branches": ("branches_guess", "stay equal to rounding"),
    "convolution": ("standard_guess", "Every output map"),
    "linear": ("linear_guess", "narrow tensors linear"),
    "residual": ("residual_guess", "Narrow, wide, narrow"),
    "rounding": ("rounding_guess", "steps, not a line"),
    "universal": ("faces_guess", "ExtraDW, in 35 of 59"),
    "universal?part=fused": ("fused_guess", "MACs per byte on"),
    "tail": ("last_guess", "34.3 M of 44.4 M MACs"),
    "tail?part=stem": ("stem_guess", "10.4 M of 20.9 M MACs"),
    "compound": ("compound_guess", "More pixels alone"),
    "hardware": ("roofline_guess", "MACs are not latency"),
    "hardware?part=ranking": ("ranking_guess", "moves most"),
    "hardware?part=published": ("published_guess", "Rank correlation of MACs"),
    "frozen?network=v2&width=0.35&resolution=64": (
        "frozen_guess",
        "With `features.eval()` 0 change",
    ),
    "eight": ("eight_guess", "dB and one for all"),
    "eight?eight_view=network&way=arithmetic": ("lost_guess", "Least is left behind"),
    "eight?eight_view=ranges": ("ranges_guess", "times as far as the narrowest"),
    "eight?eight_view=steps": ("steps_guess", "reaches an end of the grid"),
    "scaling?network=v1": ("scaling_guess", "149.5 M of 568.7 M"),
    "activations": ("activations_guess", "needs no exponential"),
    "squeeze": ("pictures_guess", "open what a picture needs"),
    "squeeze?part=work&resolution=64": ("work_guess", "a mean per channel"),
    "squeeze?part=gates&resolution=64": ("gates_guess", "it turns a channel's sign"),
    "squeeze?part=widths": ("cost_guess", "of its parameters and"),
}


def said(app) -> str:
    return " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("page", LESSONS)
def test_answer_and_hidden_numbers_come_with_a_guess_or_without_one(page):
    name, answer = LESSONS[page]
    page, _, link = page.partition("?")
    params = {**dict(parse_qsl(link)), "hide": "true"}
    hidden, shown = opened(page, **params), opened(page, **params, **{name: "skip"})
    assert answer not in said(hidden)
    assert not hidden.dataframe
    assert not hidden.main.get("expander")
    assert not results(hidden)
    assert answer in said(shown)
    assert shown.main.get("expander")
    for app in (hidden, shown):
        assert not app.warning
        assert "hide" in app.query_params


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


def results(app) -> list[str]:
    """What a lesson's charts say in figures with a fraction or a unit."""
    figures = [json.loads(each.proto.spec) for each in app.get("plotly_chart")]
    notes = [n["text"] for f in figures for n in f["layout"].get("annotations", [])]
    marks = [str(t) for f in figures for trace in f["data"] for t in trace.get("text", [])]
    return [text for text in (*notes, *marks) if re.search(r"(?<![\w.])\d+[.,]\d|\d ?[%MK]", text)]


def test_the_switch_stays_on_from_one_lesson_to_the_next_and_says_nothing_elsewhere():
    app = opened("tail", hide="true")
    app.switch_page("compound.py").run()
    assert app.toggle(key="hide").value
    assert not results(app)
    app.switch_page("home.py").run()
    assert "hide" not in app.query_params
    assert not app.exception


def test_links_to_one_block_of_se_are_still_links_to_it():
    app = opened("squeeze", resolution="64", se_block="5")
    assert app.selectbox(key="se_block").value == "5"
    assert next(tab.label for tab in app.tabs) == "Two pictures"


def test_within_a_story_nothing_is_hidden():
    """There the story asks, and the lesson's own guesses cannot be seen."""
    assert results(opened("tail", story="start", step="12", hide="true"))
