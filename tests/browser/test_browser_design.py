"""Designing in a browser: a cell is edited, picture and figures follow, Back is undo."""

from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import Page, expect

pytestmark = in_a_browser
HEADINGS, ROW, NUMBERS = 36.5, 35, 66  # pixels of the grid, which is a canvas


def click_row(page: Page, row: int) -> None:
    """Click the number of a row, and wait for the keyboard, which the grid takes some ms later."""
    grid = page.locator('[data-testid="stDataFrame"]').first.bounding_box()
    assert grid is not None
    page.mouse.click(grid["x"] + NUMBERS, grid["y"] + HEADINGS + ROW * (row + 0.5))
    expect(page.get_by_test_id(f"glide-cell-1-{row}")).to_be_focused()


def test_an_edited_cell_changes_picture_figures_and_url(opened):
    page = opened("design?network=v3-large", width=1920, height=1080)
    click_row(page, 4)
    for column in range(2, 6):  # row, kernel, exp, out
        page.keyboard.press("ArrowRight")
        expect(page.get_by_test_id(f"glide-cell-{column}-4")).to_have_attribute(
            "aria-selected", "true"
        )
    page.keyboard.press("Enter")
    editor = page.locator("input.gdg-input")
    editor.wait_for()
    editor.fill("48")
    page.keyboard.press("Enter")
    page.wait_for_url("**design=v3-large~*")
    settle(page)
    assert "bneck.5.72.48.se.relu.2" in page.url
    expect(page.get_by_text("MobileNetV3-Large, own rows · width 1.0").first).to_be_visible()
    page.go_back()
    settle(page)
    assert "bneck" not in page.url
    expect(page.get_by_text("MobileNetV3-Large · width 1.0").first).to_be_visible()
    assert_sound(page)


def test_a_link_opens_a_design_in_architecture_and_compare(opened):
    mine = (
        "v2~stem.16.relu6.2~mb.1.16.1.1~mb.6.24.2.2~last.1280.relu6.no~pool~classifier.dropout.no"
    )
    page = opened(f"architecture?network=design&design={mine}")
    expect(page.get_by_text("MobileNetV2, own rows · width 1.0").first).to_be_visible()
    page = opened(f"compare?network=v2&b_network=design&design={mine}")
    expect(page.get_by_text("MobileNetV2, own rows").first).to_be_visible()
    assert_sound(page)


def test_a_number_typed_into_a_cell_is_taken(opened):
    """Digits are keys too: the page's own letter for the slide must not take them."""
    page = opened("design?network=v3-large", width=1920, height=1080)
    click_row(page, 4)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("glide-cell-5-4")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("4")  # opens the cell
    editor = page.locator("input.gdg-input")
    expect(editor).to_have_value("4")
    editor.press("8")
    expect(editor).to_have_value("48")
    editor.press("Enter")
    page.wait_for_url("**design=v3-large~*")
    assert "bneck.5.72.48.se.relu.2" in page.url
    assert "view=" not in page.url
