"""Choices of a training run: class weights, early stop, a falling rate; what a crash leaves."""

import csv
import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from calibrated import calibrated
from safetensors.torch import load_file, save_file
from sklearn.utils.class_weight import compute_class_weight
from torch import nn
from torchvision.datasets import ImageFolder
from training import SMALL, train

import viz
from viz.cli.main import main
from viz.lab.folders import in_both_halves, labelled
from viz.lab.pytorch.pictures import Pictures, for_training
from viz.lab.recipe import class_weights, rate_at

ROOT = Path(__file__).parents[2]


def history(run):
    with (run / "history.csv").open() as file:
        return list(csv.DictReader(file))


def losses(run):
    with (run / "losses.csv").open() as file:
        return [(int(epoch), int(step), loss) for epoch, step, loss in csv.reader(file)]


# Class weights


@pytest.fixture
def uneven(copy):
    """Eight daisies, four of the others, two tulips."""
    for kind, kept in (("dandelion", 4), ("roses", 4), ("sunflower", 4), ("tulip", 2)):
        for path in sorted((copy / "train" / kind).iterdir())[kept:]:
            path.unlink()
    return copy


def test_class_weights_are_scikit_learns_balanced_ones(uneven):
    labels = [number for _, number in labelled(uneven).train]
    theirs = compute_class_weight("balanced", classes=np.arange(5), y=labels)
    assert class_weights(labels, 5) == pytest.approx(list(theirs))


def test_a_balanced_step_is_torchs_weighted_cross_entropy(uneven, tmp_path, monkeypatch):
    monkeypatch.setattr(nn.functional, "dropout", lambda values, *_: values)
    found = labelled(uneven)
    labels = torch.tensor([label for _, label in found.train])
    start = calibrated(viz.build("v1", width=0.25, classes=5), torch.randn(8, 3, 32, 32))
    save_file(start.state_dict(), tmp_path / "start.safetensors")
    network = ["--network", "v1", "--width", 0.25, "--resolution", 32, "--freeze", "features"]
    how = ["--weights", tmp_path / "start.safetensors", "--epochs", 1, "--seed", 4, "--balance"]
    more = ["--batch", len(labels), "--lr", 0.01, "--output", tmp_path / "run"]
    assert main(["train", str(uneven), *map(str, [*network, *how, *more])]) == 0

    torch.manual_seed(4)
    new = viz.build("v1", width=0.25, classes=5).state_dict()
    own = {name: value for name, value in new.items() if name.startswith("classifier")}
    start.load_state_dict({**start.state_dict(), **own})
    pictures = Pictures(found.train, for_training((32, 32)), seed=4)
    images = torch.stack([pictures[number][0] for number in range(len(pictures))])
    weight = torch.tensor(compute_class_weight("balanced", classes=np.arange(5), y=labels.numpy()))
    loss = nn.CrossEntropyLoss(weight.float())(start(images), labels)
    assert float(history(tmp_path / "run")[0]["train_loss"]) == pytest.approx(loss.item(), abs=1e-5)
    loss.backward()
    torch.optim.Adam(start.classifier.parameters(), lr=0.01).step()
    learned = load_file(tmp_path / "run" / "weights.safetensors")
    for name in own:
        torch.testing.assert_close(learned[name], start.state_dict()[name], atol=1e-5, rtol=0)


# Early stop and schedule


def test_a_run_stops_when_nothing_gets_better(data, tmp_path, capsys):
    run = tmp_path / "run"
    more = ["--freeze", "features", "--epochs", "40", "--patience", "2", "--lr", "1e-8"]
    assert train(data, run, *more) == 0
    accuracies = [float(line["val_accuracy"]) for line in history(run)]
    best = accuracies.index(max(accuracies))
    assert len(accuracies) == best + 1 + 2 < 40
    told = capsys.readouterr().out
    assert "stopped early: 2 epochs without a better one" in told
    assert train(data, run, *more, "--resume") == 0  # it is done, not to be trained further
    assert len(history(run)) == len(accuracies)


def test_a_cosine_schedule_is_torchs():
    total, lr = 60, 0.01
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=lr)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total)
    for step in range(total):
        assert rate_at("cosine", lr, step, total) == pytest.approx(theirs.get_last_lr()[0])
        assert rate_at("constant", lr, step, total) == lr
        optimizer.step()
        theirs.step()


def test_a_falling_rate_changes_the_run_and_survives_an_interruption(data, tmp_path):
    common = ["--freeze", "none", "--epochs", "2"]
    whole, cut, constant = (tmp_path / name for name in ("whole", "cut", "constant"))
    assert train(data, whole, *common, "--schedule", "cosine") == 0
    assert train(data, constant, *common) == 0
    assert losses(whole)[0] == losses(constant)[0]
    assert losses(whole)[-1] != losses(constant)[-1]
    begin_and_kill(data, cut, 1, *common, "--schedule", "cosine")
    assert train(data, cut, *common, "--schedule", "cosine", "--resume") == 0
    one, other = load_file(whole / "weights.safetensors"), load_file(cut / "weights.safetensors")
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_cosine_run_cannot_be_given_more_epochs(data, tmp_path, capsys):
    run = tmp_path / "run"
    assert train(data, run, "--epochs", "1", "--schedule", "cosine") == 0
    assert train(data, run, "--epochs", "2", "--schedule", "cosine", "--resume") == 2
    assert "started with epochs 1, not 2" in capsys.readouterr().err


