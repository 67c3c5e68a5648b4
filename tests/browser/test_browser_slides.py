"""The slide view: the picture alone, large enough to read, a key away."""

import re

import pytest
from browser import MARKS, PATHS, assert_sound, in_a_browser, settle
from playwright.sync_api import expect

pytestmark = in_a_browser

TEXT_SIZES = """() => [...document.querySelectorAll('.st-key-slide *')]
  .flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('text, tspan')] : [e])
  .filter(e => e.matches('tspan, text:not(:has(tspan))'))
  .filter(t => t.textContent.trim() && t.getBoundingClientRect().width)
  .map(t => { const m = t.getScreenCTM()
    return [t.textContent, parseFloat(getComputedStyle(t).fontSize) * Math.hypot(m.a, m.b)] })"""
OVERLAPS = """() => {
  const texts = [...document.querySelectorAll(
    '.st-key-slide :is(.gtitle, .annotation-text, .legendtext)')]
    .filter(e => e.textContent.trim()).map(e => [e.textContent, e.getBoundingClientRect()])
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
  return texts.flatMap(([one, a], i) => texts.slice(i + 1)
    .filter(([, b]) => over(a, b)).map(([other]) => [one, other]))
}"""  # of a chart's title, its panels' titles, notes and legend, as the browser has drawn them
FILLED = ("", "residual", "convolution", "universal", "rounding")  # to the foot of the slide
FOOT = """() => Math.max(...[...document.querySelectorAll('.st-key-slide *')]
  .flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('text')] : [e])
  .filter(e => e.matches('text') && e.textContent.trim())
  .map(t => t.getBoundingClientRect().bottom)) / innerHeight"""
# On the last four nothing is to be seen before something has been dropped, measured or trained.
NO_PICTURE = ("deck", "identify", "timing", "train")
PICTURES = [path for path in PATHS if path not in NO_PICTURE]


@pytest.mark.parametrize("path", PICTURES)
def test_slide_view_is_the_picture_alone_and_can_be_read(opened, path):
    page = opened(f"{path}?view=slide")
    cover = page.locator(".st-key-slide")
    expect(cover).to_have_count(1)
    place = cover.bounding_box()
    assert place
    assert (place["width"], place["height"]) == (1920, 1080)
    for part in ("stHeader", "stSidebar"):
        expect(page.get_by_test_id(part).first).not_to_be_visible()
    sizes = page.evaluate(TEXT_SIZES)
    assert len(sizes) > 4
    assert min(size for _text, size in sizes) >= 21.9, sorted(sizes, key=lambda s: s[1])[:3]
    assert not page.evaluate(OVERLAPS)
    assert path not in FILLED or page.evaluate(FOOT) > 0.85
    assert_sound(page)


TITLE = """() => [...document.querySelectorAll('.st-key-slide *')]
  .flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('text')] : [e])
  .filter(e => e.matches('text') && e.textContent.trim())
  .map(t => [t.getBoundingClientRect(), parseFloat(getComputedStyle(t).fontSize)])
  .sort(([a], [b]) => a.top + a.height / 2 - b.top - b.height / 2 || a.left - b.left)
  .map(([r]) => [r.left / innerWidth, (r.top + r.height / 2) / innerHeight])[0]"""


@pytest.mark.parametrize("path", ["architecture", "residual", "rounding", "activations", "linear"])
def test_titles_stand_at_one_place_and_text_grows_with_the_screen(opened, path):
    smallest, left, middle = [], [], []
    for width, height in ((1280, 720), (1920, 1080)):
        page = opened(f"{path}?view=slide", width=width, height=height)
        smallest.append(min(size for _text, size in page.evaluate(TEXT_SIZES)))
        x, y = page.evaluate(TITLE)
        left.append(x)
        middle.append(y)
    assert smallest[1] / smallest[0] == pytest.approx(1.5, rel=0.05)
    assert left == pytest.approx([14 / 1920] * 2, abs=0.003)
    assert middle == pytest.approx([39 / 1080] * 2, abs=0.012)


def test_a_key_leads_into_the_slide_view_and_out(opened):
    page = opened("architecture?network=v2&part=Layers")
    page.locator("body").press("s")
    page.wait_for_url(re.compile("view=slide"))
    settle(page)
    expect(page.locator(".st-key-slide")).to_have_count(1)
    page.locator("body").press("Escape")
    expect(page.locator(".st-key-slide")).to_have_count(0)
    assert "view=" not in page.url
    assert "network=v2" in page.url
    assert "part=layers" in page.url


def test_slide_view_works_inside_an_iframe(opened, address):
    page = opened("")
    page.set_content(
        f'<iframe width="1280" height="720" src="{address}/architecture?view=slide"></iframe>'
    )
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("MobileNetV3-Large · width 1.0").first).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("path", ["deck", "identify", "timing", "train"])
def test_a_page_without_a_picture_offers_no_slide_and_is_none(opened, path):
    page = opened(f"{path}?view=slide")
    expect(page.get_by_text(MARKS[path]).first).to_be_visible()
    assert "view=" not in page.url
    expect(page.get_by_role("button", name="Slide")).to_have_count(0)
    page.keyboard.press("s")
    page.wait_for_timeout(500)
    settle(page)
    assert "view=" not in page.url
    assert_sound(page)


FOCUSABLE = """() => [...document.querySelectorAll('a[href], button, input, [tabindex="0"]')]
  .filter(e => getComputedStyle(e).visibility === 'visible' && e.getBoundingClientRect().width)
  .filter(e => !e.closest('.st-key-slide, .st-key-corner')).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", ["architecture?block=4", "compare", "residual"])
def test_what_a_slide_hides_is_inert_and_the_first_tab_is_the_first_block(opened, path):
    page = opened(path)
    page.get_by_role("button", name="Help for").first.focus()
    page.keyboard.press("s")
    page.wait_for_url("**view=slide*")
    settle(page)
    assert not page.evaluate(FOCUSABLE)
    expect(page.get_by_role("tooltip")).not_to_be_visible()
    page.keyboard.press("Tab")
    label = "() => document.activeElement.shadowRoot?.activeElement?.getAttribute('aria-label')"
    assert page.evaluate(label)
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-slide")).to_have_count(0)


@pytest.mark.parametrize("path", ["architecture?block=4", "activations"])
def test_escape_pressed_at_once_leaves_too(opened, path):
    """While the server still draws the slide."""
    page = opened(path)
    page.locator("body").press("s")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1500)
    settle(page)
    expect(page.locator(".st-key-slide")).to_have_count(0)
    assert "view=" not in page.url


def test_the_dialog_of_a_slide_shows_the_pages_url_and_its_code(opened):
    page = opened("architecture?network=v2&width=0.5&view=slide")
    page.mouse.move(300, 300)
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img").first).to_be_visible()
    address = dialog.locator("code").inner_text()
    assert address.endswith("/architecture?network=v2&width=0.5")


def test_the_letter_in_a_table_is_the_tables_own(opened):
    page = opened("compare")
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 150, "y": 60})
    expect(table.locator(":focus")).to_be_attached()  # the grid takes the keyboard some ms later
    page.keyboard.press("s")
    page.wait_for_timeout(600)
    settle(page)
    assert "view=" not in page.url


def test_a_click_on_a_thumbnail_takes_its_slide_out_of_the_deck(opened):
    page = opened("deck?about=v1,v2&topics=totals,networks")
    thumbnail = page.locator(".st-key-slides-of-deck img").nth(1)
    box = thumbnail.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"topics=networks(&|$)"))
