"""``python -m viz evaluate`` against scikit-learn's report and torchvision's folder."""

import csv
import io
import json
import shutil

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import save_file
from sklearn.metrics import classification_report, confusion_matrix
from torchvision.datasets import ImageFolder

import viz
from viz.cli.main import main
from viz.lab.live import Answered
from viz.lab.pytorch.pictures import for_answers
from viz.lab.scores import scores_of

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)
NAMES = ("daisy", "dandelion", "roses", "sunflower", "tulip")


@given(PAIRS)
@settings(max_examples=200, deadline=None)
def test_every_number_is_scikit_learns(pairs):
    labels, predicted = zip(*pairs, strict=True)
    found = scores_of([Answered("", *pair, 0.5) for pair in pairs], NAMES)
    seen = sorted({*labels, *predicted})
    theirs = classification_report(
        labels,
        predicted,
        labels=seen,
        target_names=[NAMES[n] for n in seen],
        output_dict=True,
        zero_division=0,
    )
    assert [row.name for row in found.classes] == [NAMES[n] for n in seen]
    rows = {**{row.name: row for row in found.classes}, **{r.name: r for r in found.means}}
    for name in [NAMES[n] for n in seen] + ["macro avg", "weighted avg"]:
        row = rows[name.replace("avg", "average")]
        wanted = theirs[name]
        assert row.precision == pytest.approx(wanted["precision"])
        assert row.recall == pytest.approx(wanted["recall"])
        assert row.f1 == pytest.approx(wanted["f1-score"])
        assert row.pictures == wanted["support"]
    assert found.accuracy == pytest.approx(np.mean([a == b for a, b in pairs]))
    assert found.confusion == confusion_matrix(labels, predicted, labels=seen).tolist()


def evaluate(capsys, *arguments, code=0):
    assert main(["evaluate", *map(str, arguments)]) == code
    return capsys.readouterr()


def test_answers_are_those_of_a_plain_loop(data, finished, capsys):
    weights = finished / "weights.safetensors"
    found = json.loads(evaluate(capsys, data, "--weights", weights, "--json").out)
    model = viz.build("v3-small", width=0.25, classes=5)
    model.load_state_dict(viz.load(model, weights).state_dict())
    folder = ImageFolder(str(data / "val"), for_answers((32, 32)))
    with torch.no_grad():
        predicted = [int(model.eval()(picture[None]).argmax()) for picture, _ in folder]
    theirs = classification_report(
        folder.targets, predicted, target_names=folder.classes, output_dict=True, zero_division=0
    )
    assert found["pictures"] == len(folder)
    assert found["accuracy"] == pytest.approx(theirs["accuracy"])
    for row in found["classes"]:
        assert row["recall"] == pytest.approx(theirs[row["name"]]["recall"])
    assert [answer["picture"] for answer in found["answers"]] == [p for p, _ in folder.samples]
    assert found["preparation"]["library"] == "torchvision"


