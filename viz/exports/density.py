"""PNG files that say how large they are on paper."""

import struct
import unicodedata
import warnings
import zlib

from viz.drawing.engine import Diagram
from viz.drawing.scene import Scene, Shape, Text
from viz.exports.request import MM_PER_INCH, Size

HEAD = 33  # bytes of the signature and of the chunk that comes first, IHDR
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER")
PER_METRE = 1000 / MM_PER_INCH


def with_density(png: bytes, dpi: int | None) -> bytes:
    """The picture with its pixels per inch, if any are said, in the chunk ``pHYs``.

    PNG specification, 11.3.4.3: pixels per metre on both axes. One that is there already goes.
    """
    if dpi is None:
        return png
    data = b"pHYs" + struct.pack(">IIB", round(dpi * PER_METRE), round(dpi * PER_METRE), 1)
    chunk = struct.pack(">I", 9) + data + struct.pack(">I", zlib.crc32(data))
    at = png.find(b"pHYs", HEAD, HEAD + 200)
    rest = png[HEAD:] if at < 0 else png[HEAD : at - 4] + png[at + 17 :]
    return png[:HEAD] + chunk + rest


def scene_png(diagram: Diagram, size: Size) -> bytes:
    """A picture's PNG. Raises ``ConfigError`` for one too large.

    Graphviz's fonts have Latin, Greek and Cyrillic letters; others take the machine's.
    """
    scale = size.pixels(diagram.scene.size)
    text = _texts(diagram.scene)
    if all(map(_has_graphviz, text)):
        return with_density(diagram.png(scale), size.dpi)
    from viz.charts.drawable import FontWarning
    from viz.charts.fonts import fonts_for, sentence
    from viz.exports.pdf import drawn_png

    if lacking := fonts_for(text).lacking:
        warnings.warn(sentence(lacking), FontWarning, stacklevel=2)
    return with_density(drawn_png(diagram.scene, scale), size.dpi)


def _texts(scene: Scene) -> str:
    """Every sign of a picture, once."""
    found: set[str] = set()
    for item in scene.items:
        if isinstance(item, Text):
            found.update(item.text)
        elif isinstance(item, Shape):
            found.update(sign for line in item.lines for word in line for sign in word.text)
    return "".join(sorted(found))


def _has_graphviz(sign: str) -> bool:
    is_letter = unicodedata.category(sign).startswith(("L", "M"))
    return not is_letter or unicodedata.name(sign, "").startswith(SCRIPTS)
