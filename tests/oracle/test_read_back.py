"""What leaves is read back, and says what the trace says: Mermaid, tooltips, slides, charts."""

import io
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from charts_of_the_atlas import charts
from export_helpers import POPPLER, made, words_on_paper
from pptx import Presentation
from pptx.enum.text import PP_ALIGN

import viz
from viz.charts.matplotlib import drawn
from viz.drawing.diagrams import diagram
from viz.exports.request import ROWS
from viz.exports.tables import MAKERS, PRINTED
from viz.net import cost

NODE = re.compile(r'^ +b(\d+)\["(.*)"\]', re.MULTILINE)


def spatial(traced, block):
    """Convolutions of a block that look at neighbours, attention's keys and values apart."""
    found = [op for op in traced.of_block(block) if op.kind in ("conv", "depthwise")]
    return [op for op in found if op.kernel > 1 and ".attn." not in op.path]


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_mermaid_says_every_blocks_stride_and_dilation(network, stride):
    try:
        traced = viz.trace(network, output_stride=stride)
    except viz.ConfigError:
        pytest.skip("this network is not dilated")
    text = made(network, "diagram", "mermaid", output_stride=str(stride)).decode()
    labels = dict(NODE.findall(text))
    assert list(labels) == [str(block.index) for block in traced.blocks]
    for block in traced.blocks:
        said = dict(re.findall(r" ([sd])(\d+)\b", labels[str(block.index)]))
        kernels = spatial(traced, block.index)
        if kernels:
            ends = (
                traced.of_block(block.index)[0].in_shape,
                traced.of_block(block.index)[-1].out_shape,
            )
            assert int(said.get("s", 1)) == round(ends[0][1] / ends[1][1])
            assert int(said.get("d", 1)) == max(op.dilation for op in kernels)


COSTS = re.compile(r"([\d,]+) parameters(?: \([^)]*\))?, ([\d,]+) MACs")


SVG = "{http://www.w3.org/2000/svg}title"
LINK = "{http://www.w3.org/1999/xlink}title"


def costs_in_tooltips(svg: str) -> list[tuple[int, int]]:
    """(parameters, MACs) of every tooltip that says both, in their order."""
    nodes = [*ElementTree.fromstring(svg).iter()]
    texts = [node.get(LINK) or (node.text if node.tag == SVG else "") or "" for node in nodes]
    found = [COSTS.search(text) for text in texts]
    return [tuple(int(n.replace(",", "")) for n in f.groups()) for f in found if f]


def total(operations):
    return sum(map(cost.params, operations)), sum(map(cost.macs, operations))


@pytest.mark.parametrize("form", ["file", "page"])
def test_tooltips_say_what_a_block_and_what_its_parts_cost(network, form):
    traced = viz.trace(network)
    own = {block.index: total(traced.of_block(block.index)) for block in traced.blocks}
    assert set(costs_in_tooltips(drawing(network, form))) == set(own.values())  # equal ones fold
    for block in {both: index for index, both in own.items()}.values():
        parts = costs_in_tooltips(drawing(network, form, level="block", block=block))
        assert not parts or tuple(map(sum, zip(*parts, strict=True))) == own[block]


def drawing(network, form, **view):
    made = diagram(network, **view)
    return made.svg() if form == "file" else made.element


OTHERS = [rows for rows in ROWS if rows != "block"]
TABLES = [(key, ["block", *OTHERS][index % len(ROWS)]) for index, key in enumerate(viz.ZOO)]


@pytest.mark.parametrize(("network", "rows"), TABLES)
def test_numbers_on_slides_are_the_traces_and_stand_on_the_right(network, rows):
    facts = MAKERS[rows](viz.trace(network))
    deck = Presentation(io.BytesIO(made(network, "table", "pptx", rows=rows)))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    lines = [[*row.cells] for table in tables for row in [*table.rows][1:]]
    assert len(lines) == len(facts)
    for name, cells in zip(PRINTED[rows], zip(*lines, strict=True), strict=True):
        values = [getattr(fact, name) for fact in facts]
        whole = [type(value) is int for value in values]
        for value, cell, is_whole in zip(values, cells, whole, strict=True):
            if is_whole:
                assert int(cell.text_frame.text.replace(",", "")) == value
        side = (
            PP_ALIGN.RIGHT
            if any(type(value) in (int, float) for value in values)
            else PP_ALIGN.LEFT
        )
        assert {cell.text_frame.paragraphs[0].alignment for cell in cells} == {side}, name


CHARTS = charts()


@pytest.mark.skipif(not POPPLER, reason="no poppler here")
@pytest.mark.parametrize("name", CHARTS)
def test_no_word_of_a_charts_titles_lies_on_another(name, tmp_path):
    path: Path = tmp_path / "chart.pdf"
    path.write_bytes(drawn(CHARTS[name], "pdf", title="Its title", source="Its source"))
    words = words_on_paper(str(path))
    assert {"title", "source"} <= {word[4] for word in words}
    notes = CHARTS[name].layout.get("annotations", [])
    texts = [note["text"] for note in notes if note.get("yref") == "paper"]
    of_panels = set(" ".join(texts).replace("<br>", " ").split())
    titles = {"Its", "title", "source", *of_panels}
    assert not [
        (one[4], other[4])
        for one in words
        for other in words
        if one[4] in titles and one is not other and overlap(one, other) > 0.2
    ]
    title = next(word for word in words if word[4] == "title")
    tops = [word[1] for word in words if word[4] in of_panels]
    assert min(tops, default=1080) > title[3] + (title[3] - title[1]) / 4


def overlap(one, other):
    """The share of the smaller word that both cover."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(word[2] - word[0]) * (word[3] - word[1]) for word in (one, other)]
    return max(across, 0) * max(down, 0) / (min(areas) or 1)
