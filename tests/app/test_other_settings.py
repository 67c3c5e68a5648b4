"""What pages say holds under settings that are not the defaults."""

import re
from math import inf
from urllib.parse import parse_qsl

import pytest
import torch
from torchinfo import summary

import viz
from pages import opened
from viz.facts.changes import changes
from viz.facts.checks import parameter_counts
from viz.facts.sweep import channel_rows
from viz.lessons.scaling import paper_claims, published_rows
from viz.lessons.squeeze import excitation_steps
from viz.net.cost import attention_macs
from viz.net.design import write
from viz.text import change, short_bytes, times
from viz.ui.parts.headline import claim_text, matching_claims

SLIM = "slim's, 1001 classes"
FOREIGN = [
    {"divisor": 32},
    {"depth": 2},
    {"output_stride": 8},
    {"classes": 10},
    {"in_channels": 1},
]


def captions(page, **link):
    return " ".join(each.value for each in opened(page, **link).caption)


@pytest.mark.parametrize("chosen", FOREIGN)
def test_nothing_was_published_for_another_network(chosen):
    config = viz.configure("v2", **chosen)
    assert paper_claims(config) == published_rows(config) == matching_claims(config) == []
    assert paper_claims(viz.configure("v2"))


def test_authors_without_a_paper_are_named_themselves():
    (claim,) = matching_claims(viz.configure("edgetpu"))
    assert claim_text(claim).startswith("TF-slim nets/mobilenet/README.md (")
    assert "75.6 % top-1" in claim_text(claim)


def test_a_grid_without_frame_or_dots_speaks_of_none():
    assert "Framed" not in captions("scaling", network="v2", resolution="224x448")
    assert "Dots" not in captions("scaling", network="v2", divisor="32")


@pytest.mark.parametrize("key", ["v1", "v3-large", "post-004"])
def test_slims_count_is_that_of_1001_classes_whatever_was_chosen(key):
    """torch's own count of the module with 1,001 classes, with a third vector a normalisation."""
    module = viz.build(key, classes=1_001)
    norms = [each for each in module.modules() if isinstance(each, torch.nn.BatchNorm2d)]
    wanted = sum(each.numel() for each in module.parameters())
    wanted += sum(each.num_features for each in norms)
    for classes in (10, 1_000):
        assert parameter_counts(viz.trace(key, classes=classes))[SLIM] == wanted
    assert SLIM not in parameter_counts(viz.trace("v2", classes=0))


def test_torchinfo_is_said_to_leave_attentions_products_out():
    traced = viz.trace("v4-hybrid-medium", width=0.25, resolution=64, width_rule="timm")
    module = viz.build("v4-hybrid-medium", width=0.25, resolution=64, width_rule="timm")
    theirs = summary(module, (1, 3, 64, 64), verbose=0).total_mult_adds
    shown = captions(
        "architecture",
        network="v4-hybrid-medium",
        width="0.25",
        resolution="64",
        part="layers",
    )
    numbers = [
        int(text.replace(",", ""))
        for text in re.findall(r"-?[\d,]*\d", shown[shown.index("torchinfo counts") :])
    ]
    weights = traced.macs - attention_macs(traced.operations)
    assert numbers[:4] == [theirs, weights, theirs - weights, traced.macs - weights]
    assert theirs > weights


def test_a_designs_channels_are_those_of_its_rows():
    design = viz.design(["stem.20.relu6.2", "mb.2.30.1.2", "pool", "classifier.dropout.no"], "v2")
    out = [row for row in channel_rows(viz.configure(design)) if row.part == "out"]
    assert [(row.paper, row.given) for row in out][:2] == [(20, 24), (30, 32)]


@pytest.mark.parametrize(("wanted", "divisor"), [("1", "8"), ("12", "8"), ("17", "32")])
def test_the_steps_of_rounding_are_equations(wanted, divisor):
    lines = opened("rounding", wanted=wanted, divisor=divisor).latex
    (floor,) = re.findall(r"lfloor ([\d.]+) / (\d+) .rfloor .cdot (\d+) &= (\d+)", lines[-1].value)
    top, below, factor, result = map(float, floor)
    assert top // below * factor == result


def test_a_link_carries_the_network_that_the_page_is_about():
    chosen = {"network": "v2", "width": "0.5", "resolution": "96"}
    app = opened("hardware", **chosen, ridge="200")
    (link,) = [each for each in app.get("page_link") if "Memory-bound" in each.proto.label]
    query = link.proto.query_string
    assert all(f"{name}={text}" in query for name, text in {**chosen, "ridge": "200"}.items())


