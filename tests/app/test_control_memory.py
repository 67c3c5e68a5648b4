"""What was chosen stays chosen: on other pages, behind closed fields, on the way back."""

from functools import partial

import pytest
from streamlit.testing.v1 import local_script_runner

from pages import further, opened


def told_of_history(monkeypatch):
    told = partial(local_script_runner.RerunData, is_history_navigation=True)
    monkeypatch.setattr(local_script_runner, "RerunData", told)  # as the browser's Back does


@pytest.mark.parametrize(
    ("page", "prefix", "name", "value"),
    [("architecture", "", "classes", 10), ("compare", "b_", "divisor", 4)],
)
def test_a_choice_stays_when_the_fields_that_hold_it_are_closed(page, prefix, name, value):
    app = further(opened(page), prefix)
    app.number_input(key=prefix + name).set_value(value).run()
    app.session_state[f"{prefix}further"] = False
    for width in (0.9, 0.8):
        app.slider(key="width").set_value(width).run()
        assert app.query_params[prefix + name] in (str(value), [str(value)])
    app.session_state[f"{prefix}further"] = True
    app.run()
    assert app.number_input(key=prefix + name).value == value


def test_a_choice_stays_on_the_way_over_pages_that_do_not_show_it():
    app = further(opened("architecture"))
    app.number_input(key="classes").set_value(10).run()
    for page in ("home.py", "rounding.py"):
        app.query_params.clear()  # as the browser does
        app.switch_page(page).run()
    assert app.session_state["config"].classes == 10
    app.run()
    assert app.session_state["config"].classes == 10


def test_back_to_a_network_that_has_an_option_brings_it_back(monkeypatch):
    app = opened("architecture", minimalistic="true")
    app.selectbox(key="network").set_value("v1").run()
    told_of_history(monkeypatch)
    del app.query_params["network"]
    app.query_params["minimalistic"] = "true"
    app.run()
    assert not app.warning
    assert app.selectbox(key="network").value == "v3-large"
    assert app.session_state["config"].options == ("minimalistic",)


def test_a_change_counts_while_the_page_of_a_link_is_still_being_drawn():
    app = opened("architecture", network="v2")
    app.session_state["url:memory"].page = ""  # no run has come to its end
    app.slider(key="width").set_value(0.9).run()
    assert app.slider(key="width").value == 0.9
    assert app.session_state["config"].width == 0.9


def test_back_takes_a_choice_back(monkeypatch):
    app = opened("architecture", block="3")
    app.selectbox(key="block").set_value("5").run()
    assert app.query_params["block"] in ("5", ["5"])
    told_of_history(monkeypatch)
    app.query_params["block"] = "3"
    app.run()
    assert app.selectbox(key="block").value == "3"
    del app.query_params["block"]
    app.run()
    assert app.selectbox(key="block").value is None


def test_an_older_url_beside_no_change_takes_nothing_back():
    app = opened("architecture", width="0.9")
    app.slider(key="width").set_value(0.5).run()
    app.query_params["width"] = "0.9"  # not yet what the browser has been told
    app.run()
    assert app.slider(key="width").value == 0.5
    assert app.query_params["width"] in ("0.5", ["0.5"])
