"""Every text of a picture, as Chromium measures it, lies within its box."""

import itertools
from collections.abc import Iterator

import pytest
from browser import in_a_browser, settle
from playwright.sync_api import Browser, Page

import viz
from viz.drawing.diagrams import Look, draw, draw_pair
from viz.net.zoo import ZOO

pytestmark = in_a_browser

PAPER_PAIRS = list(itertools.combinations([k for k, n in ZOO.items() if n.group == "papers"], 2))
MEASURE = """() => [...document.querySelectorAll('g.cell')].flatMap(cell => {
  const box = cell.querySelector('path').getBBox()
  return [...cell.querySelectorAll('text')].map(text => {
    const t = text.getBBox()
    return [cell.id, text.textContent, box.x - t.x, t.x + t.width - box.x - box.width,
            box.y - t.y, t.y + t.height - box.y - box.height]
  })
})"""


def overflowing(page: Page, svg: str) -> list[object]:
    """Texts that stick out of their box: sideways, or up and down by more than a descender."""
    page.set_content(svg)
    return [
        row
        for row in page.evaluate(MEASURE)
        if max(row[2], row[3]) > 0.5 or max(row[4], row[5]) > 6
    ]


@pytest.fixture(scope="module")
def easel(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    yield page
    page.close()


# Each network at the width with the most digits, and at one of the others.
WIDTHS = [(key, width) for row, key in enumerate(ZOO) for width in ((0.25, 1.0)[row % 2], 2.0)]


@pytest.mark.parametrize(("network", "width"), WIDTHS)
def test_every_label_lies_within_its_box(easel, network, width):
    traced = viz.trace(network, width=width)
    assert overflowing(easel, draw(traced).svg()) == []
    for block in {0, min(5, len(traced.blocks) - 1), len(traced.blocks) - 1}:
        assert overflowing(easel, draw(traced, "operation", block).svg()) == []
        assert overflowing(easel, draw(traced, "block", block).svg()) == []


@pytest.mark.parametrize("width", [0.25, 1.0, 2.0])
@pytest.mark.parametrize(("left", "right"), PAPER_PAIRS)
def test_every_label_of_a_pair_lies_within_its_box(easel, left, right, width):
    a, b = viz.trace(left, width=width), viz.trace(right, width=width)
    assert overflowing(easel, draw_pair(a, b, (Look(), Look())).svg()) == []


def test_titles_do_not_run_into_each_other(easel):
    """The longest caption there is, with every option and every number changed."""
    chosen = {"width": 0.35, "classes": 21_843, "divisor": 16, "in_channels": 16}
    options = {"reduced_tail": True, "dilated": True, "minimalistic": True}
    traced = viz.trace("v3-large", width_rule="slim", resolution=512, **chosen, **options)
    easel.set_content(draw(traced).svg())
    sides = easel.evaluate(
        """() => ['title', 'subtitle'].map(id => {
          const b = document.getElementById(id).getBBox(); return [b.x, b.x + b.width] })"""
    )
    assert sides[0][1] < sides[1][0]
    assert sides[1][1] <= 1920


def test_every_column_of_compare_fits_a_laptop(browser, address):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/compare")
    settle(page)
    table = page.locator(".dvn-scroller").first
    table.scroll_into_view_if_needed()
    settle(page)
    assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.close()
