"""``python -m viz train``: the post's recipe, interrupted and taken up again."""

import csv
import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest
import torch
from calibrated import calibrated
from safetensors.torch import load_file, save_file
from torch import nn
from torchvision import transforms
from torchvision.datasets import ImageFolder
from training import train

import viz
from viz.cli.main import main
from viz.lab.folders import labelled
from viz.lab.pytorch.pictures import Pictures, for_training
from viz.lab.scenery import picture

FILES = [
    *("checkpoint.safetensors", "class_indices.json", "config.json", "history.csv"),
    *("losses.csv", "progress.json", "validation.csv"),
]


def history(run):
    with (run / "history.csv").open() as file:
        return list(csv.DictReader(file))


def without_seconds(run):
    return [{k: v for k, v in line.items() if k != "seconds"} for line in history(run)]


def test_a_run_leaves_all_its_files(data, finished):
    assert sorted(p.name for p in finished.iterdir()) == [*FILES, "weights.safetensors"]
    folder = ImageFolder(str(data / "train"))
    names = json.loads((finished / "class_indices.json").read_text())
    assert {int(number): name for number, name in names.items()} == dict(enumerate(folder.classes))
    config = json.loads((finished / "config.json").read_text())
    assert (config["epochs"], config["lr"], config["freeze"]) == (3, 1e-3, "none")
    assert config["versions"]["torch"] == torch.__version__
    assert [line["epoch"] for line in history(finished)] == ["1", "2", "3"]


