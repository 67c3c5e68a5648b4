"""What a keyboard, a phone, a screen reader and a printer find."""

import io

import pytest
from browser import PATHS, assert_sound, in_a_browser, settle
from PIL import Image
from playwright.sync_api import expect

pytestmark = in_a_browser
PHONE = {"width": 390, "height": 844}


def tab_until(page, found, most=60):
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(found):
            return True
    return False


IN_BOX = "() => !!document.activeElement?.shadowRoot?.activeElement?.closest('.clickable') \
    || !!document.activeElement?.closest?.('.clickable')"


def test_tab_reaches_a_block_before_any_is_open_and_escape_closes_it(opened):
    page = opened("architecture")
    assert tab_until(page, IN_BOX)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**block=1*")
    settle(page)
    expect(page.get_by_text("Close the block")).to_be_visible()
    assert tab_until(page, IN_BOX)
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "block" not in url)
    settle(page)
    expect(page.get_by_text("Close the block")).to_have_count(0)
    assert_sound(page)


def test_escape_closes_an_open_block_after_the_slide_view_too(opened):
    page = opened("architecture?block=4")
    page.keyboard.press("s")
    page.wait_for_url("**view=slide*")
    settle(page)
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "view" not in url)
    settle(page)
    assert "block=4" in page.url
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "block" not in url)


FOCUSED = "() => document.activeElement.textContent.trim()"


@pytest.mark.parametrize("path", ["architecture", "inside"])
def test_the_first_stop_of_tab_leads_to_the_first_block(opened, path):
    """Menu, sidebar and controls are 29 and 34 stops."""
    page = opened(path)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the picture"
    page.keyboard.press("Enter")
    assert page.evaluate(IN_BOX)


def test_without_blocks_there_is_nothing_to_skip_to(opened):
    page = opened("activations")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) != "Skip to the picture"
    page = opened("architecture?view=slide")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) != "Skip to the picture"


def test_opening_a_block_leaves_the_picture_one_element(opened):
    page = opened("architecture")
    page.locator('[id="block-4"]').evaluate("box => { box.ownerSVGElement.dataset.kept = 'yes' }")
    page.locator('[id="block-4"]').click()
    page.wait_for_url("**block=4*")
    settle(page)
    kept = "box => box.ownerSVGElement.dataset.kept"
    assert page.locator('[id="block-4"]').first.evaluate(kept) == "yes"


PARTS = ("", "check", "compare", "activations", "rounding", "inside")  # with headings of their own


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_one_h1_a_title_of_its_own_and_fits_the_window(opened, path):
    page = opened(path)
    assert page.locator("h1").count() == 1
    assert path not in PARTS or page.get_by_role("heading", level=2).count() >= 1
    assert page.title().endswith(" · MobileNet Atlas")
    assert page.title().split(" · ")[0] not in ("", "MobileNet Atlas")
    charts = page.get_by_test_id("stPlotlyChart").all()
    names = [chart.get_attribute("aria-label") for chart in charts]
    assert all(names)
    assert len(set(names)) == len(names)
    # A name that falls back on the page's says nothing of the chart.
    assert not [name for name in names if name.startswith(page.title().split(" · ")[0] + " · ")]
    for width, height in ((1920, 1080), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("m => m.scrollWidth - m.clientWidth") <= 1


def test_on_a_phone_a_tables_buttons_lie_over_nothing(browser, address):
    """They are always there where nothing can hover, and lay over a tab."""
    phone = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    page = phone.new_page()
    page.goto(f"{address}/posts")
    settle(page)
    buttons = page.get_by_test_id("stElementToolbar").first.bounding_box()
    others = page.locator('[role="tab"], [data-testid="stPopover"], .dvn-scroller')
    for other in [each.bounding_box() for each in others.all()]:
        assert other is None or not _overlap(buttons, other)
    phone.close()


def _overlap(a, b):
    return all(
        a[at] < b[at] + b[by] and b[at] < a[at] + a[by]
        for at, by in (("x", "width"), ("y", "height"))
    )


def test_a_sidebar_that_is_open_on_a_phone_can_be_closed(opened):
    page = opened("architecture")
    page.set_viewport_size(PHONE)
    settle(page)
    if not page.get_by_test_id("stSidebarCollapseButton").is_visible():
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarCollapseButton").locator("button").click(timeout=5_000)
    settle(page)
    assert "view=slide" not in page.url


def test_the_way_out_of_a_slide_shows_when_the_pointer_moves(opened):
    page = opened("architecture?view=slide")
    page.mouse.move(300, 300)
    page.mouse.move(400, 350)
    switch = page.locator(".st-key-corner")
    page.wait_for_timeout(600)
    assert float(switch.evaluate("e => getComputedStyle(e).opacity")) > 0.9


def test_hovering_a_block_tells_its_figures(opened):
    page = opened("architecture")
    told = page.locator('[id="block-4"] title').first.text_content()
    assert "features.4" in told
    assert "10,328 parameters" in told


@pytest.mark.parametrize("path", ["compare", "convolution", "residual"])
def test_a_png_of_a_picture_stands_on_the_ground_of_its_theme(opened, path, tmp_path):
    page = opened(path)
    page.get_by_role("button", name="Download", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG", exact=True).first.click()
    download.value.save_as(tmp_path / "picture.png")
    picture = Image.open(io.BytesIO((tmp_path / "picture.png").read_bytes())).convert("RGBA")
    assert picture.getpixel((3, 3)) == (255, 255, 255, 255)


def contrast(page, selector):
    """WCAG contrast of an element's text against what lies behind it."""
    return page.evaluate(
        """(selector) => {
      const own = document.querySelector(selector)
      const parse = (text) => text.match(/[\\d.]+/g).map(Number)
      const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((v) => v / 255)
          .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        return 0.2126 * x + 0.7152 * y + 0.0722 * z
      }
      let opacity = 1
      for (let at = own; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity)
      let ground = [255, 255, 255]
      for (let at = own; at; at = at.parentElement) {
        const found = parse(getComputedStyle(at).backgroundColor)
        if (found.length < 4 || found[3] > 0) { ground = found; break }
      }
      const ink = parse(getComputedStyle(own).color)
      const alpha = opacity * (ink[3] ?? 1)
      const seen = [0, 1, 2].map((i) => ink[i] * alpha + ground[i] * (1 - alpha))
      const [a, b] = [light(seen), light(ground)].sort((p, q) => q - p)
      return (a + 0.05) / (b + 0.05)
    }""",
        selector,
    )


SMALL = {
    "rounding?width=0.5": (
        ".react-aria-ComboBox [data-tag] > span",
        "[data-testid=stCaptionContainer] p",
    ),
    "timing": ("button[kind=primary] p",),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", SMALL)
def test_small_text_has_a_contrast_of_at_least_four_and_a_half(opened, path, scheme):
    page = opened(path, scheme)
    page.wait_for_timeout(1_000)
    for selector in SMALL[path]:
        assert contrast(page, selector) >= 4.5, selector