def test_the_text_and_the_csv_say_the_same(data, finished, capsys):
    weights = finished / "weights.safetensors"
    found = json.loads(evaluate(capsys, data / "val", "--weights", weights, "--json").out)
    text = evaluate(capsys, data, "--weights", weights, "--csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["class"] for row in rows[:5]] == list(NAMES)
    for row, wanted in zip(rows, found["classes"], strict=False):
        assert float(row["F1"]) == pytest.approx(wanted["f1"], abs=1e-6)
        counts = [int(row[f"as {name}"]) for name in NAMES]
        assert counts == found["confusion"][NAMES.index(row["class"])]
    text = evaluate(capsys, data, "--weights", weights).out
    assert f"{found['accuracy']:.1%} of 15 pictures right" in text
    assert "precision" in text
    assert "prepared for torchvision: short side 37" in text


@pytest.mark.parametrize("name", ["c.svg", "c.png", "c.pdf"])
def test_the_confusion_matrix_is_a_chart(data, finished, capsys, tmp_path, name):
    chart = tmp_path / name
    common = [data, "--weights", finished / "weights.safetensors", "--chart", chart]
    evaluate(capsys, *common)
    content = chart.read_bytes()
    assert content[:4] in (b"<?xm", b"\x89PNG", b"%PDF")
    if name.endswith("svg"):
        assert all(kind in content.decode() for kind in NAMES)
    if name.endswith("png"):
        edge = np.asarray(Image.open(chart).convert("L"))[:, :8]
        assert edge.min() == edge.max()  # long names push no title out
    there = f"viz: --chart {chart}: the file exists; --force overwrites it.\n"
    assert evaluate(capsys, *common, code=2).err == there
    evaluate(capsys, *common, "--force")


def test_more_classes_than_a_chart_draws_are_refused_before_any_answer(tmp_path, capsys):
    for number in range(21):
        (tmp_path / "data" / f"c{number}").mkdir(parents=True)
        Image.new("RGB", (40, 40)).save(tmp_path / "data" / f"c{number}" / "a.png")
    asked = [tmp_path / "data", "--weights", "no such file", "--chart", tmp_path / "c.png"]
    told = evaluate(capsys, *asked, code=2)
    assert told.err == "viz: --chart: 21 classes; at most 20 are drawn.\n"


def test_scores_are_printed_where_answers_bring_too_many_classes(
    data, finished, capsys, tmp_path, monkeypatch
):
    """As with ImageNet's weights on a few folders: an hour of answers is not thrown away."""
    monkeypatch.setattr("viz.cli.evaluate._check_chart", lambda *_asked: None)
    monkeypatch.setattr("viz.cli.evaluate.MOST_SHOWN", 0)
    weights = finished / "weights.safetensors"
    asked = [data, "--weights", weights, "--json", "--chart", tmp_path / "c.png"]
    told = evaluate(capsys, *asked, code=2)
    assert json.loads(told.out)["pictures"]
    assert "are drawn" in told.err
    assert not (tmp_path / "c.png").exists()


def test_a_bad_picture_is_a_line_and_the_others_count(copy, finished, capsys):
    (copy / "val" / "roses" / "broken.jpg").write_bytes(b"no picture")
    common = [copy, "--weights", finished / "weights.safetensors", "--json"]
    told = evaluate(capsys, *common, code=2)
    found = json.loads(told.out)
    assert found["pictures"] == 15
    assert [problem["picture"] for problem in found["unread"]] == [
        str(copy / "val" / "roses" / "broken.jpg")
    ]
    assert told.err.count("\n") == 1


def test_some_of_the_classes_are_enough(copy, finished, capsys):
    for name in ("daisy", "tulip"):
        shutil.rmtree(copy / "val" / name)
    common = [copy / "val", "--weights", finished / "weights.safetensors", "--json"]
    found = json.loads(evaluate(capsys, *common).out)
    assert found["pictures"] == 9
    labels = {answer["label"] for answer in found["answers"]}
    assert labels == {"dandelion", "roses", "sunflower"}


def test_a_class_that_the_weights_do_not_know_is_named(copy, finished, capsys):
    (copy / "val" / "roses").rename(copy / "val" / "orchids")
    common = [copy / "val", "--weights", finished / "weights.safetensors"]
    message = evaluate(capsys, *common, code=2).err
    assert "orchids is no class of these weights" in message
    assert "daisy, dandelion, roses, sunflower, tulip" in message


def test_weights_without_names_take_the_folders_in_order(data, tmp_path, capsys):
    model = viz.build("v3-small", width=0.25, classes=5)
    save_file(model.state_dict(), tmp_path / "w.safetensors")
    common = ["--network", "v3-small", "--width", 0.25, "--resolution", 32, "--classes"]
    asked = [data, *common, 5, "--weights", tmp_path / "w.safetensors", "--json"]
    found = json.loads(evaluate(capsys, *asked).out)
    assert {answer["label"] for answer in found["answers"]} == set(NAMES)
    random = [data, *common, 4, "--weights", "random"]
    message = evaluate(capsys, *random, code=2).err
    assert "has 5 folders for 4 classes" in message


def test_a_folder_with_both_halves_is_scored_on_the_chosen_one(data, finished, capsys):
    common = [data, "--weights", finished / "weights.safetensors", "--json"]
    assert json.loads(evaluate(capsys, *common).out)["pictures"] == 15
    assert json.loads(evaluate(capsys, *common, "--split", "train").out)["pictures"] == 40


def test_as_many_folders_under_other_names_are_taken_in_order(tmp_path, capsys):
    """ImageNet's folders are called n01440764, ..., in the order of its classes."""
    for number in ("n01440764", "n01443537"):
        (tmp_path / "data" / number).mkdir(parents=True)
        Image.new("RGB", (40, 40)).save(tmp_path / "data" / number / "a.png")
    (tmp_path / "labels.txt").write_text("tench\ngoldfish\n")
    asked = [tmp_path / "data", "--network", "v3-small", "--weights", "random", "--classes", 2]
    more = ["--resolution", 32, "--classes-file", tmp_path / "labels.txt"]
    found = json.loads(evaluate(capsys, *asked, *more, "--json").out)
    assert [answer["label"] for answer in found["answers"]] == ["tench", "goldfish"]
    assert "folders are taken as the classes in their order" in evaluate(capsys, *asked, *more).out
