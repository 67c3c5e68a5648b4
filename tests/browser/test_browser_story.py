"""The story in a browser: keys, the fold of a laptop, the slide view."""

import re
from urllib.parse import urlencode

import pytest
from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import Page, expect

from viz.claims import QUIZ
from viz.story.story import FOLDER, read, text_of

pytestmark = in_a_browser

STORY = read(text_of(FOLDER / "start.md"), "start.md")
PICTURE = """() => {
  const inside = [...document.querySelectorAll('[data-testid=stMain] *')]
  const svgs = inside.filter(e => e.shadowRoot).map(e => e.shadowRoot.querySelector('.figure svg'))
  const first = [...svgs, ...document.querySelectorAll('.js-plotly-plot')].filter(Boolean)
    .map(e => e.getBoundingClientRect()).filter(r => r.height > 50).sort((a, b) => a.top - b.top)[0]
  return first && [first.top, first.bottom]
}"""
SPILLS = """() => [...document.querySelectorAll('.st-key-story')]
  .some(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)"""


def link(number: int, **more: str) -> str:
    view = STORY.steps[number - 1].view
    return f"{view.page}?{urlencode({**view.params, 'story': 'start', 'step': number, **more})}"


def at_step(page: Page, number: int) -> None:
    page.wait_for_url(re.compile(rf"step={number}\b"))
    expect(page.locator("h1.atlas")).to_have_text(STORY.steps[number - 1].title)
    settle(page)


def test_start_leads_through_steps_by_keys_and_back(opened):
    page = opened("", width=1280, height=720)
    page.get_by_role("link", name="Start").click()
    at_step(page, 1)
    page.keyboard.press("ArrowRight")  # the answer first
    expect(page.get_by_text("Every output map looks at every input map")).to_be_visible()
    at_step(page, 1)
    page.keyboard.press("ArrowRight")
    at_step(page, 2)  # on the same page, with other values
    assert "n=64" in page.url
    page.keyboard.press("PageDown")
    expect(page.get_by_text("the mixing remains")).to_be_visible()
    settle(page)
    page.keyboard.press("PageDown")
    at_step(page, 3)
    assert "colour=macs" in page.url
    page.keyboard.press("PageUp")
    at_step(page, 2)
    page.get_by_role("slider", name="Filters N").focus()
    page.keyboard.press("ArrowRight")  # a slider's own
    page.wait_for_url(re.compile(r"\bn=65"))
    assert "step=2" in page.url
    page.get_by_role("link", name="End").click()
    page.wait_for_url(re.compile("/$"))
    assert_sound(page)


@pytest.mark.parametrize("number", [3, 7, 12, 15, 17])
def test_a_laptop_shows_the_whole_picture_below_the_bar(opened, number):
    page = opened(link(number), width=1280, height=720)
    page.wait_for_function(f"(({PICTURE})() ?? [0, 1e9])[1] <= 721")
    assert not page.evaluate(SPILLS)


@pytest.mark.parametrize("number", [3, 7])
def test_a_slide_has_the_bar_above_its_picture_and_goes_on_by_key(opened, number):
    page = opened(link(number, view="slide"), width=1280, height=720)
    bar, cover = page.locator(".st-key-story"), page.locator(".st-key-slide")
    expect(bar).to_be_visible()
    for box in (bar.bounding_box(), cover.bounding_box()):
        assert box["x"] <= 1
        assert box["width"] >= 1278
    assert cover.bounding_box()["y"] >= bar.bounding_box()["y"] + bar.bounding_box()["height"] - 1
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Show answer")).to_have_count(0)
    settle(page)
    assert not page.evaluate(SPILLS)
    page.keyboard.press("ArrowRight")
    at_step(page, number + 1)
    assert "view=slide" in page.url


def test_the_quiz_at_the_end_is_a_slide_that_can_be_answered(opened):
    last = len(STORY.steps)
    page = opened(link(last - 1, view="slide"), width=1280, height=720)
    page.keyboard.press("ArrowRight")
    settle(page)
    page.keyboard.press("ArrowRight")
    at_step(page, last)
    assert "view=slide" in page.url
    screen = page.locator(".st-key-slide-screen")
    question = QUIZ[0]
    screen.get_by_text(question.answers[question.right], exact=True).click()
    expect(screen.get_by_text("1 of 8 right at the first try.")).to_be_visible()
    assert "view=slide" in page.url
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert screen.get_by_text(question.answers[0], exact=True).evaluate(size) > 17
    page.keyboard.press("Escape")
    expect(screen).to_have_count(0)
    assert_sound(page)
