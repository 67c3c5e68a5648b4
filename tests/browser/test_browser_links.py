"""What a link opens: the page and the view it names, or a note; and no other host."""

import pytest
from browser import MARKS, PATHS, assert_sound, in_a_browser, served, settle
from playwright.sync_api import expect

pytestmark = in_a_browser


@pytest.mark.parametrize("path", PATHS[1::11])  # the server starts anew for each
def test_a_link_opened_first_on_a_fresh_server_shows_its_page(browser, path):
    with served() as fresh:
        page = browser.new_page()
        page.goto(f"{fresh}/{path}?network=v2&width=0.5")
        settle(page)
        expect(page.get_by_text(MARKS[path]).first).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
        assert_sound(page)
        page.close()


def test_the_app_asks_no_other_host(browser, address):
    page = browser.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path in [*PATHS, "architecture?part=Layers&block=4", "architecture?part=Downloads"]:
        page.goto(f"{address}/{path}")
        settle(page)
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.goto(f"{address}/compare")
    settle(page)
    assert not [text for text in console if "Content Security Policy" in text]
    local = (address, address.replace("http", "ws", 1), "data:", "blob:")
    assert not [url for url in asked if not url.startswith(local)]
    page.close()


BROKEN = """async ([tag, name, url]) => {
  const told = new Promise(done => document.addEventListener(
    'securitypolicyviolation', e => done(e.effectiveDirective), {once: true}))
  const node = document.createElement(tag)
  node[name] = url
  document.body.append(node)
  return Promise.race([told, new Promise(done => setTimeout(done, 3000, 'nothing'))])
}"""


FORBIDDEN = {
    "object-src": ("object", "data", "/figure/v2.svg"),
    "script-src-elem": ("script", "src", "http://127.0.0.2/x.js"),
    "img-src": ("img", "src", "http://127.0.0.2/x.png"),
    "frame-src": ("iframe", "src", "http://127.0.0.2/"),
    "base-uri": ("base", "href", "http://127.0.0.2/"),
}


def test_a_browser_refuses_what_the_policy_forbids(opened):
    page = opened("check")
    for rule, asked in FORBIDDEN.items():
        assert page.evaluate(BROKEN, asked) == rule


def test_a_link_carries_the_whole_view(opened, browser, address):
    page = opened("architecture?network=v3-small&width=0.75&colour=MACs&block=3")
    expect(page.get_by_text("MobileNetV3-Small · width 0.75").first).to_be_visible()
    expect(page.get_by_text("Close the block")).to_be_visible()
    expect(page.get_by_text("MACs in one block").first).to_be_visible()


BAD_LINKS = [
    "architecture?width=nan&network=v9&block=77&resolution=inf",
    "architecture?width=0.5&width=0.6&classes=",
    "compare?b_width=-1&b_network=%3Cscript%3E",
    "activations?curves=zig&reach=1e9",
    "rounding?rules=%00&divisor=1e9",
    "architecture?part=%F0%9F%92%A5&part=x",
]


@pytest.mark.parametrize("link", BAD_LINKS)
def test_bad_links_get_a_visible_note_and_nothing_breaks(opened, link):
    page = opened(link)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize("path", ["nowhere", "architecture/inner", "%2e%2e/etc"])
def test_unknown_pages_lead_home_with_a_note(opened, path):
    page = opened(path)
    expect(page.get_by_text("Page not found")).to_be_visible()
    expect(page.get_by_text(MARKS[""])).to_be_visible()
    assert_sound(page)


def test_sessions_do_not_influence_each_other(opened):
    one = opened("architecture?network=v1")
    other = opened("architecture?network=v3-small&width=0.5")
    one.reload()
    settle(one)
    expect(one.get_by_text("MobileNetV1 · width 1.0").first).to_be_visible()
    expect(other.get_by_text("MobileNetV3-Small · width 0.5").first).to_be_visible()


def test_another_network_keeps_the_width(opened):
    """V2 has presets and a depth, so that the slider stands at another place."""
    page = opened("architecture?network=v2&width=0.9")
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="MobileNetV3-Large", exact=True).click()
    shown = page.locator("svg text", has_text="MobileNetV3-Large · width 0.9")
    expect(shown.first).to_be_visible()
    settle(page)
    assert "width=0.9" in page.url


@pytest.mark.parametrize("path", ["architecture", "rounding"])
def test_keys_on_a_slider_that_are_quicker_than_the_server_all_count(opened, path):
    """One page sends its picture first, the other its sidebar."""
    page = opened(path)
    slider = page.get_by_role("slider", name="Width multiplier")
    slider.focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(30)
    page.wait_for_url("**width=0.91*")
    settle(page)
    expect(slider).to_have_attribute("aria-valuetext", "0.91")
    assert "width=0.91" in page.url
