"""Pages of a lecture as small pictures, before it is built."""

from collections.abc import Iterator

from viz.charts.matplotlib import drawn
from viz.drawing.scene import Scene
from viz.drawing.svg import document
from viz.exports.lecture import Lecture, Page
from viz.exports.slide_tables import table_scene


def previews(lecture: Lecture) -> Iterator[tuple[str, str, str]]:
    """(topic that chooses it alone, title, SVG) of every page, in order."""
    for topic, page in lecture.named_pages().items():
        yield topic, page.title, _svg(page)


def _svg(page: Page) -> str:
    if page.chart is not None:
        return drawn(page.chart, "svg").decode()
    return document(_scene(page).filled())


def _scene(page: Page) -> Scene:
    if page.table is not None:
        return table_scene(page.title, page.table)
    assert page.scene is not None  # a page has exactly one of the three
    return page.scene
