"""The player shows torch's numbers, counts at the true ratio, and is led by keys."""

import re

import numpy as np
import pytest
from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import Page, expect

from viz.lessons.player import separable, standard

pytestmark = in_a_browser

COUNTERS = ".bars .number"
TEXTS = """(svg, kind) => [...svg.querySelectorAll(`text.value.${kind}`)]
  .map(t => Number(t.textContent.replace("−", "-")))"""


def count_of(page: Page, bar: int) -> int:
    """Multiplications that a bar says are made."""
    made = page.locator(COUNTERS).nth(bar).inner_text().split("/")[0]
    return int(made.replace(",", ""))


def numbers(page: Page, kind: str) -> np.ndarray:
    """What stands in the grids: windows, kernels or products, one row for each map."""
    return np.array(page.locator(".stage svg").evaluate(TEXTS, kind)).reshape(3, 9)


def patch_of(lane, row: int, column: int) -> np.ndarray:
    """Numpy's own cut of the padded maps."""
    padded = np.pad(np.array(lane.maps), ((0, 0), (1, 1), (1, 1)))
    return padded[:, row : row + 3, column : column + 3].reshape(3, 9)


@pytest.mark.parametrize(
    ("step", "filter_", "row", "column"), [(1, 0, 0, 0), (217, 1, 1, 6), (784, 3, 13, 13)]
)
def test_the_numbers_of_a_step_are_the_tensors(opened, step, filter_, row, column):
    page = opened(f"convolution?standard_at={step}", width=1280, height=720)
    lane = standard(3, 4, 3, 14)
    window, kernel = patch_of(lane, row, column), np.array(lane.kernels[filter_]).reshape(3, 9)
    assert (numbers(page, "window") == window).all()
    assert (numbers(page, "kernel") == kernel).all()
    assert (numbers(page, "products") == window * kernel).all()
    total = page.locator(".stage .sum.own").text_content()
    assert int(total.replace("−", "-")) == (window * kernel).sum()
    told = f"Filter {filter_ + 1}, row {row + 1}, column {column + 1}:"
    expect(page.locator(".told")).to_contain_text(told)
    assert count_of(page, 0) == step * window.size
    assert page.locator(".player").bounding_box()["y"] + 400 < 720


@pytest.mark.parametrize("step", [1, 150, 196, 240, 283, 284, 784])
def test_counters_run_at_the_true_ratio(opened, step):
    page = opened(f"convolution?part=cost&pair_at={step}")
    products = 3 * 3 * 3 * 4 * 14 * 14
    pair = 3 * 3 * 3 * 14 * 14 + 3 * 4 * 14 * 14
    assert count_of(page, 0) == step * products // 784
    assert count_of(page, 1) == min(step * products // 784, pair)
    is_done = page.locator(COUNTERS).nth(1).evaluate("e => e.classList.contains('ready')")
    assert is_done == (step / 784 >= 1 / 4 + 1 / 9)
    lanes = separable(3, 4, 3, 14)
    assert sum(lane.counted(step) for lane in lanes) == count_of(page, 1)


def test_keys_lead_the_player_and_the_link_says_the_step(opened):
    page = opened("convolution?part=cost", width=1280, height=720)
    page.locator(".player").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".step")).to_have_text("Step 3 of 784")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("pair_at=2(&|$)"))
    page.keyboard.press("End")
    expect(page.locator(".step")).to_have_text("Step 784 of 784")
    assert count_of(page, 0) == 21_168
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.wait_for_function(
        """() => [...document.querySelectorAll('*')].some(e =>
          Number(e.shadowRoot?.querySelector('.step')?.textContent.split(' ')[1]) > 5)"""
    )
    page.keyboard.press("Space")
    at = int(page.locator(".step").inner_text().split()[1])
    page.wait_for_url(re.compile(f"pair_at={at}(&|$)"))
    page.keyboard.press("Escape")
    assert page.locator(".player").evaluate("e => e.getRootNode().activeElement") is None
    page.reload()
    settle(page)
    expect(page.locator(".step")).to_have_text(f"Step {at} of 784")
    assert_sound(page)


def test_reduced_motion_steps_in_place_of_playing(browser, address):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/convolution?part=groups")
    settle(page)
    page.locator(".player").focus()
    for _ in range(3):
        page.keyboard.press("Space")
    page.wait_for_timeout(600)
    expect(page.locator(".step")).to_have_text("Step 4 of 256")
    context.close()


def test_a_guess_shows_the_answer_and_stands_in_the_link(opened):
    page = opened("convolution")
    answer = page.get_by_text("Every output map looks at every input map")
    expect(answer).to_have_count(0)
    page.get_by_text("7,056", exact=True).click()
    page.wait_for_url(re.compile("standard_guess=filters"))
    expect(answer).to_be_visible()
    expect(page.get_by_text("It is 21,168")).to_be_visible()


def test_the_slide_is_the_player_at_its_step(opened):
    page = opened("convolution?part=cost&pair_at=240&view=slide", width=1280, height=720)
    place = page.locator(".player").bounding_box()
    assert (place["width"], place["height"]) == (1280, 720)
    ends = page.locator(".stage svg").evaluate(
        "svg => [svg.clientWidth, svg.clientHeight, ...['x', 'y'].map(way => Math.max("
        "...[...svg.querySelectorAll('rect, text')].map(each => each.getBBox())"
        ".map(box => way === 'x' ? box.x + box.width : box.y + box.height)))]"
    )
    assert ends[2] <= ends[0]
    assert ends[3] <= ends[1]
    page.keyboard.press("ArrowRight")  # without a click before
    expect(page.locator(".step")).to_have_text("Step 241 of 784")
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-slide")).to_have_count(0)
    expect(page.locator(".step")).to_have_text("Step 241 of 784")


def test_a_phone_shows_the_player_without_scrolling_sideways(browser, address):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{address}/convolution?part=cost&pair_at=240")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.locator(".stage svg").evaluate(
        "svg => [...svg.querySelectorAll('text')].filter(t => t.textContent)"
        ".map(t => [parseFloat(getComputedStyle(t).fontSize), t.getBBox().x + t.getBBox().width])"
    )
    assert min(size for size, _right in sizes) >= 9
    assert max(right for _size, right in sizes) <= 390
    context.close()
