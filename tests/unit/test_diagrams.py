"""Pictures that can be read on one slide, for every network and width."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from svg import Drawing

import viz
from viz.drawing.board import LEGEND_HEIGHT, MARGIN
from viz.drawing.diagrams import Look, draw, draw_blocks, draw_pair
from viz.drawing.scene import Edge, Scene, Text
from viz.drawing.thumbnail import thumbnail
from viz.facts.compare import align, marks
from viz.facts.tables import block_rows
from viz.net.zoo import ZOO
from viz.text import text_width

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
    (key, options)
    for key, network in ZOO.items()
    for n in range(1, len(network.options) + 1)
    for options in itertools.combinations(network.options, n)
]
# Each network at every width, and each set of options at one of them.
SLIDES = [
    *((key, (), width) for key in ZOO for width in WIDTHS),
    *((*chosen, WIDTHS[index % len(WIDTHS)]) for index, chosen in enumerate(OPTIONS)),
]


def drawing(network: str, **chosen: object) -> Drawing:
    return Drawing(viz.diagram(network, **chosen).svg())


@pytest.mark.parametrize(("network", "options", "width"), SLIDES)
def test_network_fills_one_slide_with_labels_that_can_be_read(network, options, width):
    picture = drawing(network, width=width, **dict.fromkeys(options, True))
    assert (picture.width, picture.height) == pytest.approx(SLIDE, abs=1)
    assert min(picture.font_sizes()) >= SMALLEST_LABEL
    boxes = picture.boxes("cell")
    assert_apart(boxes)
    cells = list(boxes.values())
    used = (max(c.right for c in cells) - min(c.left for c in cells)) * (
        max(c.bottom for c in cells) - min(c.top for c in cells)
    )
    bands = sum(band.area for band in picture.boxes("band").values())
    slide = SLIDE[0] * SLIDE[1]
    assert used >= LEAST_SHARE_USED * slide
    assert bands >= LEAST_SHARE_USED * slide


def assert_apart(boxes):
    for (a, one), (b, other) in itertools.combinations(boxes.items(), 2):
        assert not one.overlaps(other), (a, b)


def test_there_is_a_box_for_every_block_that_says_its_channels(network):
    picture = drawing(network, width=0.75)
    facts = block_rows(viz.trace(network, width=0.75))
    members = members_of(picture)
    covered = sorted(itertools.chain.from_iterable(members.values()))
    assert covered == [block.block for block in facts]
    for block in (facts[shown[0]] for shown in members.values()):
        text = " ".join(picture.texts(f"block-{block.block}"))
        assert str(block.channels_out) in text
        if block.kernels:
            assert (f"SE {block.squeeze}" in text) == bool(block.squeeze)
        if block.kind == "bneck":
            assert f"{block.channels_in} → {block.expanded} → {block.channels_out}" in text
            assert f"{block.kernel}×{block.kernel}" in text
            assert ("s2" in text) == (block.stride == 2)


def members_of(picture):
    """The numbers of the blocks that each box stands for, as it says."""
    found = {}
    for key in picture.boxes("cell"):
        numbers = re.match(r"(?:\d+ × \w+ |[A-Z]\w+ )?(\d+)–(\d+)", " ".join(picture.texts(key)))
        first, last = (
            map(int, numbers.groups()) if numbers else 2 * (int(key.removeprefix("block-")),)
        )
        found[key] = list(range(first, last + 1))
    return found


def test_residuals_are_drawn(network):
    picture = drawing(network)
    facts = block_rows(viz.trace(network))
    shown = [facts[blocks[0]] for blocks in members_of(picture).values()]
    assert picture.edges("residual") == sum(block.residual for block in shown)


FOLDED = ["v4-conv-medium", "v4-conv-large", "edgetpu-v2-s"]


@pytest.mark.parametrize("network", FOLDED)
def test_only_equal_neighbours_are_folded_and_a_chosen_one_opens_its_box(network):
    facts = block_rows(viz.trace(network))
    folded = [blocks for blocks in members_of(drawing(network)).values() if len(blocks) > 1]
    assert folded
    for blocks in folded:
        ours = [facts[index] for index in blocks]
        assert len({(b.macs, b.params, b.in_shape, b.out_shape, b.kernels) for b in ours}) == 1
        opened = drawing(network, block=blocks[-1])
        assert {f"block-{index}" for index in blocks} <= set(opened.boxes("cell"))
        assert min(opened.font_sizes()) >= SMALLEST_LABEL


def test_what_fits_is_not_folded():
    for network in ("v1", "v2", "v3-large", "v3-small", "v4-conv-small", "efficientnet-b0"):
        boxes = drawing(network).boxes("cell")
        assert len(boxes) == len(viz.trace(network).blocks)


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
    assert_apart(boxes)


@pytest.mark.parametrize("level", ["block", "operation"])
def test_the_whole_network_can_be_drawn_at_every_level(network, level):
    picture = Drawing(viz.diagram(network, level=level).svg())
    wanted = len(viz.trace(network).operations) if level == "operation" else 0
    boxes = picture.boxes("cell")
    assert len(boxes) >= wanted
    assert len(boxes) > len(viz.trace(network).blocks)


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
    assert_apart(cells)


def test_titles_of_a_pair_are_written_alike():
    """One is longer, and shrinks to its half of the slide: so does the other."""
    sides = [(viz.trace(key), 1) for key in ("v3-large", "post-003-large")]
    drawn = ElementTree.fromstring(draw_blocks(sides, Look()).svg())
    texts = [each for each in drawn.iter() if each.tag.endswith("text")]
    for words in (" of ", " parameters"):
        found = [each.get("font-size") for each in texts if words in (each.text or "")]
        assert len(found) == 2
        assert len(set(found)) == 1


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


@pytest.mark.parametrize("scale", [1, 2])
def test_png_has_the_size_of_a_slide_and_is_the_same_again(scale):
    first, again = (viz.diagram("v4-hybrid-large").png(scale) for _ in range(2))
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    size = int.from_bytes(first[16:20], "big"), int.from_bytes(first[20:24], "big")
    assert size == pytest.approx((scale * SLIDE[0], scale * SLIDE[1]), abs=2)
    assert first == again


def test_a_picture_is_the_same_source_again(network):
    assert viz.diagram(network).dot == viz.diagram(network).dot


def test_thumbnail_has_a_bar_for_every_block(network):
    traced = viz.trace(network)
    text = thumbnail(traced, "light").svg()
    assert text.count('class="node bar"') == len(traced.blocks)


# What a page shows is drawn without Graphviz: it must be what Graphviz draws from the same scene.

PICTURES = {
    "network": lambda key: viz.diagram(key, width=0.55),
    "operation": lambda key: viz.diagram(key, level="operation", block=1),
    "pair": lambda key: draw_pair(
        viz.trace(key), viz.trace("v2"), (Look(marks={1: frozenset({"kernels"})}), Look("light"))
    ),
}
NUMBER = r"-?[\d.]+"


@pytest.mark.parametrize("kind", PICTURES)
def test_a_pages_picture_is_what_graphviz_draws(network, kind):
    picture = PICTURES[kind](network)
    theirs, ours = Drawing(picture.svg()), Drawing(picture.element)
    assert texts(theirs) == texts(ours)
    boxes = ours.boxes("node")
    height = picture.scene.size[1]
    for name in ("cell", "band", "swatch"):
        for key, box in theirs.boxes(f"node {name}").items():
            if box.right - box.left > 2:  # the ends of the legend's skip have no shape
                mine = boxes[key]
                assert mine.left == pytest.approx(box.left, abs=0.15)
                assert mine.right == pytest.approx(box.right, abs=0.15)
                assert mine.top == pytest.approx(box.top + height, abs=0.15)
                assert mine.bottom == pytest.approx(box.bottom + height, abs=0.15)


@pytest.mark.parametrize("kind", PICTURES)
def test_texts_and_arrows_of_a_pages_picture_stand_where_graphviz_puts_them(kind):
    picture = PICTURES[kind]("v3-large")
    height = picture.scene.size[1]
    sides = [ElementTree.fromstring(svg) for svg in (picture.svg(), picture.element)]
    lines = [[n for n in side.iter() if is_a(n, "text")] for side in sides]
    for theirs, mine in zip(*lines, strict=True):
        assert float(mine.get("y")) == pytest.approx(float(theirs.get("y")) + height, abs=1.5)
        assert float(mine.get("font-size")) == pytest.approx(size_of(theirs))
        if theirs.get("text-anchor") == mine.get("text-anchor"):
            assert float(mine.get("x")) == pytest.approx(float(theirs.get("x")), abs=0.6)
    arrows = [[corners(g) for g in side.iter() if is_edge(g)] for side in sides]
    assert len(arrows[0]) == len(arrows[1])
    for mine in arrows[
        1
    ]:  # Graphviz has an order of its own, and shortens the arrows of thick lines
        assert any(
            mine[0] == pytest.approx([theirs[0][0], theirs[0][1] + height], abs=0.2)
            and mine[2] == pytest.approx([theirs[2][0], theirs[2][1] + height], abs=6)
            for theirs in arrows[0]
        ), mine


@pytest.mark.parametrize(("left", "right"), [("v4-hybrid-large", "v1"), ("v1", "v4-conv-medium")])
def test_a_pair_names_both_sources_whole_and_no_kind_that_is_not_drawn(left, right):
    source = "arXiv:2404.10518, arXiv:1704.04861"
    traces = viz.trace(left), viz.trace(right)
    pairs = align(*traces)
    looks = Look(marks=marks(pairs, "left"), source=source), Look(marks=marks(pairs, "right"))
    svg = draw_pair(*traces, looks).svg()
    assert f"{source}<" in svg
    assert ">MQA<" not in svg  # those of hybrid networks are in boxes of several kinds


def test_a_slide_with_many_kinds_names_its_source_whole():
    svg = draw(viz.trace("v4-hybrid-large"), look=Look(source="arXiv:2404.10518, Table 15")).svg()
    assert "arXiv:2404.10518, Table 15<" in svg


def texts(drawing):
    return ["".join(n.itertext()) for n in drawing.root.iter() if is_a(n, "text")]


def size_of(text):
    """The size of a text, or of the pieces that it is made of."""
    return float(text.get("font-size") or text[0].get("font-size"))


def corners(group):
    """Start of the line, then the corners of the arrow."""
    numbers = re.findall(NUMBER, group.find(".//{*}path").get("d"))[:2]
    points = re.findall(NUMBER, group.find(".//{*}polygon").get("points"))
    pairs = zip(points[::2], points[1::2], strict=True)
    return [list(map(float, numbers)), *([float(x), float(y)] for x, y in pairs)]


def is_edge(node):
    return "edge" in str(node.get("class")).split()


def is_a(node, tag):
    return node.tag.rpartition("}")[2] == tag


@pytest.mark.parametrize("scale", [99, 0, -1, float("nan"), "2"])
def test_a_png_too_large_is_refused_with_what_is_allowed(scale):
    picture = viz.diagram("v2")
    with pytest.raises(
        viz.ConfigError, match=r"scale is .* must be a number from 0.01 to [\d.]+ for"
    ):
        picture.png(scale)


@pytest.mark.parametrize("level", ["block", "operation"])
def test_boxes_called_as_parts_of_a_picture_are_nodes_of_their_own(level):
    """A module may have any name; Graphviz takes two statements of one name for one node."""
    picture = viz.diagram("v2", level=level, block=2)
    boxes = [item for item in picture.scene.items if getattr(item, "is_cell", False)]
    names = ("slide", "band-0", "title", "note")
    renamed = dict(zip([box.key for box in boxes], names, strict=False))
    items = [
        replace(item, key=renamed[item.key])
        if getattr(item, "is_cell", False) and item.key in renamed
        else item
        for item in picture.scene.items
    ]
    scene = Scene(picture.scene.size, "light", items).with_own_keys_apart()
    keys = [item.key for item in scene.items if not isinstance(item, Edge)]
    assert set(renamed.values()) <= set(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("v4-hybrid-medium", "mnasnet-small"),
        ("v4-hybrid-large", "edgetpu-v2-l"),
        ("edgetpu", "lcnet"),
        ("edgetpu-v2-xs", "repvit-m0-9"),
        ("lcnet", "repvit-m0-9"),
    ],
)
def test_a_pairs_source_is_whole_and_in_the_picture(left, right):
    sides = viz.trace(left), viz.trace(right)
    papers = [side.config.network.paper for side in sides]
    pairs = align(*sides)
    look = Look(marks=marks(pairs, "left"), source=", ".join(papers))
    scene = draw_pair(*sides, (look, Look(marks=marks(pairs, "right")))).scene
    texts = {item.key: item for item in scene.items if isinstance(item, Text)}
    notes = [text for key, text in texts.items() if key.startswith("note")]
    assert all(paper in " ".join(note.text for note in notes) for paper in papers)
    legend_end = max(
        text.x + text_width(text.text, text.size)
        for key, text in texts.items()
        if key.startswith("legend-")
    )
    for note in notes:
        assert note.x > legend_end
        assert note.y - note.size / 2 > 0
        assert note.y + note.size / 2 < MARGIN + LEGEND_HEIGHT
