"""A recipe on the pages: a line whose steps can be undone, and what each of them did."""

import pytest

import viz
from pages import opened, warnings
from viz.ui.links import problems

TEXT = "v2 | width 0.35 | resolution 96 | int8 per-channel | patches 4x3"


def undo_buttons(app):
    return [b for b in app.button if str(b.key).startswith("undo-")]


def table_of_steps(app):
    return next(table.value for table in app.dataframe if "change" in table.value.columns)


def link_of(app):
    """What the URL says."""
    return {n: v if isinstance(v, str) else v[0] for n, v in app.query_params.items()}


def shown(app):
    """The recipe to be copied."""
    return next(code.value for code in app.code if code.value.startswith("v2"))


def test_a_link_with_a_recipe_shows_what_each_step_did():
    app = opened("fit", recipe=TEXT)
    rows = viz.recipe(TEXT).rows
    assert shown(app) == TEXT
    labels = [button.label.replace("\\", "") for button in undo_buttons(app)]
    assert labels == TEXT.split(" | ")[1:]
    assert table_of_steps(app)["arena_bytes"].tolist() == [row.arena_bytes for row in rows]
    assert table_of_steps(app)["change"].tolist() == [row.change for row in rows]
    last = rows[-1]
    assert [each.value for each in app.metric[:2]] == [
        f"{last.arena_bytes:,}",
        f"{last.weight_bytes:,}",
    ]
    assert "recipe" not in link_of(app)
    assert link_of(app)["width"] == "0.35"


@pytest.mark.parametrize("number", range(4))
def test_a_step_undone_leaves_the_url_without_it(number):
    app = opened("fit", recipe=TEXT)
    undo_buttons(app)[number].click().run()
    assert not app.exception
    assert shown(app) == viz.recipe(TEXT).without(number + 1).text
    again = opened("fit", **link_of(app))
    assert shown(again) == shown(app)


def test_a_design_is_undone_to_the_network_it_starts_from():
    rows = "stem.16.relu6.2~mb.1.16.1.1~mb.6.24.2.2~pool~classifier.dropout.no"
    app = opened("fit", recipe=f"v2 | design {rows} | width 0.5")
    assert app.metric[1].value == f"{viz.recipe(shown(app)).rows[-1].weight_bytes:,}"
    undo_buttons(app)[0].click().run()
    assert shown(app).startswith("v2 | width 0.5")


def test_what_cannot_be_is_said_above_the_page():
    app = opened("fit", recipe="v2 | int8 | width 0.5")
    assert "step 2 is 'width 0.5', but must be before int8" in warnings(app)
    app = opened("architecture", recipe="v2 | width 0.5 | int8")
    assert not app.warning
    assert link_of(app)["width"] == "0.5"


def test_the_scheme_of_eight_bits_goes_along():
    app = opened("fit", network="v2", scheme="per-tensor")
    assert shown(app) == "v2 | int8 per-tensor"
    assert app.metric[1].value == f"{viz.recipe('v2 | int8').rows[-1].weight_bytes:,}"


def test_a_storys_link_may_say_a_recipe():
    assert not problems("fit", {"recipe": TEXT, "board": "nano-33-ble"})
    assert problems("fit", {"recipe": "v2 | width 9"}) == [
        "width is 9, but must be a number from 0.1 to 2.0."
    ]
