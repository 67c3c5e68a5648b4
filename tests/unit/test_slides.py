"""Pictures as lectures need them: far pairs, one colour for one thing, slides that are filled."""

from itertools import combinations

import pytest

import viz
from viz.drawing.comparison import pair_diagram
from viz.drawing.diagrams import Look, draw, draw_ideas
from viz.drawing.scene import Shape
from viz.drawing.stretch import filling
from viz.facts.compare import align
from viz.net.design import design, rows_of


def _legend(picture):
    """Label -> fill of the swatch before it, as they are drawn."""
    items = picture.scene.items
    swatches = {item.key: item.fill for item in items if isinstance(item, Shape)}
    texts = {item.key: item.text for item in items if getattr(item, "key", "")[:7] == "legend-"}
    return {
        text: swatches.get(key.replace("legend", "swatch"), "residual")
        for key, text in texts.items()
    }


@pytest.mark.parametrize("pair", list(combinations(viz.ZOO, 2))[::5])
def test_a_colour_stands_for_one_entry_of_a_legend(pair):
    picture = pair_diagram(*map(viz.trace, pair), Look())
    legend = _legend(picture)
    assert len(set(legend.values())) == len(legend)


@pytest.mark.parametrize("pair", [("v4-hybrid-large", "v1"), ("v4-hybrid-medium", "v3-large")])
def test_far_networks_side_by_side_have_no_text_over_a_border(pair):
    """The tallest box has room for its lines at the size that they are written in."""
    items = pair_diagram(*map(viz.trace, pair), Look()).scene.items
    for shape in (item for item in items if isinstance(item, Shape)):
        assert len(shape.lines) * shape.size * 1.1 <= shape.box.height, shape.key


def test_folded_boxes_of_a_long_network_say_their_kind():
    shapes = [i for i in draw(viz.trace("v4-hybrid-large")).scene.items if isinstance(i, Shape)]
    names = [shape.lines[0][0].text for shape in shapes if shape.lines]
    assert "ExtraDW 5–7" in names
    assert not any(name[0].isdigit() for name in names)


def test_a_short_design_ends_as_its_start_does():
    """Pool and classifier correspond, however many strides led there."""
    start = viz.trace("v2")
    rows = rows_of(viz.ZOO["v2"])
    short = viz.trace(design([rows[0], rows[1], *rows[-3:]], "v2"))
    ends = [pair for pair in align(start, short) if pair.right and pair.right.kind == "classifier"]
    assert ends[0].left is not None


def test_a_wide_picture_fills_a_slide_and_its_title_keeps_its_place():
    picture = draw_ideas(Look())
    slide = filling(picture)
    width, height = slide.scene.size
    assert width / height == pytest.approx(16 / 9, rel=0.01)
    _ground, *others = [item for item in slide.scene.items if isinstance(item, Shape)]
    middle = [item.box for item in others if item.box.height > 5]
    assert max(box.top for box in middle) - min(box.bottom for box in middle) > 0.7 * height
    tops = [
        scene.size[1] - next(i.y for i in scene.items if getattr(i, "key", "") == "title")
        for scene in (picture.scene, slide.scene)
    ]
    assert tops[0] == pytest.approx(tops[1])
