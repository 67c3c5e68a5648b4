"""Decks for a lecture have native slides, notes, and a page for every page."""

import io
import zipfile
from xml.etree import ElementTree

import pypdf
import pytest
from export_helpers import pixels
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

import viz
from viz.exports.deck import DECKS
from viz.exports.lecture import PER_NETWORK, TOPICS, Lecture, lecture_of
from viz.exports.preview import previews
from viz.net.design import rows_of, write
from viz.net.fields import ConfigError
from viz.net.zoo import ZOO


@pytest.fixture(scope="module")
def deck() -> bytes:
    return DECKS["pptx"](Lecture(), lambda _done, _all: None)


def test_default_deck_has_native_slides_with_notes(deck):
    slides = list(Presentation(io.BytesIO(deck)).slides)
    pages = Lecture().pages()
    assert len(slides) == len(pages) + 1
    for slide, page in zip(slides[1:], pages, strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        assert page.title in notes
        assert f"/{page.link} in MobileNet Atlas" in notes  # a reader's own server is nobody else's
        assert not pixels(slide.shapes), "a picture"
    text = " ".join(slide.notes_slide.notes_text_frame.text for slide in slides[1:])
    for key in ("v1", "v2", "v3-large", "v3-small"):
        assert f"{viz.trace(key).params:,} parameters" in text


@pytest.mark.parametrize("address", ["https://atlas.example", "http://127.0.0.1:8501"])
def test_notes_link_back_where_others_can_follow(address):
    made = DECKS["pptx"](Lecture(("v1",), ("networks",), address), lambda _done, _all: None)
    slide = Presentation(io.BytesIO(made)).slides[1]
    notes = slide.notes_slide.notes_text_frame.text
    assert (f"{address}/architecture?network=v1" in notes) == ("example" in address)
    assert "127.0.0.1" not in notes


def test_every_slide_has_a_title_and_what_it_shows_in_words(deck):
    slides = list(Presentation(io.BytesIO(deck)).slides)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[1:] == [page.title for page in Lecture().pages()]
    for slide in slides[1:]:
        told = [
            shape._element.xpath(".//p:cNvPr")[0].get("descr")
            for shape in slide.shapes
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP or shape.has_chart or shape.has_table
        ]
        assert told
        assert all(told)


@pytest.mark.parametrize("kind", DECKS)
def test_a_deck_is_the_same_bytes_again(kind, deck):
    def again() -> bytes:
        return DECKS[kind](Lecture(("v3-small",)), lambda _done, _all: None)

    assert again() == again()
    assert kind != "pptx" or zipfile.ZipFile(io.BytesIO(deck)).testzip() is None


def test_pdf_deck_has_a_page_for_every_page():
    seen: list[tuple[int, int]] = []
    content = DECKS["pdf"](Lecture(), lambda done, total: seen.append((done, total)))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) == len(Lecture().pages())
    assert {(float(p.mediabox.width), float(p.mediabox.height)) for p in pages} == {(1920, 1080)}
    assert seen[-1] == (len(pages), len(pages))


def test_a_lecture_about_any_single_network_has_its_pages(network):
    titles = [page.title for page in lecture_of(network).pages()]
    assert any(title.startswith(f"{ZOO[network].name} ·") for title in titles)


@pytest.mark.parametrize("network", list(ZOO)[::5])
def test_a_lecture_about_a_single_network_can_be_made(network):
    assert DECKS["pptx"](lecture_of(network), lambda _done, _all: None)


def test_a_lecture_goes_from_v1_to_v4_and_on_to_a_design():
    body = rows_of(viz.ZOO["v4-conv-small"])[:6]
    design = write(viz.design([*body, "pool", "classifier.no.no"]))
    lecture = lecture_of("all,v4-conv-medium,v4-hybrid-medium,design", design=design)
    titles = [page.title for page in lecture.pages()]
    for name in ("V1", "V2", "V3-Large", "V4-Conv-M", "V4-Hybrid-M"):
        assert any(title.startswith(f"MobileNet{name} ·") for title in titles)
    assert any("own rows" in title for title in titles)
    assert DECKS["pdf"](lecture, lambda _done, _all: None)[:4] == b"%PDF"


def test_the_page_offers_the_topics_that_there_are():
    from viz.ui.parts import deck as decks

    assert list(decks.TOPICS) == list(TOPICS)
    assert decks.PER_NETWORK == PER_NETWORK
    assert set(decks.FORMATS) == set(DECKS)


def test_the_preview_shows_the_pages_of_the_lecture():
    lecture = Lecture(("v1", "v2"), ("networks", "totals", "activations"))
    shown = list(previews(lecture))
    assert [title for _, title, _ in shown] == [page.title for page in lecture.pages()]
    for _, title, svg in shown:
        assert title.split(" · ")[0] in "".join(ElementTree.fromstring(svg).itertext())


def test_each_page_has_a_topic_that_chooses_it_alone():
    names = ("v1", "v2", "v3-large")
    whole = Lecture(names).named_pages()
    assert len(whole) == 9 + 2 * len(names)
    for topic, page in whole.items():
        assert [each.title for each in lecture_of(",".join(names), topic).pages()] == [page.title]


def test_a_page_of_a_network_that_is_not_there_is_no_topic():
    with pytest.raises(ConfigError, match="topics is 'costs-v2'"):
        lecture_of("v1", "costs-v2")
