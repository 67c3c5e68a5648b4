"""The way from page to page: what goes along, what is left behind, what fits the window."""

import pytest
from browser import MARKS, assert_sound, in_a_browser, settle
from playwright.sync_api import Page, expect

from pages import MENU

pytestmark = in_a_browser


def go(page: Page, title: str) -> None:
    section = next(section for section, named in MENU.values() if named == title)
    page.get_by_text(section, exact=True).first.click()
    page.get_by_role("menuitem", name=title, exact=True).click()


def test_the_network_goes_along_to_the_next_page_and_back(opened):
    page = opened("architecture?network=v2&width=0.5")
    go(page, "Compare")
    expect(page.get_by_text("Block by block")).to_be_visible()
    settle(page)
    assert "network=v2" in page.url
    expect(page.get_by_text("MobileNetV2 · width 0.5").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Colour by")).to_be_visible()
    settle(page)
    expect(page.get_by_text("MobileNetV2 · width 0.5").first).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize(
    ("urls", "steps"),
    [
        (["/compare", "/compare?network=v2"], 1),  # the page first, then what it writes
        (["/architecture?network=v2", "/compare?network=v2"], 1),  # the other way round
        (["/architecture?a=1", "/architecture?a=1&b=2", "/compare?a=1&b=2", "/compare?a=1"], 1),
        (["/compare", "click", "/compare?width=0.5"], 2),
        (["/architecture?width=0.5", "click", "/architecture?width=0.5&rule=slim"], 2),
    ],
)
def test_a_page_and_what_it_writes_into_its_own_url_are_one_step(opened, urls, steps):
    """Whichever of Streamlit's two messages is handled first; which one, time decides."""
    page = opened("architecture")
    before = page.evaluate("history.length")
    page.mouse.click(5, 500)
    for url in urls:
        if url == "click":
            page.mouse.click(5, 500)
        else:
            page.evaluate("url => history.pushState({}, '', url)", url)
    assert page.evaluate("history.length") - before == steps
    assert page.evaluate("location.pathname + location.search") == urls[-1]


def test_back_takes_back_one_choice_at_a_time(opened):
    """Of whatever kind: a number, a switch, a word; then the page is left as it was come to."""
    page = opened("rounding?network=v1")
    go(page, "Architecture")
    settle(page)
    page.get_by_role("textbox", name="Resolution (pixels)").fill("192")
    page.get_by_role("textbox", name="Resolution (pixels)").press("Enter")
    page.wait_for_url("**resolution=192*")
    settle(page)
    page.get_by_role("radio", name="MACs", exact=True).click()
    page.wait_for_url("**colour=macs*")
    settle(page)
    page.go_back()
    settle(page)
    assert "resolution=192" in page.url
    assert "colour" not in page.url
    expect(page.get_by_role("radio", name="MACs", exact=True)).not_to_be_checked()
    page.go_back()
    settle(page)
    assert "resolution" not in page.url
    expect(page.get_by_role("textbox", name="Resolution (pixels)")).to_have_value("224")
    assert_sound(page)


def test_a_card_of_the_home_page_leads_on(opened):
    page = opened("")
    page.get_by_role("link", name="Open V2").click()
    expect(page.get_by_text("MobileNetV2 · width 1.0").first).to_be_visible()
    settle(page)
    assert "/architecture" in page.url
    assert "network=v2" in page.url


def test_a_station_of_the_family_opens_its_network(opened):
    page = opened("")
    page.locator('.station[id$="-v2"]').first.click()
    page.wait_for_url("**/architecture?network=v2")
    expect(page.get_by_text("MobileNetV2 · width 1.0").first).to_be_visible()
    assert_sound(page)


def test_the_choice_survives_a_visit_to_the_home_page(opened):
    page = opened("architecture?network=v1&width=0.5")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_text(MARKS[""])).to_be_visible()
    settle(page)
    go(page, "Architecture")
    expect(page.get_by_text("MobileNetV1 · width 0.5").first).to_be_visible()


def test_parts_of_one_page_do_not_trouble_the_next(opened):
    page = opened("convolution?part=Output+size")
    for title, mark in (
        ("Last stage", "Last map"),
        ("Posts and papers", "All differences as a table"),
        ("Architecture", "Colour by"),
        ("Squeeze and excite", "Widths and cost"),
    ):
        go(page, title)
        expect(page.get_by_text(mark).first).to_be_visible()
        settle(page)
        assert_sound(page)


def test_a_bad_size_is_named_and_the_last_good_one_stays(opened):
    page = opened("architecture?network=v2")
    field = page.get_by_role("textbox", name="Resolution (pixels)")
    field.fill("224x448")
    field.press("Enter")
    page.wait_for_url("**resolution=224x448*")
    settle(page)
    field.fill("0x12")
    field.press("Enter")
    message = page.get_by_text(
        "Resolution (pixels) is '0x12', but must be a whole number from 1 to"
    )
    expect(message).to_be_visible()
    assert "resolution=224x448" in page.url
    expect(page.get_by_text("MobileNetV2 · width 1.0 · 224×448").first).to_be_visible()


def test_a_link_leads_on_whatever_is_open_over_the_page(opened):
    """A click outside closes it, which is a run of the page that is being left."""
    page = opened("compare")
    for _ in range(2):
        page.get_by_role("button", name="More").first.click()
        settle(page)
        page.get_by_role("link", name="Home").first.click()
        page.get_by_role("heading", name="The MobileNet family").wait_for()
        settle(page)
        assert page.locator("h1.atlas").inner_text().startswith("The MobileNet family")
        go(page, "Compare")
        page.wait_for_url("**/compare*")
        settle(page)
        assert page.locator("h1.atlas").inner_text() == "Compare"
        expect(page.get_by_role("menuitem", name="Compare", exact=True)).to_be_hidden()


@pytest.mark.parametrize("title", ["Identify", "Lecture deck"])
def test_the_sidebar_goes_where_a_page_has_none(opened, title):
    page = opened("architecture")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    go(page, title)
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    go(page, "Architecture")
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(page.get_by_role("slider", name="Width multiplier")).to_be_visible()


def test_a_page_s_defaults_are_no_choices_on_the_next_after_the_slide_view(opened):
    page = opened("linear")
    page.locator("body").press("s")
    page.wait_for_url("**view=slide*")
    settle(page)
    page.locator("body").press("Escape")
    expect(page.locator(".st-key-slide")).to_have_count(0)
    settle(page)
    go(page, "Train")
    settle(page)
    assert "seed" not in page.url
    go(page, "Inverted residual")
    settle(page)
    page.locator("body").press("s")
    page.wait_for_url("**view=slide*")
    settle(page)
    page.locator("body").press("Escape")
    settle(page)
    go(page, "Universal bottleneck")
    settle(page)
    assert page.url.endswith("/universal")
