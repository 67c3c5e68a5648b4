"""The design space: what fits, the front, the best that was published, and what is sent of it."""

import base64
import json
from collections import Counter

import numpy as np
import plotly.io
import pytest

import viz
from viz.charts.space import MEASURES, space_chart
from viz.exports.figure_table import SHOWN_SPACE
from viz.hardware.space import space_rows
from viz.lessons.space import MOST_DRAWN, Budgets, best, front, step
from viz.ui.plotly_figure import PlotlyFigure

MEGABYTE = 1e6
MESSAGE = 300_000  # bytes of all rules of the networks that the page starts with


@pytest.fixture(scope="module")
def all_rules():
    return space_rows(SHOWN_SPACE, "all", "pixel-6-cpu", "int8")


@pytest.mark.parametrize("measure", [column for column, _ in MEASURES.values()])
def test_nothing_has_as_many_parameters_as_the_front_for_less(all_rules, measure):
    params = np.array([row.params for row in all_rules])
    costs = np.array([getattr(row, measure) for row in all_rules])
    edge = front(all_rules, measure)
    for row in edge:
        assert costs[params >= row.params].min() == getattr(row, measure)
    least = {costs[params >= value].min() for value in np.unique(params)}
    assert least == {getattr(row, measure) for row in edge}


def test_a_budget_takes_what_is_at_most_as_large(all_rules):
    table = np.array([(row.params, row.macs, row.peak_bytes) for row in all_rules]) / MEGABYTE
    inside = (table[:, 0] <= 3) & (table[:, 2] <= 0.5)
    budgets = Budgets(params=3, peak_bytes=0.5)
    assert [budgets.fit(row) for row in all_rules] == inside.tolist()
    assert all(Budgets().fit(row) for row in all_rules)


def test_the_best_is_the_printed_one_of_those_that_fit(all_rules):
    """MobileNetV4's Table 6 prints 73.8 % for Conv-S; V3-Large's 75.2 % has 5.4 M parameters."""
    found = best([row for row in all_rules if Budgets(5, 300).fit(row)])
    assert (found.row.network, found.row.width, found.top1) == ("v4-conv-small", 1.0, 73.8)
    assert "arXiv:2404.10518" in found.citation
    assert best(viz.sweep(["v2"], [0.11], [96])) is None


def test_an_accuracy_belongs_to_its_authors_width_rule_only():
    """V3-Large at 0.75 is published for TF-slim's widths, not for torchvision's."""
    theirs, others = (
        best(viz.sweep(["v3-large"], [0.75], [224], rules=[rule]))
        for rule in ("slim", "torchvision")
    )
    assert theirs.top1 == 73.3
    assert others is None


def test_a_page_of_thousands_of_points_is_a_small_message(all_rules):
    made = space_chart(all_rules, "macs", Budgets(5), best(all_rules), "light")
    text = plotly.io.to_json(PlotlyFigure(made), validate=False)
    assert len(all_rules) > 7_000
    assert len(text) < MESSAGE
    sent = json.loads(text)["data"]
    assert Counter(trace["type"] for trace in sent)["scattergl"] > 19
    longest = max(range(len(sent)), key=lambda index: len(made.data[index]["x"]))
    numbers = np.frombuffer(base64.b64decode(sent[longest]["y"]["bdata"]), np.float32)
    assert numbers == pytest.approx(made.data[longest]["y"], rel=1e-6)


def test_of_very_many_points_some_are_drawn_and_all_of_the_front():
    rows = space_rows(tuple(viz.ZOO), "all", "pixel-6-cpu", "int8")
    made = space_chart(rows, "macs", Budgets(), None, "light")
    drawn = {point[0] for trace in made.data for point in trace.get("customdata", ())}
    assert len(rows) / step(len(rows)) <= len(drawn) < 1.1 * MOST_DRAWN
    assert {rows.index(row) for row in front(rows, "macs")} <= drawn
    assert {rows[index].resolution for index in drawn} == {row.resolution for row in rows}


def test_a_chart_without_anything_that_fits_has_no_front(all_rules):
    made = space_chart(all_rules[:390], "macs", Budgets(0.1), None, "dark")
    assert {trace["name"] for trace in made.data if "name" in trace} == {"beyond a budget"}
