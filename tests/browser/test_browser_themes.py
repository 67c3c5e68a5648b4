"""Pictures have the colours of the theme, the system's and the reader's."""

import re

import pytest
from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import expect

pytestmark = in_a_browser


@pytest.mark.parametrize(("scheme", "bright"), [("light", False), ("dark", True)])
def test_pictures_follow_the_theme(opened, scheme, bright):
    page = opened("architecture", scheme)
    colour = page.locator('[id="title"] text').first.evaluate("t => getComputedStyle(t).fill")
    red, green, blue = (int(n) for n in re.findall(r"\d+", colour)[:3])
    assert (red + green + blue > 3 * 128) == bright


def test_pictures_follow_when_the_reader_changes_the_theme(opened):
    page = opened("architecture")
    for theme, colour in (("Dark", "rgb(242, 245, 250)"), ("Light", "rgb(22, 32, 44)")):
        page.get_by_test_id("stMainMenu").click()
        page.get_by_test_id(f"stMainMenuItem-theme-{theme}").click()
        expect(page.locator('[id="title"] text').first).to_have_css("fill", colour)
        page.keyboard.press("Escape")
    assert_sound(page)


GROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"


def ground(page) -> int:
    return sum(int(n) for n in re.findall(r"\d+", page.evaluate(GROUND))[:3])


def test_a_link_carries_the_theme_and_pages_and_reloads_keep_it(opened):
    page = opened("architecture?theme=dark")
    page.wait_for_function("() => sessionStorage.getItem('atlas-theme') === null")
    settle(page)
    assert ground(page) < 3 * 64
    page.get_by_role("link", name="Home").click()
    page.wait_for_url("**theme=dark*")
    page.reload()
    settle(page)
    settle(page)
    assert ground(page) < 3 * 64
    assert "theme=dark" in page.url
    assert_sound(page)


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "light"), ("light", "dark")])
def test_a_link_with_a_theme_loads_the_app_once(browser, address, theme, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    loads = []
    page.on("request", lambda asked: asked.is_navigation_request() and loads.append(asked.url))
    page.goto(f"{address}/architecture?theme={theme}")
    settle(page)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert len(loads) == 1
    assert (background == "rgb(255, 255, 255)") == (theme == "light")
    context.close()


def test_the_url_says_what_theme_the_reader_chose(opened):
    page = opened("convolution")
    page.get_by_test_id("stMainMenu").click()
    page.get_by_test_id("stMainMenuItem-theme-Dark").click()
    page.wait_for_url("**theme=dark*")
    assert_sound(page)


def test_a_system_theme_is_not_written_into_the_url(opened):
    page = opened("convolution", "dark")
    assert ground(page) < 3 * 64
    assert "theme" not in page.url
