"""``--recipe`` stands for the arguments that say the same one by one."""

import json

import pytest

import viz
from viz.cli.main import main
from viz.net.design import rows_of

TEXT = "v2 | width 0.35 | resolution 96 | int8 per-channel | patches 4x3"
PLAIN = ["v2", "--width", "0.35", "--resolution", "96"]


def printed(capsys, *arguments):
    capsys.readouterr()
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_summary_is_that_of_the_choices_with_a_line_for_each_step(capsys):
    plain, said = (
        json.loads(printed(capsys, "summary", *words, "--format", "json"))
        for words in (PLAIN, ["--recipe", TEXT])
    )
    assert said.pop("recipe") == viz.recipe(TEXT).as_json()
    assert said == plain
    lines = printed(capsys, "summary", "--recipe", TEXT).splitlines()
    assert TEXT in lines
    assert lines[-1].startswith("patches 4x3")


def test_fit_plans_what_a_recipe_says(capsys):
    plain, said = (
        json.loads(printed(capsys, "fit", *words, "--json", "--in-place"))
        for words in ([*PLAIN, "--patches", "4,3"], ["--recipe", TEXT])
    )
    rows = said.pop("recipe")["steps"]
    assert said == plain
    assert [row["step"] for row in rows] == TEXT.split(" | ")
    assert (rows[-1]["arena_bytes"], rows[-1]["macs"] - rows[-2]["macs"]) == (
        *(plain["arena"], plain["patches"]["extra_macs"]),
    )
    assert printed(capsys, "fit", "--recipe", TEXT).splitlines()[-1].startswith("patches 4x3")


def test_without_int8_a_recipe_is_in_float(capsys):
    said = json.loads(printed(capsys, "fit", "--recipe", "v2 | width 0.35", "--json"))
    assert said["arena"] == viz.arena("v2", width=0.35, precision="float32").total


@pytest.mark.parametrize("command", ["diagram", "export"])
def test_pictures_are_those_of_the_choices(command, capsysbinary):
    rows = "~".join(rows_of(viz.ZOO["v2"]))
    for words in (PLAIN, ["--recipe", TEXT], ["--recipe", f"v2 | design {rows}"]):
        assert main([command, *words, "--format", "dot"]) == 0
    pictures = capsysbinary.readouterr().out.split(b"digraph")[1:]
    assert pictures[0] == pictures[1] != pictures[2]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["summary", "--recipe", "v2 | width 9"], "width is 9, but must be a number from 0.1 to"),
        (["summary", "v1", "--recipe", "v2"], "v1: name a network or give --recipe, not both."),
        (["fit", "v1", "--recipe", "v2"], "v1: name a network or give --recipe, not both."),
        (["fit", "--recipe", "v2", "--width", "1"], "--width: leave it out; a recipe says it as a"),
        (["fit", "--recipe", "v2", "--patches", "4,3"], "--patches: leave it out; a recipe says"),
        (["fit", "--recipe", "v2 | int4"], "recipe is 'v2 | int4 per-tensor', but must be in 8"),
        (["fit"], "NETWORK_OR_FILE is missing: name one, or give --recipe."),
        (["quantize"], "NETWORK_OR_ONNX is missing: name one, or give --recipe."),
        (["quantize", "--recipe", "v2 | int8", "--scheme", "signed"], "--scheme: leave it out; a"),
        (["quantize", "--recipe", "v2"], "recipe is 'v2', but must be with a step such as int8"),
        (["export", "--what", "deck", "--recipe", "v2", "--format", "pdf"], "--recipe: a deck is"),
        (["export", "--what", "model", "--recipe", "v2 | int8"], "--recipe: a model is written in"),
    ],
)
def test_what_goes_against_a_recipe_is_said(words, sentence, capsys):
    assert main(words) == 2
    assert f"viz: {sentence}" in capsys.readouterr().err
