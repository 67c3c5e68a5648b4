"""Runs that a server starts: one at a time, stopped and taken up again, watched from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import safetensors.torch
import timm
import torch
from safetensors.torch import load_file
from sklearn.metrics import classification_report
from streamlit.testing.v1 import AppTest
from torchvision.datasets import ImageFolder

import viz
from pages import MAIN, opened
from viz.lab import live, runs
from viz.lab.choice import ATLAS, choice_of, config_for
from viz.lab.errors import RunError
from viz.lab.estimate import Work
from viz.lab.pytorch.pictures import for_answers
from viz.net.trace import trace_config

PARAMS = {"width": "0.25", "resolution": "32"}
SECONDS = 120


@pytest.fixture
def place(data, tmp_path, monkeypatch):
    """Where runs are kept, with a folder that the operator has allowed."""
    monkeypatch.setenv("ATLAS_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("ATLAS_DATA", str(data.parent))
    yield tmp_path / "runs"
    if (run := runs.current()) and (pid := run.pid):
        os.kill(pid, signal.SIGKILL)


def job(**more):
    usual = {"batch": 8, "lr": 1e-3, "epochs": 3}
    return runs.Job("flowers", "v3-small", PARAMS, **{**usual, **more})


def wait_for(condition):
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def ended(run):
    wait_for(lambda: run.state != "running")
    return run


def test_only_allowed_folders_are_offered(place, data, tmp_path, monkeypatch):
    assert list(runs.data_sets()) == [runs.FLOWERS, data.name]
    (tmp_path / "other" / "train").mkdir(parents=True)  # no val: no data set
    monkeypatch.setenv("ATLAS_DATA", str(tmp_path))
    assert list(runs.data_sets()) == [runs.FLOWERS]
    monkeypatch.delenv("ATLAS_DATA")
    assert list(runs.data_sets()) == [runs.FLOWERS]


def test_a_run_says_how_it_goes_and_what_came_out(place, data):
    run = runs.start(job())
    with pytest.raises(RunError, match="in progress"):
        runs.start(job())
    ended(run)
    assert (run.state, run.problem) == ("done", "")
    assert runs.current() == run  # as a server that starts anew finds it
    at, losses = live.progress_in(run.result), live.losses_in(run.result)
    assert (at.epoch, at.step, at.share) == (3, 5, 1.0)
    assert [(each.epoch, each.step) for each in losses] == [
        (epoch, step) for epoch in (1, 2, 3) for step in range(1, 6)
    ]
    history = live.history_in(run.result)
    for line in history:
        own = [each.loss for each in losses if each.epoch == line["epoch"]]
        assert sum(own) / len(own) == pytest.approx(line["train_loss"], rel=1e-4)
    assert_answers(run, data, max(line["val_accuracy"] for line in history))


def assert_answers(run, data, accuracy):
    """The answers that are kept are those of the kept weights, on torchvision's own folder."""
    model = viz.build("v3-small", width=0.25, classes=5).eval()
    model.load_state_dict(load_file(run.result / runs.WEIGHTS))
    folder = ImageFolder(str(data / "val"), for_answers((32, 32)))
    answers = live.answers_in(run.result)
    assert [each.path for each in answers] == [path for path, _ in folder.samples]
    with torch.no_grad():
        chances = model(torch.stack([picture for picture, _ in folder])).softmax(1)
    assert [each.predicted for each in answers] == chances.argmax(1).tolist()
    assert [each.probability for each in answers] == pytest.approx(
        chances.max(1).values.tolist(), abs=1e-3
    )
    counts = live.confusion(answers, 5)
    assert sum(counts[i][i] for i in range(5)) / len(answers) == pytest.approx(accuracy)
    wrong = live.wrong(answers)
    assert len(wrong) == len(answers) - sum(counts[i][i] for i in range(5))
    assert [w.probability for w in wrong] == sorted((w.probability for w in wrong), reverse=True)


def without_seconds(line):
    return {name: value for name, value in line.items() if name != "seconds"}


def test_a_stopped_run_goes_on_to_the_same_weights(place):
    whole = ended(runs.start(job(seed=3)))
    time.sleep(1)  # folders are named by the second
    run = runs.start(job(seed=3))
    wait_for(lambda: live.losses_in(run.result))
    runs.stop(run)
    ended(run)
    assert run.state == "stopped"
    assert "stopped in epoch" in run.problem
    runs.go_on(run)
    assert ended(run).state == "done"
    assert live.losses_in(run.result) == live.losses_in(whole.result)
    mine, theirs = (load_file(each.result / runs.WEIGHTS) for each in (run, whole))
    assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    strip = [without_seconds(line) for line in live.history_in(run.result)]
    assert strip == [without_seconds(line) for line in live.history_in(whole.result)]


