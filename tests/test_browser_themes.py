"""Pictures have the colours of the theme, the system's and the reader's."""

import re

import pytest
from browser import assert_sound, in_a_browser
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
