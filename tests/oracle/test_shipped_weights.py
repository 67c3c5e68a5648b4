"""The weights that come with the Atlas: what is said of them, and that their recipe learns."""

import csv
import json
import math
import shlex
from statistics import fmean

import pytest
import torch
from lists import some_of
from safetensors.torch import load_file

import viz
from viz.cli.main import main
from viz.lab.cards import read_card
from viz.lab.choice import shipped
from viz.lab.sample_data import SampleData, draw

MOST_BYTES = 900_000
SHIPPED = shipped()


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    """Flowers of another seed than those that the weights were trained on."""
    folder = tmp_path_factory.mktemp("data") / "flowers"
    draw(folder, SampleData(train=40, val=20, side=96, seed=77))
    return folder


def card_of(network):
    return json.loads(SHIPPED[network].with_suffix(".json").read_text())


def best_of(run):
    with (run / "history.csv").open() as file:
        return max(float(line["val_accuracy"]) for line in csv.DictReader(file))


def test_there_are_some_for_v2_and_for_v3_whose_gates_a_lesson_shows():
    assert {"v2", "v3-small"} <= SHIPPED.keys()


@pytest.mark.parametrize("network", SHIPPED)
def test_they_are_small_and_of_their_network(network):
    path = SHIPPED[network]
    card = read_card(path)
    assert path.stat().st_size == card_of(network)["bytes"] <= MOST_BYTES
    tensors = load_file(path)
    wanted = viz.build(network, width=float(card.words["width"]), classes=len(card.classes))
    shapes = {name: value.shape for name, value in wanted.state_dict().items()}
    assert {name: value.shape for name, value in tensors.items()} == shapes
    kinds = {v.dtype for v in tensors.values() if v.is_floating_point()}
    assert kinds == {torch.float16}
    assert all(value.isfinite().all() for value in tensors.values())


@pytest.mark.parametrize("network", SHIPPED)
def test_their_recipe_is_a_command_of_ours(network, tmp_path):
    """Every option that is printed is one that the command line takes."""
    from viz.cli.parser import parser

    drawn, trained = card_of(network)["commands"]
    for command in (drawn, trained):
        words = shlex.split(command)
        assert words[:3] == ["python", "-m", "viz"]
        parser().parse_args(words[3:])


@pytest.mark.parametrize("network", SHIPPED)
def test_a_new_last_layer_on_frozen_features_passes_ninety_percent(network, flowers, tmp_path):
    run = tmp_path / "run"
    start = ["--network", network, "--weights", "atlas", "--freeze", "features"]
    more = ["--epochs", "3", "--lr", "1e-3", "--output", str(run)]
    assert main(["train", str(flowers), *start, *more]) == 0
    assert best_of(run) > 0.9
    before, after = load_file(SHIPPED[network]), load_file(run / "weights.safetensors")
    for name, value in before.items():
        assert torch.equal(value.float(), after[name].float()) == (
            not name.startswith("classifier")
        )


@pytest.mark.parametrize("network", some_of(SHIPPED, {"v2"}))
def test_the_recipe_still_learns_from_nothing(network, flowers, tmp_path):
    """A few steps of the shipped weights' own command: what was chance becomes knowledge."""
    run = tmp_path / "run"
    words = shlex.split(card_of(network)["commands"][1])[4:]
    # V3's norms keep 99 % of their statistics at each step: it takes more of them to tell.
    batch = "4" if network.startswith("v3") else "16"
    changed = {"--epochs": "14", "--batch": batch, "--resolution": "64", "--output": str(run)}
    for name, value in changed.items():
        words[words.index(name) + 1] = value
    assert main(["train", str(flowers), *words[1:]]) == 0
    lines = (run / "history.csv").read_text().splitlines()[1:]
    losses = [float(line.split(",")[1]) for line in lines]
    assert fmean(losses[-3:]) < math.log(5) - 0.05  # who knows nothing loses ln 5
    assert best_of(run) > 0.3  # and is right once in five
