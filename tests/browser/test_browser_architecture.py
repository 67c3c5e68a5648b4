"""The architecture page under mouse and keyboard: blocks open, pictures move."""

import re

from browser import in_a_browser, settle
from playwright.sync_api import Page, expect

pytestmark = in_a_browser


def box(page: Page, number: int):
    return page.locator(f'[id="block-{number}"]').first


def test_clicking_a_block_opens_it_and_stands_in_the_address(opened):
    page = opened("architecture")
    box(page, 5).click()
    page.wait_for_url(re.compile(r"[?&]block=5\b"))
    expect(page.get_by_text("Close the block")).to_be_visible()
    settle(page)
    assert page.locator('[id="features.5.block.2.fc1"]').count() == 1
    page.get_by_text("Close the block").click()
    expect(page.get_by_text("Close the block")).to_have_count(0)
    assert "block=" not in page.url


def test_blocks_can_be_reached_and_opened_by_keyboard(opened):
    page = opened("architecture")
    box(page, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]block=2\b"))
    expect(page.get_by_text("Close the block")).to_be_visible()
    expect(box(page, 2)).to_be_focused()
    expect(box(page, 2)).to_have_attribute("aria-pressed", "true")
    assert box(page, 2).get_attribute("role") == "button"
    assert "16 → 64 → 24" in str(box(page, 2).get_attribute("aria-label"))


def test_arrow_keys_move_between_lines_too(opened):
    page = opened("architecture")
    box(page, 0).focus()
    for key, number in (
        ("ArrowDown", 2),
        ("ArrowDown", 4),
        ("ArrowUp", 2),
        ("End", 19),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        expect(box(page, number)).to_be_focused()


def test_choosing_a_network_changes_picture_and_address(opened):
    page = opened("architecture")
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="MobileNetV2", exact=True).click()
    page.wait_for_url(re.compile(r"network=v2"))
    expect(page.get_by_text("MobileNetV2 · width 1.0").first).to_be_visible()


def test_pictures_can_be_enlarged_moved_and_put_back(opened):
    page = opened("architecture")
    figure = page.locator(".frame").first
    figure.get_by_role("button", name="Larger").click()
    before = figure.locator("svg").evaluate("svg => svg.style.transform")
    assert "scale(1.4)" in before
    place = figure.bounding_box()
    assert place
    page.mouse.move(place["x"] + 400, place["y"] + 300)
    page.mouse.down()
    page.mouse.move(place["x"] + 300, place["y"] + 250, steps=5)
    page.mouse.up()
    assert figure.locator("svg").evaluate("svg => svg.style.transform") != before
    assert "block=" not in page.url, "a drag is no click"
    figure.get_by_role("button", name="Whole picture").click()
    assert "scale(1)" in figure.locator("svg").evaluate("svg => svg.style.transform")


def test_a_row_of_the_layers_opens_its_block(opened):
    page = opened("architecture?network=v2&part=layers&path=features.7.conv")
    table = page.locator('[data-testid="stDataFrame"]').first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 15, box["y"] + 55)  # the mark of the first row, drawn on a canvas
    page.wait_for_url("**block=7*")
    settle(page)
    expect(page.get_by_text("Close the block")).to_be_visible()


def test_a_block_that_opens_below_the_fold_is_brought_into_sight(opened):
    """At 1280 x 720 it stands below the network, whose picture fills the window."""
    page = opened("architecture", width=1280, height=720)
    box(page, 5).click()
    page.wait_for_url(re.compile(r"[?&]block=5\b"))
    settle(page)
    expect(page.locator('[id="features.5.block.2.fc1"]')).to_be_in_viewport()
    expect(page.get_by_text("Close the block")).to_be_visible()
