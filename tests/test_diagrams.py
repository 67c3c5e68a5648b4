"""Pictures that can be read on one slide, for every network and width."""

import itertools
import xml.etree.ElementTree as ElementTree

import pytest
from svg import Drawing

import viz
from viz.drawing.diagrams import Look, draw, draw_pair
from viz.drawing.thumbnail import thumbnail
from viz.facts.compare import align, marks
from viz.facts.tables import block_rows
from viz.net.zoo import ZOO
from viz.ui.picture import inline

WIDTHS = (0.25, 1.0, 1.4, 2.0)
SLIDE = (1920, 1080)
SMALLEST_LABEL = 22
LEAST_SHARE_USED = 0.75
PAIRS = [
    *itertools.combinations([key for key, n in ZOO.items() if n.group == "papers"], 2),
    ("v2", "post-002"),
    ("v3-large", "post-004"),
]
OPTIONS = [
    (key, dict.fromkeys(options, True))
    for key, network in ZOO.items()
    for n in range(len(network.options) + 1)
    for options in itertools.combinations(network.options, n)
]


def drawing(network: str, **chosen: object) -> Drawing:
    return Drawing(viz.diagram(network, **chosen).svg())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("network", "options"), OPTIONS)
def test_network_fills_one_slide_with_labels_that_can_be_read(network, options, width):
    picture = drawing(network, width=width, **options)
    assert (picture.width, picture.height) == pytest.approx(SLIDE, abs=1)
    assert min(picture.font_sizes()) >= SMALLEST_LABEL
    cells = list(picture.boxes("cell").values())
    used = (max(c.right for c in cells) - min(c.left for c in cells)) * (
        max(c.bottom for c in cells) - min(c.top for c in cells)
    )
    bands = sum(band.area for band in picture.boxes("band").values())
    slide = SLIDE[0] * SLIDE[1]
    assert used >= LEAST_SHARE_USED * slide
    assert bands >= LEAST_SHARE_USED * slide


@pytest.mark.parametrize("width", WIDTHS)
def test_no_boxes_overlap(network, width):
    cells = drawing(network, width=width).boxes("cell")
    for (a, one), (b, other) in itertools.combinations(cells.items(), 2):
        assert not one.overlaps(other), (a, b)


def test_there_is_a_box_for_every_block_that_says_its_channels(network):
    picture = drawing(network, width=0.75)
    facts = block_rows(viz.trace(network, width=0.75))
    assert set(picture.boxes("cell")) == {f"block-{block.block}" for block in facts}
    for block in facts:
        text = " ".join(picture.texts(f"block-{block.block}"))
        assert str(block.channels_out) in text
        if block.kernels:
            assert (f"SE {block.squeeze}" in text) == bool(block.squeeze)
        if block.kind == "bneck":
            assert f"{block.channels_in} → {block.expanded} → {block.channels_out}" in text
            assert f"{block.kernel}×{block.kernel}" in text
            assert ("s2" in text) == (block.stride == 2)


def test_residuals_are_drawn(network):
    picture = drawing(network)
    facts = block_rows(viz.trace(network))
    assert picture.edges("residual") == sum(block.residual for block in facts)


@pytest.mark.parametrize("wanted", [0, 5])
def test_operation_level_has_a_box_for_every_operation(network, wanted):
    block = min(wanted, len(viz.trace(network).blocks) - 1)
    operations = viz.trace(network).of_block(block)
    picture = Drawing(viz.diagram(network, level="operation", block=block).svg())
    boxes = picture.boxes("cell")
    assert set(boxes) - {f"input-{block}"} == {op.path for op in operations}
    for op in operations:
        assert "×".join(map(str, op.out_shape)) in picture.texts(op.path)
    assert min(picture.font_sizes()) >= SMALLEST_LABEL
    for (a, one), (b, other) in itertools.combinations(boxes.items(), 2):
        assert not one.overlaps(other), (a, b)


@pytest.mark.parametrize("level", ["block", "operation"])
def test_the_whole_network_can_be_drawn_at_every_level(network, level):
    picture = Drawing(viz.diagram(network, level=level).svg())
    wanted = len(viz.trace(network).operations) if level == "operation" else 0
    assert len(picture.boxes("cell")) >= wanted
    assert len(picture.boxes("cell")) > len(viz.trace(network).blocks)


