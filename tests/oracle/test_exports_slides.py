"""A diagram on a slide: native shapes where the picture has them, as LibreOffice shows them."""

import itertools
import subprocess

import pytest
from export_helpers import OFFICE, POPPLER, made, pixels, shapes_of, words_on_paper
from pptx.util import Emu
from svg import Drawing, folded_in

import viz
from viz.drawing.scene import Shape
from viz.exports import request_of
from viz.net.zoo import ZOO


def test_slide_has_a_native_shape_for_every_block_and_glued_arrows(network):
    slide, shapes = shapes_of(made(network, "diagram", "pptx"))
    traced = viz.trace(network)
    identifiers = {}
    names, named = [block.name for block in traced.blocks], set()
    shown = [block for block in traced.blocks if f"block-{block.index}" in shapes]
    for block in shown:
        shape = shapes[f"block-{block.index}"]
        identifiers[shape.shape_id] = block.index
        named |= folded_in(shape.text_frame.text, names)
    assert named == set(names)
    joints = [
        (int(ends[0].get("id")), int(ends[1].get("id")))
        for ends in (
            (s._element.find(".//{*}stCxn"), s._element.find(".//{*}endCxn")) for s in slide.shapes
        )
        if ends[0] is not None
    ]
    flow = [(identifiers[a], identifiers[b]) for a, b in joints]
    assert flow == [(a.index, b.index) for a, b in itertools.pairwise(shown)]
    assert not pixels(shapes.values()), "a picture"


def test_slide_boxes_stand_where_the_picture_has_them():
    order = request_of("v3-large", {})
    boxes = Drawing(order.diagram.svg()).boxes("cell")
    _slide, shapes = shapes_of(made("v3-large", "diagram", "pptx"))
    scale = Emu(12_192_000) / 1920
    for key, box in boxes.items():
        left, top = shapes[key].left / scale, shapes[key].top / scale
        assert left == pytest.approx(box.left, abs=1.5)
        assert top == pytest.approx(1080 + box.top, abs=1.5)


def labelled_boxes(network):
    items = request_of(network, {}).diagram.scene.items
    return [item.box for item in items if isinstance(item, Shape) and item.lines]


@pytest.mark.skipif(not (OFFICE and POPPLER), reason="no LibreOffice and poppler here")
def test_libreoffice_shows_every_network_with_no_text_outside_its_box(tmp_path):
    for network in ZOO:
        (tmp_path / f"{network}.pptx").write_bytes(made(network, "diagram", "pptx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    files = [str(path) for path in sorted(tmp_path.glob("*.pptx"))]
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=300)
    for network in ZOO:
        boxes = labelled_boxes(network)
        words = words_on_paper(str(tmp_path / f"{network}.pdf"))
        assert len(words) > 10
        for left, top, right, bottom, text in words:
            x, y = (left + right) / 2, 1080 - (top + bottom) / 2
            for box in boxes:
                if box.left < x < box.right and box.bottom < y < box.top:
                    assert left >= box.left - 1, (network, text)
                    assert right <= box.right + 1, (network, text)
