"""Does it fit?: the rectangles, the board that is chosen, and the slide."""

import re

from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import expect

pytestmark = in_a_browser


def test_another_board_has_room_for_the_same_arena(opened):
    page = opened("fit?network=v1&width=0.25&resolution=96&given=float32&board=microbit-v2")
    settle(page)
    input_ = page.locator("g.tensor title").filter(has_text="input: 110,592 bytes at 0")
    expect(input_).to_have_count(1)
    expect(page.locator("g.tensor.framed")).to_have_count(2)  # the floats, and their copy
    expect(page.get_by_text("does not fit").first).to_be_visible()
    page.get_by_role("combobox", name="Board").click()
    page.get_by_role("option", name=re.compile("STM32L4R5")).click()
    page.wait_for_url(re.compile("board=stm32l4r5"))
    settle(page)
    expect(page.get_by_text("does not fit")).to_have_count(0)
    assert_sound(page)


def test_the_arena_is_the_slide(opened):
    page = opened("fit?network=v1&width=0.25&resolution=96&given=float32&view=slide")
    settle(page)
    expect(page.locator(".st-key-slide g.tensor.framed")).to_have_count(2)


def test_a_step_that_is_undone_leaves_the_url_and_comes_back(opened):
    page = opened("fit?recipe=v2|width 0.35|resolution 96|int8 per-channel|patches 4x3")
    settle(page)
    assert "recipe=" not in page.url
    page.locator(".st-key-recipe").get_by_role("button", name="width 0.35").click()
    page.wait_for_url(re.compile(r"^((?!width=).)*$"))
    settle(page)
    expect(page.locator(".st-key-recipe [data-testid=stButton]")).to_have_count(3)
    page.go_back()
    page.wait_for_url(re.compile("width=0.35"))
    expect(page.locator(".st-key-recipe [data-testid=stButton]")).to_have_count(4)
    assert_sound(page)