def accuracy(data, weights):
    """Of saved weights on ``val``, by torchvision's own folder and transforms."""
    model = viz.build("v3-small", width=0.25, classes=5).eval()
    model.load_state_dict(load_file(weights))
    prepare = transforms.Compose(
        [
            transforms.Resize(37),  # 32 * 256 / 224
            transforms.CenterCrop(32),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    found = ImageFolder(str(data / "val"), prepare)
    with torch.no_grad():
        right = [int(model(image[None]).argmax()) == label for image, label in found]
    return sum(right) / len(right)


def test_the_best_epoch_is_kept(data, finished):
    best = max(float(line["val_accuracy"]) for line in history(finished))
    assert accuracy(data, finished / "weights.safetensors") == best


def test_trained_weights_know_their_network_and_its_classes(data, finished, capsys):
    image = next((data / "val" / "tulip").iterdir())
    arguments = ["predict", str(image), "--weights", str(finished / "weights.safetensors")]
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["config"]["width"] == 0.25
    assert {guess["name"] for guess in found["answers"][0]["top"]} == set(labelled(data).classes)
    assert main([*arguments, "--width", "0.5"]) == 2
    assert "width 0.25" in capsys.readouterr().err


def stop_when(there):
    """Press Ctrl-C as soon as a file is there."""

    def watch():
        while not there.exists():
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()


def assert_same_run(one, other):
    for name in ("checkpoint.safetensors", "weights.safetensors"):
        ours, theirs = load_file(one / name), load_file(other / name)
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    assert without_seconds(one) == without_seconds(other)


@pytest.mark.parametrize("at", ["checkpoint.safetensors", "history.csv"])
def test_an_interrupted_run_ends_in_the_same_numbers(data, finished, tmp_path, capsys, at):
    run = tmp_path / "b"
    stop_when(run / at)
    more = ["--freeze", "none", "--epochs", "3"]
    assert train(data, run, *more) == 130
    assert "--resume goes on from there" in capsys.readouterr().err
    assert not [p for p in run.iterdir() if p.name.startswith(".")]
    assert train(data, run, *more, "--resume") == 0
    assert_same_run(run, finished)


def test_a_finished_run_can_be_given_more_epochs(data, finished, tmp_path):
    run = tmp_path / "c"
    assert train(data, run, "--freeze", "none", "--epochs", "2") == 0
    assert train(data, run, "--freeze", "none", "--epochs", "3", "--resume") == 0
    assert_same_run(run, finished)


def test_another_number_of_classes_can_be_learned(copy, finished, tmp_path):
    for split in ("train", "val"):
        for name in ("daisy", "roses"):
            shutil.rmtree(copy / split / name)
    start = ["--weights", finished / "weights.safetensors", "--classes", 3, "--epochs", 1]
    assert train(copy, tmp_path / "run", *start) == 0
    learned = load_file(tmp_path / "run" / "weights.safetensors")
    assert learned["classifier.3.weight"].shape[0] == 3


def test_frozen_features_do_not_change_at_all(data, finished, tmp_path):
    before = load_file(finished / "weights.safetensors")
    run = tmp_path / "d"
    start = ["--weights", str(finished / "weights.safetensors"), "--freeze", "features"]
    assert train(data, run, *start, "--epochs", "1") == 0
    after = load_file(run / "weights.safetensors")
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith("classifier.") for name in changed)


def test_a_step_is_adam_on_cross_entropy(data, tmp_path, monkeypatch):
    """One step on all pictures at once, against a plain loop; both without dropout."""
    monkeypatch.setattr(nn.functional, "dropout", lambda values, *_: values)
    found = labelled(data)
    start = calibrated(viz.build("v1", width=0.25, classes=5), torch.randn(8, 3, 32, 32))
    save_file(start.state_dict(), tmp_path / "start.safetensors")
    network = ["--network", "v1", "--width", 0.25, "--resolution", 32, "--freeze", "features"]
    how = ["--weights", tmp_path / "start.safetensors", "--epochs", 1, "--seed", 4]
    more = ["--batch", len(found.train), "--lr", 0.01, "--output", tmp_path / "run"]
    assert main(["train", str(data), *map(str, [*network, *how, *more])]) == 0

    pictures = Pictures(found.train, for_training((32, 32)), seed=4)
    images = torch.stack([pictures[number][0] for number in range(len(pictures))])
    labels = torch.tensor([label for _, label in found.train])
    torch.manual_seed(4)
    new = {
        n: v for n, v in viz.build("v1", width=0.25, classes=5).state_dict().items() if "cl" in n
    }
    start.load_state_dict({**start.state_dict(), **new})
    optimizer = torch.optim.Adam(start.classifier.parameters(), lr=0.01)
    loss = nn.CrossEntropyLoss()(start(images), labels)
    loss.backward()
    optimizer.step()
    learned = load_file(tmp_path / "run" / "weights.safetensors")
    for name, value in start.state_dict().items():
        torch.testing.assert_close(learned[name], value, atol=1e-5, rtol=0)
        assert not name.startswith("classifier") or not torch.equal(value, new[name])
    assert float(history(tmp_path / "run")[0]["train_loss"]) == pytest.approx(loss.item(), abs=1e-5)


def test_training_transforms_are_the_posts():
    flower = picture("roses", (3,), 96)
    theirs = transforms.Compose(
        [
            transforms.RandomResizedCrop(224),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    found = []
    for transform in (for_training((224, 224)), theirs):
        torch.manual_seed(7)
        found.append(transform(flower))
    assert torch.equal(*found)


def test_a_network_that_ends_in_softmax_learns_too(data, tmp_path):
    network = ["--network", "post-004", "--resolution", "32", "--weights", "random"]
    more = ["--freeze", "features", "--epochs", "1", "--output", str(tmp_path / "f")]
    assert main(["train", str(data), *network, *more]) == 0
    assert float(history(tmp_path / "f")[0]["train_loss"]) == pytest.approx(1.609, abs=0.1)


def test_of_several_processes_one_speaks(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    assert train(data, tmp_path / "run", "--weights", "none.pth") == 2
    assert capsys.readouterr().err == ""


def test_pictures_are_those_of_image_folder(data):
    found = labelled(data)
    theirs = ImageFolder(str(data / "train"))
    assert list(found.classes) == theirs.classes
    assert [(str(path), number) for path, number in found.train] == theirs.samples
    assert all(isinstance(path, Path) for path, _ in found.val)