def test_an_opened_block_leads_to_its_window_in_the_player():
    """Row 5 of V3's Table 1: 56² × 24, 5×5, stride 2; Keras pads such a map by 1 + 2, as 16²."""
    app = opened("architecture", network="v3-large", block="4", width_rule="slim")
    (link,) = [each for each in app.get("page_link") if "window" in each.proto.label]
    query = dict(parse_qsl(link.proto.query_string))
    assert query == query | {"part": "size", "w": "16", "f": "5", "p": "2", "s": "2"}
    player = opened("convolution", **query)
    assert not player.warning
    assert any("16×16, kernel 5, stride 2" in each.value for each in player.markdown)


def test_a_design_is_compared_with_its_start_at_the_same_choices():
    design = viz.design(["stem.16.relu.2", "pool", "classifier.dropout.no"], "v2")
    text = write(viz.configure(design).design)
    app = opened("design", network="design", design=text, width="0.5", resolution="96")
    (link,) = [each for each in app.get("page_link") if "Compare with" in each.proto.label]
    query = dict(parse_qsl(link.proto.query_string))
    chosen = {"width": "0.5", "resolution": "96", "b_width": "0.5", "b_resolution": "96"}
    assert query == query | chosen | {"network": "design", "design": text, "b_network": "v2"}


@pytest.mark.parametrize(("key", "inner"), [("v3-large", "ReLU"), ("efficientnet-b0", "swish")])
def test_an_se_names_its_own_activation(key, inner):
    traced = viz.trace(key)
    block = next(each.index for each in traced.blocks if each.facts.squeeze)
    one = {"block": block, "squeezed": [0.5], "hidden": [0.5], "gate": [0.5], "scaled": [0.5]}
    assert excitation_steps(one, "sigmoid", traced)[1][0].endswith(inner)


def test_changes_from_nothing_and_from_little_are_told_in_words():
    short = viz.trace(viz.design(["stem.16.relu.2", "pool", "classifier.dropout.no"], "v2"))
    told = {each.what: each for each in changes(short, viz.trace("v2"))}
    assert (told["blocks"].left, told["blocks"].right) == ("none", "17 bneck")
    assert (change(inf), change(1.5), change(5_000)) == ("", "+50.0%", "5,000×")
    assert (times(0.25), times(4.3949), times(2_896.3)) == ("0.25", "4.39", "2,896")
    assert (short_bytes(54_700_000), short_bytes(4_100)) == ("54.7 MB", "4.1 KB")


@pytest.mark.parametrize(("link", "adds"), [({}, True), ({"stride2": "true"}, False)])
def test_the_formula_of_a_block_adds_only_what_the_block_adds(link, adds):
    (formula,) = opened("residual", **link).latex
    assert ("x +" in formula.value) == adds


def test_only_networks_that_timm_has_are_said_to_agree_with_it():
    assert "features_only" in captions("architecture", network="v2", part="taps")
    assert "features_only" not in captions("architecture", network="post-002", part="taps")


@pytest.mark.parametrize(("t", "expands"), [("1", False), ("6", True)])
def test_the_residuals_formula_has_the_parts_that_the_block_has(t, expands):
    formula = " ".join(each.value for each in opened("residual", t=t).latex)
    assert ("{E}" in formula) == expands
    assert formula.count("ReLU6") == 1 + expands


def test_a_budget_is_passed_by_a_number_of_something():
    shown = captions("design", network="v2", most_peak="1", most_params="3", most_macs="300")
    peak = viz.trace("v2").peak_bytes(1) - 1_000_000
    assert f"over the budget by {peak:,} bytes" in shown
    assert f"over the budget by {viz.trace('v2').params - 3_000_000:,} parameters" in shown
    assert f"over the budget by {viz.trace('v2').macs - 300_000_000:,} MACs" in shown


def test_keras_padding_of_v1_is_not_called_another_network():
    """At odd sizes Keras pads V1 otherwise: the same parameters, other MACs."""
    shown = captions("architecture", network="v1", resolution="225", width_rule="keras")
    slim = viz.trace("v1", resolution=225, width_rule="slim")
    assert f"which gives {slim.params:,} parameters and {slim.macs:,} MACs" in shown
