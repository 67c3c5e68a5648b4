"""Scenes as PDF, by Typst, from the SVG that is on the page: vectors, text, fonts inside.

PNG too, where a text has signs that Graphviz's own fonts lack: Typst takes any font of the machine.
"""

import io
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import typst

from viz.drawing.scene import Scene
from viz.drawing.svg import document
from viz.text import printable
from viz.theme import FONT_STACK

# Where the machine has none of the fonts whose widths the boxes were made for: one that is there.
FAMILIES = FONT_STACK.replace("sans-serif", "DejaVu Sans")
POINTS_PER_INCH = 72.0
POINTS_PER_MM = POINTS_PER_INCH / 25.4
# A page for each picture, which fills it as far as its sides allow.
PAGES = b"""
#let given = sys.inputs
#set document(title: given.title, author: "MobileNet Atlas", date: none)
#set page(width: float(given.width) * 1pt, height: float(given.height) * 1pt)
#set page(margin: 0pt, fill: none)
#for picture in json(bytes(given.pictures)) {
  page(image(bytes(picture), format: "svg", width: 100%, height: 100%, fit: "contain"))
}
"""


def scene_pdf(
    scenes: Sequence[Scene],
    title: str,
    page: tuple[float, float] | None = None,
    width_mm: float | None = None,
) -> bytes:
    """One page per scene, of the size ``page`` in points, or of the first scene's.

    That is ``width_mm`` wide, or a point per pixel.
    """
    width, height = page or scenes[0].size
    larger = width_mm * POINTS_PER_MM / width if width_mm else 1
    inputs = {
        "title": printable(title),
        "width": str(width * larger),
        "height": str(height * larger),
        "pictures": json.dumps([document(scene, FAMILIES) for scene in scenes]),
    }
    return typst.compile(PAGES, font_paths=_fonts(), sys_inputs=inputs, pdf_tags=False)


def drawn_png(scene: Scene, scale: float) -> bytes:
    """A PNG with ``scale`` pixels per pixel of the scene."""
    width, height = scene.size
    pictures = json.dumps([document(scene, FAMILIES)])
    inputs = {"title": "", "width": str(width), "height": str(height), "pictures": pictures}
    ppi = POINTS_PER_INCH * scale
    return typst.compile(PAGES, font_paths=_fonts(), sys_inputs=inputs, format="png", ppi=ppi)


@lru_cache(maxsize=1)
def _fonts(*, system: bool = True) -> typst.Fonts:
    """The machine's fonts, and those that come with matplotlib, which is not loaded for that."""
    matplotlib = find_spec("matplotlib")
    assert matplotlib  # it is a requirement of this room
    own = Path(str(matplotlib.origin)).parent / "mpl-data" / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=system, font_paths=[own])


def as_wide(content: bytes, width_mm: float | None) -> bytes:
    """A PDF of one page, all of it larger or smaller, ``width_mm`` wide."""
    if width_mm is None:
        return content
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(content))
    for page in writer.pages:
        page.scale_by(width_mm * POINTS_PER_MM / float(page.mediabox.width))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
