"""Boxes coloured by a number and marked as taps, at every level of detail."""

import pytest
from svg import Drawing

import viz
from viz.drawing.diagrams import LEVELS, Look, draw
from viz.drawing.look import COLOURINGS
from viz.net import cost
from viz.text import short_count
from viz.theme import HEAT

LOOKS = [Look(colouring=colouring, taps=taps) for colouring in COLOURINGS for taps in (False, True)]


@pytest.mark.parametrize("level", LEVELS)
def test_no_way_of_looking_is_ignored_at_any_level(level):
    """Blocks and operations were drawn by kind and without taps, whatever was asked."""
    traced = viz.trace("v3-large")
    looks = [*LOOKS, Look(colouring="bound", ridge=5.0)]
    assert len({draw(traced, level, None, look).dot for look in looks}) == len(looks)


@pytest.mark.parametrize(("colouring", "count"), [("params", cost.params), ("macs", cost.macs)])
def test_the_strongest_colour_is_that_of_the_largest_operation(network, colouring, count):
    traced = viz.trace(network)
    operations = traced.of_block(len(traced.blocks) // 2)
    most = max(map(count, operations))
    drawn = Drawing(draw(traced, "operation", operations[0].block, Look(colouring=colouring)).svg())
    strongest = {op.path for op in operations if drawn.fill_of(op.path) == HEAT["light"][-1]}
    assert {op.path for op in operations if count(op) == most} <= strongest
    assert all(count(op) > most / 2 for op in operations if op.path in strongest)


@pytest.mark.parametrize("look", LOOKS)
def test_no_title_and_no_legend_is_cut(network, look):
    traced = viz.trace(network)
    middle = len(traced.blocks) // 2
    for level, block in (("network", None), ("block", middle), ("operation", middle)):
        assert "…" not in draw(traced, level, block, look).element


@pytest.mark.parametrize("colouring", ["params", "macs"])
@pytest.mark.parametrize("level", ["block", "operation"])
def test_a_block_without_any_says_nothing_of_one(network, level, colouring):
    traced = viz.trace(network)
    for block in traced.blocks:
        own = traced.of_block(block.index)
        count = {"params": cost.params, "macs": cost.macs}[colouring]
        if not sum(map(count, own)):
            drawn = Drawing(draw(traced, level, block.index, Look(colouring=colouring)).svg())
            assert drawn.texts("legend-0") == ["0"]
            assert len(drawn.boxes("swatch")) == 1


def test_boxes_say_the_number_that_colours_them():
    traced = viz.trace("v2")
    operations = traced.of_block(3)
    drawn = Drawing(draw(traced, "operation", 3, Look(colouring="macs")).svg())
    for op in operations:
        if cost.macs(op):
            assert drawn.texts(op.path)[-1] == f"{short_count(cost.macs(op))} MACs"