def test_a_run_outlives_the_process_that_started_it(place):
    code = (
        "from viz.lab import runs; "
        f"print(runs.start(runs.Job('flowers', 'v3-small', {PARAMS!r}, epochs=1)).folder)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    run = runs.current()
    assert str(run.folder) == done.stdout.strip()
    assert ended(run).state == "done"


def test_a_run_starts_from_the_weights_of_a_file(place):
    """timm's, under its names; the last layer starts anew, all else is theirs at first."""
    theirs = timm.create_model("mobilenetv3_small_050", num_classes=9).state_dict()
    params = {"width": "0.5", "resolution": "32", "width_rule": "timm"}
    asked = runs.Job("flowers", "v3-small", params, freeze="features", epochs=1, batch=8)
    run = ended(runs.start(asked, (".safetensors", safetensors.torch.save(theirs))))
    assert (run.state, run.problem) == ("done", "")
    kept = load_file(run.result / runs.WEIGHTS)
    assert torch.equal(kept["features.0.0.weight"], theirs["conv_stem.weight"])


def test_a_killed_run_is_stopped_and_not_running(place):
    run = runs.start(job(epochs=20))
    wait_for(lambda: live.losses_in(run.result))
    os.kill(run.pid, signal.SIGKILL)
    assert ended(run).state == "stopped"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"weights": "nowhere.pth"}, "no such file"),
        ({"network": "post-000", "params": {}}, "has no classifier"),
        ({"data": "secrets"}, "no longer allows"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(place, more, problem):
    fields = {"data": "flowers", "network": "v3-small", "params": PARAMS, **more}
    run = ended(runs.start(runs.Job(**fields)))
    assert run.state == "failed"
    assert problem in run.problem
    assert "\n" not in run.problem


# The page


def test_the_page_starts_watches_and_shows_what_came_out(place):
    link = {"network": "v3-small", "resolution": "32", "width": "0.25", "data": "flowers"}
    app = opened("train", **link, start="random", balance="true", patience="4", schedule="cosine")
    assert not app.metric
    app.button(key="train-start").click().run()
    assert not app.exception
    assert "Stop" in [button.label for button in app.button]
    run = runs.current()
    assert run.job.params == PARAMS | {"width": "0.25"}
    ended(run)
    recipe = json.loads((run.result / "config.json").read_bytes())
    assert [recipe[name] for name in ("balance", "patience", "schedule")] == [True, 4, "cosine"]
    app.run()
    assert not app.exception
    assert "Patience (epochs): 4 · Classes balanced" in " ".join(
        caption.value for caption in app.caption
    )
    assert "validation accuracy" in app.metric[0].value
    texts = " ".join(markdown.value for markdown in app.markdown)
    wrong = live.wrong(live.answers_in(run.result))
    assert f"**{len(wrong)} of 15 wrong**" in texts
    assert_scores(app.dataframe[-1].value, live.answers_in(run.result), read_classes(run))


def test_the_page_says_that_pictures_are_in_both_halves(place, copy, monkeypatch):
    monkeypatch.setenv("ATLAS_DATA", str(copy))
    flower = next((copy / "train" / "roses").iterdir())
    shutil.copy(flower, copy / "val" / "roses" / "again.jpg")
    run = ended(runs.start(runs.Job(copy.name, "v3-small", PARAMS, epochs=1, batch=8)))
    assert live.in_both_halves(run.result) == 1
    app = opened("train", network="v3-small", resolution="32")
    assert "1 validation pictures are training pictures too" in app.warning[0].value


def read_classes(run):
    return list(json.loads((run.result / "class_indices.json").read_text()).values())


def assert_scores(shown, answers, names):
    theirs = classification_report(
        [each.label for each in answers],
        [each.predicted for each in answers],
        target_names=names,
        output_dict=True,
        zero_division=0,
    )
    assert list(shown["name"]) == [*names, "macro average", "weighted average"]
    assert list(shown["f1"]) == pytest.approx(
        [100 * theirs[name]["f1-score"] for name in (*names, "macro avg", "weighted avg")]
    )


def test_the_page_offers_only_weights_that_there_are(place):
    for network, width, expected in (
        ("v2", "1", ["Trained on drawn flowers", "torchvision's", "Random", "Your file"]),
        ("v3-large", "0.75", ["Random", "Your file"]),
        ("v1", "0.5", ["Random", "Your file"]),
    ):
        app = opened("train", network=network, width=width)
        assert list(app.button_group(key="start").options) == expected


def test_the_page_opens_on_a_run_of_less_than_two_minutes_and_says_so(place):
    """The recipe that docs/lab.md measures, not one that takes an afternoon."""
    app = opened("train")
    assert app.button_group(key="start").value == "atlas"
    assert app.button_group(key="freeze").value == "features"
    assert "About **90 s** for 1,200 pictures" in " ".join(each.value for each in app.markdown)
    app = opened("train", network="v3-large", start="torchvision", freeze="none", resolution="225")
    assert " min** for" in " ".join(each.value for each in app.markdown)


def test_an_estimate_is_near_what_was_measured():
    """On one core: viz/lab/atlas/v2.json, and docs/lab.md."""
    learned = config_for(choice_of("atlas", "v2"), None, {})
    macs = trace_config(learned).macs
    whole = Work(macs, 3000, 500, 31, frozen=False).seconds
    card = json.loads((ATLAS / "v2.json").read_bytes())
    assert whole == pytest.approx(card["seconds"], rel=0.5)
    assert 30 < Work(macs, 1000, 200, 5, frozen=True).seconds < 80


def test_the_page_refuses_what_no_picture_fits(place):
    app = opened("train", network="v3-large", in_channels="1")
    assert "three colour channels" in app.info[0].value
    app = opened("train", network="post-000")
    assert "one with a classifier" in app.info[0].value
    app = opened("train", network="v2", start="atlas", resolution="1024", in_channels="1")
    assert not app.info  # what learned on flowers brings its own choices
    assert app.button(key="train-start")


def test_the_page_says_why_a_file_cannot_be_started_from_without_folders_and_flags(place):
    text = (".pth", b"hello, these are no weights\n")
    run = ended(runs.start(job(weights="file"), text))
    assert run.state == "failed"
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.switch_page("train.py").run()
    (error,) = app.error
    assert "none of the formats" in error.value
    assert str(place) not in error.value.replace("\\", "")
    assert "Your file" in error.value


def test_a_process_that_has_only_begun_is_a_run_that_goes_on(place):
    """Until the system has noted its command line, it has none."""
    run = runs.start(job())
    assert run.state == "running"
    os.kill(run.pid, signal.SIGKILL)
