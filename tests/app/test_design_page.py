"""Designing on a page: edits of the table, what follows, and the way back."""

import pytest

import viz
from pages import opened
from viz.facts.design_rows import edited, lines_of, texts_of
from viz.net.design import rows_of, write
from viz.net.zoo import ZOO
from viz.text import text_width
from viz.ui.parts import design as part

ROWS = rows_of(ZOO["v3-large"])


def test_lines_say_what_rows_say(network):
    texts = rows_of(ZOO[network])
    assert texts_of(lines_of(texts)) == texts


def test_cells_can_be_changed_rows_moved_added_and_deleted():
    changed = edited(ROWS, {4: {"kernel": 7, "se": False}}, [], [])
    assert changed[4] == "bneck.7.72.40.no.relu.2"
    assert [*changed[:4], *changed[5:]] == [*ROWS[:4], *ROWS[5:]]
    moved = edited(ROWS, {1: {"number": 3.5}}, [], [])
    assert moved[1:3] == [ROWS[2], ROWS[1]] or moved[2] == ROWS[1]
    assert sorted(moved) == sorted(ROWS)
    added = edited(ROWS, {}, [{"row": "bneck", "kernel": 5, "exp": 960, "out": 160}], [])
    assert len(added) == len(ROWS) + 1
    assert added[added.index("pool") - 1] == "bneck.5.960.160.no.relu.1"
    assert edited(ROWS, {}, [], [1, 2]) == [ROWS[0], *ROWS[3:]]
    assert viz.design(added).rows


def test_a_link_opens_the_design_on_every_page_that_is_about_a_network():
    mine = viz.design(edited(ROWS, {4: {"kernel": 7}}, [], []))
    for page in ("design", "architecture", "compare", "rounding", "scaling", "check", "squeeze"):
        app = opened(page, network="design", design=write(mine))
        assert not app.warning
        assert app.selectbox(key="network").value == "design"
        assert app.query_params["design"] in (write(mine), [write(mine)])


def test_a_row_that_cannot_be_is_named_and_the_last_good_picture_stays():
    app = opened("design", network="v3-large")
    before = [m.value for m in app.metric]
    app.session_state["design:draft"] = ["stem.16.hardswish.2", "head.10.relu"]
    app.session_state["design:problem"] = "row 2 is 'head', but must be behind a pool."
    app.run()
    assert "row 2" in app.error[0].value
    assert [m.value for m in app.metric] == before


def test_undo_and_redo_go_back_and_forth():
    mine = write(viz.design(edited(ROWS, {4: {"kernel": 7}}, [], [])))
    app = opened("design", network="design", design=mine, width="0.5")
    app.session_state[part.PAST] = [("v3-large", "")]
    app.run()
    changed = [m.value for m in app.metric]
    for step, network in (("Undo", "v3-large"), ("Redo", "design")):
        next(b for b in app.button if b.label == step).click().run()
        assert app.selectbox(key="network").value == network
        assert ([m.value for m in app.metric] == changed) == (network == "design")


@pytest.mark.parametrize("bad", ["v9~stem.16.relu.2", "v2~stem.16", "v2~" + "x" * 2000])
def test_a_design_that_cannot_be_gets_a_note(bad):
    app = opened("architecture", network="design", design=bad)
    assert app.warning


def test_block_strings_are_taken_and_bad_ones_named():
    app = opened("design", network="v3-large")
    field = next(area for area in app.text_area if area.key == part.STRINGS)
    field.set_value("ir_r2_k5_s2_e3_c40_se0.25_nre\ncn_r1_k1_s1_c960")
    next(b for b in app.button if b.label == "Use these rows").click().run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="network").value == "design"
    design = app.query_params["design"]
    assert "bneck.5.48.40.se.relu.2~bneck.5.120.40.se.relu.1~last.960" in str(design)
    next(area for area in app.text_area if area.key == part.STRINGS).set_value("ir_nonsense")
    next(b for b in app.button if b.label == "Use these rows").click().run()
    assert "block string" in app.error[0].value
    assert app.query_params["design"] == design


def test_a_draft_is_not_shown_for_another_network():
    app = opened("design", network="v3-large")
    app.session_state[part.DRAFT] = ["stem.16.hardswish.2", "head.10.relu"]
    app.session_state[part.PROBLEM] = "row 2 is 'head', but must be behind a pool."
    app.selectbox(key="network").set_value("v2").run()
    assert not app.error


def test_two_designs_stand_side_by_side():
    wide = write(viz.design(edited(ROWS, {4: {"kernel": 7}}, [], [])))
    thin = write(viz.design(edited(ROWS, {4: {"out": 24}}, [], [])))
    link = {"network": "design", "design": wide, "b_network": "design", "b_design": thin}
    app = opened("compare", **link)
    assert not app.warning
    difference = viz.trace(viz.design(edited(ROWS, {4: {"out": 24}}, [], []))).params
    shown = next(metric for metric in app.metric if metric.label == "Parameters")
    assert shown.value == f"{difference / 1e6:.2f} M"
    assert shown.delta != "unchanged"
    alone = opened("compare", network="v2", b_network="design", design=wide)
    assert alone.selectbox(key="b_network").value == "design"


def test_a_design_that_is_kept_is_compares_second_network():
    first = write(viz.design(edited(ROWS, {4: {"kernel": 7}}, [], [])))
    app = opened("design", network="design", design=first)
    next(b for b in app.button if b.label == "Keep a copy for Compare").click().run()
    assert app.session_state["b_design"] == first
    for name in list(app.query_params):  # as the menu leads there
        del app.query_params[name]
    app.switch_page("compare.py").run()
    assert not app.exception
    assert app.selectbox(key="b_network").value == "design"


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ({"out": 5000}, "row 5, out is 5000, but must be a whole number from 1 to 4,096"),
        ({"exp": 0}, "row 5, exp is 0"),
        ({"out": 16.5}, "row 5, out is 16.5, but must be a whole number from 1 to 4,096"),
    ],
)
def test_a_number_that_cannot_be_is_named_and_not_changed(cell, named):
    """The table itself has no bounds: they would change a number in silence."""
    with pytest.raises(viz.ConfigError, match=named):
        viz.design(edited(ROWS, {4: cell}, [], []))
    columns = part._columns()
    for name in ("t", "exp", "out", "n", "heads", "dim"):
        limits = columns[name]["type_config"]
        assert limits["min_value"] is None
        assert limits["max_value"] is None


def test_a_link_with_a_design_alone_means_the_design():
    mine = viz.design(edited(ROWS, {4: {"kernel": 7}}, [], []))
    app = opened("design", design=write(mine))
    assert app.selectbox(key="network").value == "design"
    app = opened("compare", design=write(mine), b_network="design")
    assert app.selectbox(key="network").value == "v3-large"


def test_headings_of_a_designs_table_are_whole_beside_its_picture():
    """At 1280 pixels the table has 508; each heading stands behind a sign of 31, at 14 pixels."""
    columns = part._columns()
    shown = ("number", "row", "kernel", "exp", "out", "se", "nl", "stride")
    for name in shown:
        label, width = columns[name]["label"], columns[name]["width"]
        assert text_width(label, 14) + 31 <= width, label
    assert sum(columns[name]["width"] for name in shown) + 33 <= 508
