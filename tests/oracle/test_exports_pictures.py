"""Pictures as other programs read them: PDF, SVG, PNG and Mermaid."""

import io
import os
import re
import subprocess
from pathlib import Path

import pypdf
import pytest
import resvg_py
from export_helpers import POPPLER, kept, made, words_on_paper
from PIL import Image
from svg import folded_in

import viz
from viz.exports import request_of
from viz.exports.figures import figure_of
from viz.exports.figures import made as made_figure
from viz.exports.request import MOST_PIXELS
from viz.net.zoo import ZOO


def test_pdf_is_one_page_whose_text_is_text(network):
    (page,) = pypdf.PdfReader(io.BytesIO(kept(network, "diagram", "pdf"))).pages
    assert (page.mediabox.width, page.mediabox.height) == (1920, 1080)
    text = page.extract_text()
    names = [block.name for block in viz.trace(network).blocks]
    assert folded_in(text, names) == set(names)
    assert not page.images, "a picture of pixels"


@pytest.mark.parametrize("theme", ["light", "dark", "transparent"])
def test_another_renderer_draws_the_svg(theme):
    content = made("v3-small", "diagram", "svg", theme=theme).decode()
    picture = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=content))))
    assert picture.size == (1920, 1080)
    red, green, blue, alpha = picture.convert("RGBA").getpixel((5, 5))
    assert alpha == (0 if theme == "transparent" else 255)
    if theme != "transparent":
        assert (red + green + blue > 384) == (theme == "light")


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_png_has_the_scale_that_was_asked_for(scale):
    picture = Image.open(io.BytesIO(made("v1", "diagram", "png", scale=str(scale))))
    assert picture.size == pytest.approx((1920 * scale, 1080 * scale), abs=scale)


@pytest.mark.parametrize("kind", ["mermaid", "sequence"])
def test_mermaid_names_every_block(network, kind):
    text = made(network, "diagram", kind).decode()
    for block in viz.trace(network).blocks:
        assert re.search(rf"\bb{block.index}\b", text)
        assert block.name in text


@pytest.mark.skipif(not POPPLER, reason="no poppler here")
def test_poppler_finds_every_label_of_the_pdf_in_its_box(network, tmp_path):
    path = tmp_path / "picture.pdf"
    path.write_bytes(kept(network, "diagram", "pdf"))
    boxes = [
        item.box
        for item in request_of(network, {}).diagram.scene.items
        if getattr(item, "lines", ())
    ]
    for left, top, right, bottom, text in words_on_paper(str(path)):
        x, y = (left + right) / 2, 1080 - (top + bottom) / 2
        for box in boxes:
            if box.left < x < box.right and box.bottom < y < box.top:
                assert left >= box.left - 1, text
                assert right <= box.right + 1, text


PARSER = """
import { JSDOM } from "jsdom"
import { readFileSync } from "node:fs"
const { window } = new JSDOM("")
Object.assign(globalThis, { window, document: window.document })
const { default: mermaid } = await import("mermaid")
for (const name of process.argv.slice(2)) {
  console.log((await mermaid.parse(readFileSync(name, "utf8"))).diagramType)
}
"""
MERMAID = os.environ.get("ATLAS_MERMAID", "")  # a folder where npm has installed mermaid and jsdom


@pytest.mark.skipif(not MERMAID, reason="ATLAS_MERMAID names no folder with mermaid and jsdom")
def test_mermaids_own_parser_reads_every_network(tmp_path):
    script = Path(MERMAID) / "parse.mjs"
    script.write_text(PARSER, encoding="utf-8")
    files = []
    for network in ZOO:
        for kind in ("mermaid", "sequence"):
            files.append(tmp_path / f"{network}.{kind}")
            files[-1].write_bytes(made(network, "diagram", kind))
    done = subprocess.run(
        ["node", str(script), *map(str, files)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["flowchart-v2", "sequence"] * len(ZOO)


def test_without_a_scale_even_a_tall_picture_is_drawn_and_too_large_a_one_is_refused():
    tall = {"level": "operation"}
    picture = Image.open(io.BytesIO(made("v3-large", "diagram", "png", **tall)))
    assert picture.size[0] * picture.size[1] <= MOST_PIXELS
    with pytest.raises(viz.ConfigError, match="scale is 4"):
        made("v3-large", "diagram", "png", **tall, scale="4")


@pytest.mark.parametrize("name", ["v3-large,v3-small", "residual", "scaling"])
def test_one_bound_on_pixels_holds_for_every_picture(name, monkeypatch):
    assert made_figure(figure_of(name, {"scale": "2"}), "png")
    monkeypatch.setattr("viz.exports.request.MOST_PIXELS", 3_000_000)
    with pytest.raises(viz.ConfigError, match="at most 1"):
        made_figure(figure_of(name, {"scale": "2"}), "png")
    assert made_figure(figure_of(name, {}), "png")
