"""The code of a view, read by another program, and what stands in it."""

import io

import pytest
import resvg_py
import zxingcpp
from PIL import Image

from viz.ui.share import code_svg

LONGEST = 1_800  # characters of a URL that still opens everywhere


@pytest.mark.parametrize("length", [40, 300, LONGEST])
def test_a_code_is_read_as_the_url_it_was_made_from(length):
    url = "https://atlas.example/architecture?network=v3-large&path=".ljust(length, "x")
    pixels = bytes(resvg_py.svg_to_bytes(svg_string=code_svg(url), zoom=2))
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(pixels)).convert("RGB"))
    assert [code.text for code in found] == [url]
