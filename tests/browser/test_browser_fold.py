"""What has to be seen without scrolling: legends, opened blocks, edited tables, readable text."""

import pytest
from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import expect

pytestmark = in_a_browser

TEXTS = """() => [...document.querySelectorAll('*')].filter(e => e.shadowRoot)
  .flatMap(e => [...e.shadowRoot.querySelectorAll('svg .cell text')])
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""
SCREENS = [(1280, 720), (1440, 900), (1920, 1080)]


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_legend_is_above_the_fold_and_a_block_that_is_clicked_in_view(opened, width, height):
    page = opened("architecture", width=width, height=height)
    place = page.get_by_text("residual", exact=True).first.bounding_box()
    assert place["y"] + place["height"] <= height
    page.locator("#block-14").click()
    settle(page)
    page.wait_for_timeout(600)  # it may scroll
    for text in ("depthwise", "project"):
        place = page.get_by_text(text, exact=True).first.bounding_box()
        assert 0 < place["y"] < height
    assert min(page.evaluate(TEXTS)) > 8
    page.get_by_role("button", name="Close the block").click()
    expect(page.get_by_text("project", exact=True)).to_have_count(0)


def test_the_table_of_a_design_is_beside_its_picture(opened):
    page = opened("design", width=1280, height=720)
    table = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert table["y"] < 300
    assert min(page.evaluate(TEXTS)) > 9


@pytest.mark.parametrize("path", ["architecture", "compare", "design", "inside"])
def test_a_phone_shows_text_that_can_be_read(browser, address, path):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{address}/{path}")
    settle(page)
    assert min(page.evaluate(TEXTS)) > 9
    expect(page.locator(".st-key-corner kbd").first).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_sound(page)
    context.close()


def test_a_slider_is_named_once(opened):
    page = opened("linear")
    page.get_by_test_id("stSlider").first.locator("input").focus()
    expect(page.get_by_role("slider", name="Seed of the random map", exact=True)).to_be_focused()


PICTURE = """() => Math.max(0, ...[
  ...[...document.querySelectorAll('*')].filter(e => e.shadowRoot)
    .flatMap(e => [...e.shadowRoot.querySelectorAll('.figure svg')]),
  ...document.querySelectorAll('.js-plotly-plot'),
].map(e => e.getBoundingClientRect()).filter(r => r.height > 50 && r.top < innerHeight)
  .map(r => r.bottom))"""
LESSONS = [
    "linear",
    "residual",
    "universal",
    "universal?part=fused",
    "tail",
    "tail?part=stem",
    "compound",
    "hardware?network=v1",
    "hardware?part=ranking",
    "hardware?part=published",
    "scaling?network=v1",
    "activations",
    "frozen?network=v2&width=0.35&resolution=64",
]


@pytest.mark.parametrize("path", LESSONS)
def test_a_laptop_shows_question_controls_and_the_whole_picture_of_a_lesson(opened, path):
    page = opened(path, width=1280, height=720)
    expect(page.get_by_text("Show the answer", exact=True)).to_be_in_viewport()
    page.wait_for_function(f"({PICTURE})() > 300")
    assert page.evaluate(PICTURE) <= 721
    switch = page.locator(".st-key-hide").bounding_box()
    assert switch["x"] + switch["width"] <= 1280
