"""A browser and a server for every test in this folder."""

from collections.abc import Callable, Iterator

import pytest
from browser import browsing, served, settle
from playwright.sync_api import Browser, Page

Opener = Callable[..., Page]
# What pulses while a page is made is drawn without a graphics card, at the cost of the page itself.
STILL = """new MutationObserver((_, self) => {
  if (!document.head) return
  self.disconnect()
  document.head.insertAdjacentHTML(
    'beforeend', '<style>*, *::before, *::after { animation: none !important }</style>')
}).observe(document, { childList: true, subtree: true })"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; each file has its own, as Playwright's loop should not outlive its tests."""
    with browsing() as started:
        yield started


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of one server for all files."""
    with served() as url:
        yield url


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opener]:
    """A function that opens a page of the app and waits until it is drawn."""
    contexts = []

    def open_page(path: str, scheme: str = "light", width: int = 1920, height: int = 1080) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        context.add_init_script(STILL)
        page = context.new_page()
        page.goto(f"{address}/{path}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
