"""PowerPoint files: 16:9, every slide titled, the same bytes for the same content."""

import io
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Pt

from viz.exports.zips import timeless
from viz.text import printable
from viz.theme import FONT, PALETTES

WIDTH, HEIGHT = Emu(12_192_000), Emu(6_858_000)
TITLE_ONLY = 5  # of the default template's layouts
TITLE_HEIGHT = Emu(500_000)
LONGEST = 255  # characters of a property
INK = PALETTES["light"].text


def presentation(title: str) -> Any:
    """An empty deck, 16:9, that does not say when it was made."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    properties = deck.core_properties
    properties.title = printable(title)[:LONGEST]
    properties.author = "MobileNet Atlas"
    properties.created = properties.modified = datetime(2000, 1, 1)
    properties.last_modified_by = ""
    properties.revision = 1
    return deck


def saved(deck: Any) -> bytes:
    """The deck as bytes, the same for the same content."""
    target = io.BytesIO()
    deck.save(target)
    return timeless(target.getvalue())


def titled_slide(deck: Any, title: str) -> Any:
    """A slide that outlines and screen readers know by its title.

    The title stands above the slide until ``place_title`` gives it a place on it: most pictures
    say it themselves.
    """
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    slide.shapes.title.text_frame.text = printable(title)
    place_title(slide, (Emu(0), -TITLE_HEIGHT, WIDTH, TITLE_HEIGHT), 20)
    return slide


def place_title(
    slide: Any, place: tuple[int, int, int, int], points: float, colour: str = INK
) -> None:
    """Put the title at (left, top, width, height) in EMU, bold, from the left."""
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = map(Emu, place)
    bare(title.text_frame)
    paragraph = title.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.name = Pt(points), True, FONT
        run.font.color.rgb = rgb(colour)


def rgb(text: str) -> RGBColor:
    """A colour as ``python-pptx`` takes it."""
    red, green, blue = bytes.fromhex(text.lstrip("#"))
    return RGBColor(red, green, blue)


def describe(shape: Any, text: str) -> None:
    """Set a shape's alternative text."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", printable(text))


def bare(frame: Any) -> None:
    """A text frame without margins that neither wraps nor grows."""
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = False
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
