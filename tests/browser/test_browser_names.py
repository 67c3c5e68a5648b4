"""Names that mean harm, in files and charts that a browser opens: nothing comes alive."""

from collections.abc import Iterator
from pathlib import Path

import plotly
import pytest
from browser import in_a_browser
from hostile_names import NAMES, module
from playwright.sync_api import Browser, Page

import viz
from viz.charts.training import confusion_chart
from viz.exports import EXPORTS, Request
from viz.text import printable

pytestmark = in_a_browser
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
CLASSES = tuple(NAMES[:-1])


class Watched:
    """A page, and whatever ran or was asked for while it was open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.events: list[str] = []
        page.on("dialog", lambda dialog: (self.events.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self.events.append(request.url))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    page = browser.new_page()
    yield Watched(page)
    page.close()


@pytest.mark.parametrize(("what", "kind"), [("table", "html"), ("diagram", "svg")])
def test_a_file_with_hostile_names_is_still(watched, what, kind, tmp_path):
    request = Request(viz.read(module(), 8).config, level="operation")
    path = tmp_path / f"file.{kind}"
    path.write_bytes(EXPORTS[what][kind].make(request))
    watched.page.goto(path.as_uri())
    watched.page.wait_for_timeout(200)
    assert watched.events == [path.as_uri()]
    assert watched.page.evaluate("() => document.querySelectorAll('img, script').length") == 0
    assert watched.page.evaluate("() => document.querySelectorAll('a[href]').length") == 0
    assert "<img src=x onerror=alert(1)>" in watched.page.evaluate(
        "() => document.documentElement.textContent"
    )


def test_plotly_shows_hostile_classes_as_they_are_written(watched):
    counts = [[int(row == column) for row in CLASSES] for column in CLASSES]
    chart = confusion_chart(counts, CLASSES, "light")
    watched.page.set_content('<div id="chart" style="width:1800px;height:1600px"></div>')
    watched.page.add_script_tag(path=PLOTLY)
    watched.page.evaluate("figure => Plotly.newPlot('chart', figure)", chart.figure())
    told = "() => [...document.querySelectorAll('.ytick text')].map(each => each.textContent)"
    shown = watched.page.evaluate(told)
    plain = [name for name in CLASSES if "**" not in name]
    assert {" ".join(printable(name).split()) for name in plain} <= {
        " ".join(text.split()) for text in shown
    }
    assert watched.page.locator(".main-svg a, #chart img").count() == 0
    assert watched.events == []
