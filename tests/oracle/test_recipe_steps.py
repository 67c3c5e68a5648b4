"""What each step of a recipe did, against torchvision's networks and the roads without a recipe."""

import json

import pytest
import torch
from torchvision import models

import viz
from viz.cli.main import main
from viz.net.recipe import recipe_of_file_name

TEXT = "v2 | width 0.35 | resolution 96 | int8 per-channel | patches 4x3"
SMALL = "v2 | width 0.1 | resolution 32 | classes 5 | int8 per-channel,reduce-range | patches 4x2"
HOW = {"weights": "random:1", "calibrate": "noise", "pictures": 2, "inputs": 2}


def test_parameters_after_each_step_are_those_of_torchvisions_networks():
    rows = viz.recipe("v2 | width 0.35 | classes 10").rows
    built = [
        models.mobilenet_v2(),
        models.mobilenet_v2(width_mult=0.35),
        models.mobilenet_v2(width_mult=0.35, num_classes=10),
    ]
    assert [row.params for row in rows] == [sum(p.numel() for p in m.parameters()) for m in built]
    assert rows[0].macs == 300_774_272  # 300 M in the paper, table 4


def test_rows_are_the_numbers_of_trace_and_arena():
    start, width, small, quantised, cut = viz.recipe(TEXT).rows
    for row, chosen in ((start, {}), (width, {"width": 0.35})):
        traced, plan = viz.trace("v2", **chosen), viz.arena("v2", precision="float32", **chosen)
        assert (row.params, row.macs) == (traced.params, traced.macs)
        assert (row.weight_bytes, row.arena_bytes) == (plan.flash, plan.total)
    for row, how in (
        (small, {"precision": "float32"}),
        (quantised, {}),
        (cut, {"patches": (4, 3)}),
    ):
        plan = viz.arena("v2", width=0.35, resolution=96, **how)
        assert (row.weight_bytes, row.arena_bytes) == (plan.flash, plan.total)
        assert row.peak_bytes == plan.peak.live_bytes
    assert viz.recipe(TEXT).arena() == plan
    assert viz.recipe(TEXT).trace() == viz.trace("v2", width=0.35, resolution=96)
    assert cut.macs > quantised.macs == small.macs


def test_one_scale_for_all_filters_of_a_layer_takes_fewer_bytes():
    one, each = (viz.recipe(f"v2 | int8 {words}").rows[-1] for words in ("", "per-channel"))
    module = viz.build("v2")
    layers = [m for m in module.modules() if isinstance(m, torch.nn.Conv2d)]
    filters = sum(layer.weight.shape[0] - 1 for layer in layers)
    scale_and_zero_point = 4 + 8
    # Of weights and of their biases; TFLite gives a linear layer one in any case.
    assert each.weight_bytes - one.weight_bytes == 2 * filters * scale_and_zero_point
    assert each.arena_bytes == one.arena_bytes


@pytest.mark.parametrize("step", ["int4", "int8 float=0+1", "int8 float-hswish"])
def test_what_no_file_has_has_no_bytes(step):
    last = viz.recipe(f"v3-small | {step}").rows[-1]
    assert last[3:6] == (None, None, None)
    assert last.params == sum(p.numel() for p in models.mobilenet_v3_small().parameters())
    with pytest.raises(viz.ConfigError, match="in 8 bits throughout"):
        viz.recipe(f"v3-small | {step}").arena()


def test_changes_are_told_in_percent():
    told = [row.change for row in viz.recipe("v2 | width 0.35 | width_rule timm").rows]
    before, after = viz.trace("v2"), viz.trace("v2", width=0.35)
    assert told[0] == ""
    assert told[1].startswith(f"params {after.params / before.params - 1:+.1%}, MACs ")
    assert told[2] == "no change"


def test_a_step_can_be_undone():
    assert viz.recipe(TEXT).without(3).text == TEXT.replace(" | int8 per-channel", "")
    assert (
        viz.recipe(TEXT).without(3).rows[-1].weight_bytes == viz.recipe(TEXT).rows[2].weight_bytes
    )


def test_pieces_are_checked_with_the_network():
    with pytest.raises(viz.ConfigError, match="patches is '40,3', but must be 1 to 19 blocks"):
        viz.recipe("v2 | patches 40x3")


def test_a_notebook_shows_a_line_for_each_step():
    shown = viz.recipe(TEXT).measured(0.9, 0.85)._repr_mimebundle_()
    assert shown["text/html"].count("<tr>") == 1 + 5
    lines = shown["text/plain"].splitlines()
    assert lines[0] == TEXT
    assert "accuracy" in lines[2]
    assert [("90.0%" in line, "85.0%" in line) for line in lines[4:]] == [
        *((False, False), (True, False), (False, True), (False, True))
    ]


def test_a_recipe_replayed_gives_the_same_bytes():
    recipe = viz.recipe(SMALL)
    first, again = (viz.quantize(viz.recipe(text), **HOW) for text in (SMALL, recipe.text))
    choices = {"width": 0.1, "resolution": 32, "classes": 5}
    plain = viz.quantize("v2", "per-channel,reduce-range", **HOW, **choices)
    assert first.content == again.content == plain.content
    assert first.output == plain.output


@pytest.mark.parametrize(
    ("text", "more", "sentence"),
    [
        (
            "v2 | width 0.25",
            {},
            "recipe is 'v2 | width 0.25', but must be with a step such as",
        ),
        ("v2 | int8", {"width": 0.25}, "width is '0.25', but must be left out: a recipe says it"),
        ("v2 | int8", {"scheme": "signed"}, "scheme is 'signed', but must be left out: a recipe"),
    ],
)
def test_what_a_recipe_cannot_do_is_said(text, more, sentence):
    with pytest.raises(viz.ConfigError) as refusal:
        viz.quantize(viz.recipe(text), **more)
    assert sentence in str(refusal.value)


def test_weights_add_no_choice_that_a_recipe_does_not_say():
    with pytest.raises(viz.RunError, match="--weights atlas: they are of MobileNetV2"):
        viz.quantize(viz.recipe("v2 | width 0.25 | int8"))


def test_the_command_writes_the_same_bytes_under_the_recipes_name(tmp_path, capsys):
    how = [part for name, value in HOW.items() for part in (f"--{name}", str(value))]
    scored = "v2 | width 0.25 | resolution 96 | classes 5 | int8 per-channel,reduce-range"
    assert main(["quantize", "--recipe", SMALL, *how, "--output", str(tmp_path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["recipe"]
    (file,) = tmp_path.iterdir()
    assert recipe_of_file_name(file.stem).text == said["text"] == viz.recipe(SMALL).text
    assert file.stem == said["file_name"]
    assert file.read_bytes() == viz.quantize(viz.recipe(SMALL), **HOW).content
    assert main(["quantize", "--recipe", scored, "--accuracy", "2", "--pictures", "2"]) == 0
    printed = capsys.readouterr().out
    assert "accuracy" in printed.splitlines()[-6]