@pytest.mark.parametrize(("level", "block"), [("neuron", None), ("block", 99), ("operation", -1)])
def test_bad_levels_and_blocks_are_refused(level, block):
    with pytest.raises(viz.ConfigError):
        viz.diagram("v2", level=level, block=block)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [0.25, 2.0])
@pytest.mark.parametrize(
    ("left", "right"),
    [*itertools.combinations(list(ZOO)[:4], 2), ("v2", "post-002"), ("v3-large", "post-004")],
)
def test_a_pair_fits_one_slide(left, right, width, mode):
    a, b = viz.trace(left, width=width), viz.trace(right, width=width)
    picture = Drawing(draw_pair(a, b, (Look(mode), Look(mode))).svg())
    assert (picture.width, picture.height) == pytest.approx(SLIDE, abs=1)
    assert min(picture.font_sizes()) >= SMALLEST_LABEL
    cells = picture.boxes("cell")
    assert len(cells) == len(a.blocks) + len(b.blocks)
    for (one_key, one), (other_key, other) in itertools.combinations(cells.items(), 2):
        assert not one.overlaps(other), (one_key, other_key)


def test_stages_of_a_pair_stand_at_the_same_height():
    a, b = viz.trace("v3-large"), viz.trace("v3-small")
    boxes = Drawing(draw_pair(a, b, (Look(), Look())).svg()).boxes("cell")
    for stage in a.stages:
        tops = {
            round(boxes[f"{side}-block-{traced.stages[stage][0].index}"].top)
            for side, traced in (("left", a), ("right", b))
        }
        assert len(tops) == 1


def test_only_what_differs_is_marked():
    a, b = viz.trace("v3-large"), viz.trace("v3-large", width=0.75)
    pairs = align(a, b)
    looks = (Look(marks=marks(pairs, "left")), Look(marks=marks(pairs, "right")))
    text = draw_pair(a, b, looks).svg()
    assert "text-decoration" in text
    same = align(a, a)
    clean = draw_pair(a, a, (Look(marks=marks(same, "left")), Look(marks=marks(same, "right"))))
    assert "text-decoration" not in clean.svg()


def test_colours_follow_cost(network):
    traced = viz.trace(network)
    by_macs = draw(traced, look=Look(colouring="macs"))
    assert by_macs.dot != draw(traced).dot
    assert "MACs in one block" in by_macs.svg()


def test_png_has_the_size_of_a_slide(network):
    data = viz.diagram(network).png(2)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    assert size == pytest.approx((2 * SLIDE[0], 2 * SLIDE[1]), abs=2)


def test_a_picture_is_the_same_bytes_again(network):
    first, again = viz.diagram(network), viz.diagram(network)
    assert first.dot == again.dot
    assert first.png() == again.png()


def test_thumbnail_has_a_bar_for_every_block(network):
    traced = viz.trace(network)
    text = thumbnail(traced, "light").svg()
    assert text.count('class="node bar"') == len(traced.blocks)


@pytest.mark.parametrize("level", ["network", "operation"])
def test_the_page_shows_every_text_and_box_of_the_file_in_half_the_size(network, level):
    """What a page gets is made shorter, and must say the same at the same places."""
    block = 1 if level == "operation" else None
    whole = viz.diagram(network, width=0.55, level=level, block=block).svg()
    page = inline(whole)
    assert len(page) < 0.62 * len(whole)
    texts = [
        ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if is_text(node)]
        for svg in (whole, page)
    ]
    assert texts[0] == texts[1]
    boxes = Drawing(whole).boxes("cell")
    groups = ElementTree.fromstring(page).iterfind(".//{*}g")
    rects = {group.get("id"): group.find("{*}rect") for group in groups}
    for key, box in boxes.items():
        rect = rects[key]
        assert float(rect.get("x")) == pytest.approx(box.left, abs=0.11)
        assert float(rect.get("y")) == pytest.approx(box.top, abs=0.11)
        assert float(rect.get("width")) == pytest.approx(box.right - box.left, abs=0.11)
        assert float(rect.get("height")) == pytest.approx(box.bottom - box.top, abs=0.11)


def is_text(node):
    return node.tag.rpartition("}")[2] == "text"
