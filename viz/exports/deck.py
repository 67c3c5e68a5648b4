"""A lecture as one PowerPoint or one PDF."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Pt

from viz.charts.matplotlib import drawn
from viz.drawing.board import SLIDE
from viz.exports.lecture import Lecture, Page
from viz.exports.office_charts import add_chart
from viz.exports.pdf import scene_pdf
from viz.exports.presentation import (
    HEIGHT,
    INK,
    WIDTH,
    place_title,
    presentation,
    rgb,
    saved,
    titled_slide,
)
from viz.exports.slide_tables import add_tables, table_scene
from viz.exports.slides import draw_scene
from viz.exports.story import StoryLecture
from viz.theme import FONT

Progress = Callable[[int, int], None]
Pages = Lecture | StoryLecture


def no_progress(_done: int, _all: int) -> None:
    """Progress callback that does nothing."""


def as_pptx(lecture: Pages, progress: Progress = no_progress) -> bytes:
    """16:9; native shapes, charts and tables; notes with numbers, sources and a link back."""
    deck = presentation(lecture.title)
    _title_slide(deck, lecture)
    pages = lecture.pages()
    for number, page in enumerate(pages, start=1):
        for slide in _add(deck, page):
            slide.notes_slide.notes_text_frame.text = _notes(page, lecture)
        progress(number, len(pages))
    return saved(deck)


def _add(deck: Any, page: Page) -> list[Any]:
    """The slides of one page; a long table takes several."""
    before = len(deck.slides)
    if page.table:
        add_tables(deck, page.title, page.table)
    elif page.scene is not None:
        draw_scene(titled_slide(deck, page.title), page.scene)
    else:
        assert page.chart is not None  # a page has exactly one of the three
        add_chart(titled_slide(deck, page.title), page.chart)
    return list(deck.slides)[before:]


def _notes(page: Page, lecture: Pages) -> str:
    return f"{page.title}\n{page.notes}\nLive: {_link(lecture.address, page.link)}"


def _link(address: str, link: str) -> str:
    """Link of a page: full, or only its path if the server is local."""
    own = urlsplit(address).hostname in (None, "localhost", "127.0.0.1", "::1")
    return f"/{link} in MobileNet Atlas" if own else f"{address}/{link}"


def _title_slide(deck: Any, lecture: Pages) -> None:
    slide = titled_slide(deck, lecture.title)
    place_title(slide, (Emu(900_000), HEIGHT // 4, WIDTH - Emu(1_800_000), Emu(900_000)), 44)
    box = slide.shapes.add_textbox(Emu(900_000), HEIGHT // 3, WIDTH - Emu(1_800_000), HEIGHT // 3)
    box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    for index, (text, size) in enumerate(
        (
            (lecture.about, 24),
            (f"MobileNet Atlas · {lecture.address}", 16),
        )
    ):
        frame = box.text_frame
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.name = text, FONT
        run.font.size = Pt(size)
        run.font.color.rgb = rgb(INK)


def as_pdf(lecture: Pages, progress: Progress = no_progress) -> bytes:
    """One page per slide, vectors and text; without notes."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    pages = lecture.pages()
    for number, page in enumerate(pages, start=1):
        for part in PdfReader(io.BytesIO(_page_pdf(page))).pages:
            writer.add_page(part).scale_to(*SLIDE)
        progress(number, len(pages))
    writer.metadata = {"/Title": lecture.title, "/Author": "MobileNet Atlas"}
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _page_pdf(page: Page) -> bytes:
    if page.table:
        return scene_pdf([table_scene(page.title, page.table)], page.title, SLIDE)
    if page.scene is not None:
        return scene_pdf([page.scene], page.title, SLIDE)
    assert page.chart is not None  # likewise
    return drawn(page.chart, "pdf")


DECKS: dict[str, Callable[[Pages, Progress], bytes]] = {"pptx": as_pptx, "pdf": as_pdf}