# Pictures


def test_pictures_behind_links_are_those_of_image_folder(copy, tmp_path):
    outside = tmp_path / "outside"
    (outside / "below").mkdir(parents=True)
    for name, place in (("one.jpg", outside), ("two.jpg", outside / "below")):
        shutil.copy(next((copy / "train" / "roses").iterdir()), place / name)
    (copy / "train" / "roses" / "more").symlink_to(outside)
    (copy / "train" / "daisy" / "link.jpg").symlink_to(outside / "one.jpg")
    (copy / "val" / "tulip").rename(tmp_path / "tulips")
    (copy / "val" / "tulip").symlink_to(tmp_path / "tulips")
    found = labelled(copy)
    for split, ours in (("train", found.train), ("val", found.val)):
        theirs = ImageFolder(str(copy / split))
        assert [(str(path), number) for path, number in ours] == theirs.samples


def test_a_link_to_a_folder_above_is_not_followed_for_ever(copy):
    count = len(labelled(copy).train)
    (copy / "train" / "roses" / "up").symlink_to(copy / "train")
    (copy / "train" / "roses" / "here").symlink_to(copy / "train" / "roses")
    assert len(labelled(copy).train) == count


def test_the_same_pictures_in_both_halves_are_counted_and_said(copy, tmp_path, capsys):
    assert in_both_halves(labelled(copy)) == []
    for number, kind in enumerate(("daisy", "roses")):
        source = sorted((copy / "train" / kind).iterdir())[0]
        shutil.copy(source, copy / "val" / kind / f"again{number}.jpg")
    pairs = in_both_halves(labelled(copy))
    assert [other.name for _, other in pairs] == ["again0.jpg", "again1.jpg"]
    run = tmp_path / "run"
    assert train(copy, run, "--epochs", "1") == 0
    told = capsys.readouterr().out
    assert "2 of the 17 pictures in val are in train too" in told
    assert "again0.jpg" in told
    assert json.loads((run / "config.json").read_text())["in_both_halves"] == 2


# What a crash leaves


def begin_and_kill(data, run, epoch, *more):
    """Train in another process and kill -9 it when a later epoch has begun."""
    words = [*SMALL, "--output", str(run), *map(str, more)]
    command = [sys.executable, "-m", "viz", "train", str(data), *words]
    slow = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=slow, cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        if (run / "losses.csv").is_file() and any(line[0] > epoch for line in losses(run)):
            process.send_signal(signal.SIGKILL)
            process.wait()
            return
        time.sleep(0.001)
    raise AssertionError("the run has ended before it could be killed")


def test_a_killed_run_repeats_no_step_in_its_losses(copy, tmp_path):
    for kind in ("daisy", "roses", "tulip"):  # more steps than are written in one second
        for path in list((copy / "train" / kind).iterdir()):
            for number in range(8):
                shutil.copy(path, path.with_name(f"{path.stem}-{number}.jpg"))
    more = ["--freeze", "none", "--epochs", "3"]
    run, whole = tmp_path / "run", tmp_path / "whole"
    begin_and_kill(copy, run, 1, *more)
    before = losses(run)
    assert before[-1][0] == 2
    assert train(copy, run, *more, "--resume") == 0
    assert train(copy, whole, *more) == 0
    assert max(Counter(line[:2] for line in losses(run)).values()) == 1
    assert losses(run) == losses(whole)


def test_a_folder_without_a_first_checkpoint_can_be_used_again(data, tmp_path, capsys):
    run = tmp_path / "run"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        assert train(data, run, "--epochs", "1") == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert train(data, run, "--epochs", "1", "--resume") == 2
    assert "holds no run that could go on" in capsys.readouterr().err
    assert train(data, run, "--epochs", "1") == 0
    assert (run / "weights.safetensors").is_file()


@pytest.mark.parametrize("name", ["class_indices.json", "config.json", "notes.txt"])
def test_somebody_elses_folder_is_left_alone(data, tmp_path, capsys, name):
    run = tmp_path / "run"
    run.mkdir()
    (run / name).write_text("{}")
    assert train(data, run, "--epochs", "1") == 2
    assert "not empty" in capsys.readouterr().err
    assert (run / name).read_text() == "{}"


def test_bad_choices_are_one_sentence(data, tmp_path, capsys):
    for more, sentence in (
        (["--patience", "-1"], "--patience is -1"),
        (["--schedule", "step"], "invalid choice: 'step'"),
    ):
        assert train(data, tmp_path / "run", *more) == 2
        assert sentence in capsys.readouterr().err


def test_an_older_run_goes_on(data, tmp_path):
    """Its recipe does not name the choices that have come since."""
    run = tmp_path / "run"
    assert train(data, run, "--epochs", "1") == 0
    content = load_file(run / "checkpoint.safetensors")
    from viz.lab.cards import content_of, header

    stored = content_of(run / "checkpoint.safetensors")
    for name in ("balance", "patience", "schedule", "preparation"):
        del stored["recipe"][name]
    save_file(content, run / "checkpoint.safetensors", metadata=header(stored))
    assert train(data, run, "--epochs", "2", "--resume") == 0
    assert len(history(run)) == 2
    assert all(math.isfinite(float(line["train_loss"])) for line in history(run))
