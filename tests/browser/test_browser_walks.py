"""Walks by the menus, not by links: a page shows its own frame and its own defaults, whatever came
before it, and the slide view is always left by one key."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import Page, expect

from pages import ENTRIES, MENU, fields

pytestmark = in_a_browser
LEARNED = ("inside", "train")  # they open on weights that bring their network: no sidebar


def conflicts() -> set[tuple[str, str]]:
    """Pairs of pages that mean different things by one name, in both orders."""
    asked = {page: fields(page) for page in MENU}
    return {
        (one, other)
        for one, other in permutations(MENU, 2)
        if any(asked[one][name] != asked[other][name] for name in asked[one].keys() & asked[other])
    }


def has_sidebar(page: str) -> bool:
    return ENTRIES[page].network and page not in LEARNED


def frames() -> set[tuple[str, str]]:
    """Beside those: each page behind one with a network in the sidebar, and behind one without."""
    behind = {(has_sidebar(before), page) for before, page in conflicts()}
    return {
        (before, page)
        for page in MENU
        for before in ("rounding", "deck")
        if before != page and (has_sidebar(before), page) not in behind
    }


def walk(wanted: set[tuple[str, str]]) -> Iterator[str]:
    """Pages in an order in which every wanted pair is a step."""
    left, here = set(wanted), "home"
    yield here
    while left:
        onward = sorted(other for one, other in left if one == here)
        # the page with the most steps of its own still to go
        ahead = {page: sum(one == page for one, _other in left) for page in MENU}
        before, here = here, max(onward or [p for p in MENU if p != here], key=ahead.__getitem__)
        left.discard((before, here))
        yield here


def go(page: Page, name: str) -> None:
    section, title = MENU[name]
    if section:
        page.get_by_test_id("stTopNavSection").filter(has_text=section).first.click()
        page.get_by_role("menuitem", name=title, exact=True).click()
    else:
        page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_url(f"**/{'' if name == 'home' else name}")
    settle(page)


def there_and_back(page: Page) -> None:
    """The slide view and back, from wherever the focus is."""
    if not page.get_by_role("button", name="Slide").count():
        return
    page.keyboard.press("s")
    page.wait_for_url("**view=slide*")
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-slide")).to_have_count(0, timeout=20_000)  # the server may be busy
    expect(page.get_by_test_id("stHeader")).to_be_visible()
    settle(page)  # a menu that opens while the page runs may be drawn anew


@pytest.mark.parametrize("slides", [False, True], ids=["straight", "by way of the slide view"])
def test_no_page_leaves_anything_on_the_next(opened, slides):
    page = opened("")
    steps = list(walk(conflicts() | frames() if not slides else conflicts()))
    for name in steps[1:]:
        if slides:
            there_and_back(page)
        go(page, name)
        expect(page.get_by_test_id("stSidebar")).to_be_visible(visible=has_sidebar(name))
        assert "?" not in page.url, "defaults of another page became choices"
        assert_sound(page)
