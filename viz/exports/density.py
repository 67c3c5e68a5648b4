"""PNG files that say how large they are on paper."""

import struct
import zlib

from viz.drawing.engine import Diagram
from viz.exports.request import MM_PER_INCH, Size

HEAD = 33  # bytes of the signature and of the chunk that comes first, IHDR
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
    """A picture's PNG. Raises ``ConfigError`` for one too large."""
    return with_density(diagram.png(size.pixels(diagram.scene.size)), size.dpi)
