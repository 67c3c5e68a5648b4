"""The page on time: two networks in turn, stopped at any moment, with what has been measured."""

import json
import re
from itertools import islice

import pytest

import viz
from pages import opened
from viz.lab.latency import Round, latency_of
from viz.lab.machine import this_machine
from viz.lab.time_report import Timed, as_text
from viz.ui import admission, torch_questions
from viz.ui.parts import timing

SMALL = {"resolution": "64", "b_resolution": "64", "seconds": "1"}


def button(app, label):
    return next(button for button in app.button if button.label == label)


def test_both_networks_are_measured_and_the_machine_is_named():
    app = opened("timing", **SMALL)
    assert "Not measured yet" in app.caption[-2].value
    button(app, "Measure").click().run()
    assert not app.exception
    titles = [viz.trace(key, resolution=64).config.title for key in ("v3-large", "v3-small")]
    assert [metric.label for metric in app.metric] == titles
    large, small = (float(metric.value.removesuffix(" ms")) for metric in app.metric)
    assert small > 0
    assert large > 0
    ratio = re.search(r"\*\*([\d.]+) %\*\* of the time", app.markdown[-1].value)
    assert float(ratio.group(1)) / 100 == pytest.approx(small / large, abs=0.02)
    pair = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert [series["name"] for series in pair] == [
        viz.trace(key, resolution=64).config.short_title for key in ("v3-large", "v3-small")
    ]
    assert list(pair[0]["x"]) == ["32×32", "16×16", "8×8", "4×4", "2×2", "1×1"]
    for frame, series in zip(app.dataframe[:2], pair, strict=True):
        assert sum(series["y"]) == pytest.approx(frame.value["ms"].sum(), rel=0.01)
        assert frame.value["time_share"].sum() == pytest.approx(100)
    assert this_machine().text in app.caption[-1].value


def test_other_choices_have_not_been_measured():
    app = opened("timing", **SMALL)
    button(app, "Measure").click().run()
    app.number_input(key="images").set_value(2).run()
    assert not app.metric
    assert "Not measured yet" in app.caption[-2].value


def test_what_was_measured_before_a_stop_is_kept():
    """Stopping ends the page's run between two steps."""
    configs = tuple(viz.configure(key, resolution=64) for key in ("v2", "v1"))
    setting = timing.Setting(configs, "torch", 1, 1, 1)
    measured = timing.Measured(setting, ([], []), ([], []), [])
    told = list(islice(timing._steps(measured), 4))  # each is named before it is taken
    assert told[-1] == "Round 2 of 5: MobileNetV1"
    assert [len(rounds) for rounds in measured.rounds] == [2, 1]
    assert measured.disturbed == [False] * 3
    assert measured.operations == ([], [])


def test_onnxruntime_has_times_of_blocks_only():
    pytest.importorskip("onnxruntime")
    app = opened("timing", **SMALL, runtime="onnxruntime")
    button(app, "Measure").click().run()
    assert len(app.metric) == 2
    assert not app.dataframe
    assert len(app.get("plotly_chart")) == 3


def test_what_would_need_too_much_memory_is_refused():
    app = opened("timing", resolution="512", images="16", width="2")
    assert "batch" in app.info[0].value
    assert "Measure" not in [button.label for button in app.button]
    app = opened("timing", network="v2", width="2", resolution="512", small_input="true")
    assert "resolution is" in app.info[0].value  # no batch is smaller than 1


def test_networks_that_differ_in_other_choices_have_other_names():
    app = opened("timing", network="v2", b_network="v2", b_divisor="32", **SMALL)
    button(app, "Measure").click().run()
    pair = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert len({series["name"] for series in pair}) == 2
    assert "divisor 32" in pair[1]["name"]


def test_the_median_of_short_runs_is_said_to_be_of_means():
    traced = viz.trace("post-000", resolution=64)
    how = {"runtime": "torch", "threads": 1, "batch": 1}
    few = latency_of(traced, [Round([0.6, 0.7, 0.65], 300)], **how)
    assert (few.samples, few.runs_each) == (3, 100)
    assert "3 means of 100 runs each" in as_text([Timed(traced, few, [])])
    plain = latency_of(traced, [Round([0.6, 0.7, 0.65], 3)], **how)
    assert "median of 3 runs" in as_text([Timed(traced, plain, [])])


def test_a_round_beside_other_work_of_the_app_is_said(monkeypatch):
    """Another reader's page is shown while the first network is measured."""

    class Busy:
        def ask(self, request, look):
            with admission.TURNS.turn(admission.TURNS.place(), lambda: None):
                pass
            return {"answer": {"seconds": 1}}

    monkeypatch.setattr(torch_questions, "MEASURING", Busy())
    config = viz.configure("v2", resolution=64)
    assert torch_questions.time_round(config, {}) == ({"seconds": 1}, True)
