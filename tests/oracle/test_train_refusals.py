"""What ``python -m viz train`` refuses: bad folders, bad arguments, and what would be lost."""

import resource
import shutil

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from training import SMALL, train

import viz
from viz.cli.main import main


def refused(capsys, *arguments):
    assert main(["train", *map(str, arguments)]) == 2
    found = capsys.readouterr()
    assert found.err.count("\n") == 1
    return found.err


def spoil_empty(folder):
    for path in (folder / "train" / "daisy").iterdir():
        path.unlink()
    return "daisy has no pictures"


def spoil_kinds(folder):
    for path in (folder / "train" / "daisy").iterdir():
        path.rename(path.with_suffix(".gif"))
    return "daisy has no pictures: they end in .jpg, .jpeg, .png"


def spoil_picture(folder):
    path = folder / "val" / "roses" / "00001.jpg"
    path.write_bytes(path.read_bytes()[:300])
    return "val/roses/00001.jpg is damaged or cut off"


def spoil_one_class(folder):
    for split in ("train", "val"):
        for name in ("daisy", "dandelion", "roses", "tulip"):
            shutil.rmtree(folder / split / name)
    return "one class only, sunflower"


def spoil_val(folder):
    (folder / "val" / "tulip").rename(folder / "val" / "tulips")
    return "class tulip is in train but not in val"


def spoil_train(folder):
    shutil.copytree(folder / "val" / "tulip", folder / "val" / "tulips")
    return "class tulips is in val but not in train"


def spoil_split(folder):
    shutil.rmtree(folder / "val")
    return "data has no folder val: it needs train and val"


def spoil_classes(folder):
    shutil.rmtree(folder / "train")
    (folder / "train").mkdir()
    return "has no folders"


SPOILED = [
    spoil_empty,
    spoil_kinds,
    spoil_picture,
    spoil_one_class,
    spoil_val,
    spoil_train,
    spoil_split,
    spoil_classes,
]


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_bad_folders_are_named_before_training_starts(copy, tmp_path, capsys, spoil):
    sentence = spoil(copy)
    assert sentence in refused(capsys, copy, *SMALL, "--output", tmp_path / "run")
    assert not (tmp_path / "run").exists()


BAD = [
    (["--epochs", "0"], "--epochs is 0"),
    (["--lr", "nan"], "--lr is nan"),
    (["--batch", "1"], "--batch is 1"),
    (["--classes", "4"], "has 5 classes"),
    (["--classes", "few"], "classes is 'few'"),
    (["--freeze", "some"], "invalid choice: 'some'"),
    (["--device", "cuda"], "--device cuda"),
    (["--resume"], "no run that could go on"),
    (["--weights", "none.pth"], "--weights none.pth"),
    (["--network", "post-000", "--width", "1"], "no classifier"),
]


@pytest.mark.parametrize(("more", "sentence"), BAD)
def test_bad_arguments_get_one_sentence(data, tmp_path, capsys, more, sentence):
    if "cuda" in more and torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    assert sentence in refused(capsys, data, *SMALL, "--output", tmp_path / "run", *more)


def test_a_run_is_neither_overwritten_nor_mixed(data, finished, capsys):
    common = [data, *SMALL, "--freeze", "none", "--epochs", "3", "--output", finished]
    assert "--resume goes on with it" in refused(capsys, *common)
    assert "started with seed 0, not 1" in refused(capsys, *common, "--seed", 1, "--resume")


def test_resuming_on_other_pictures_is_refused(copy, tmp_path, capsys):
    run = tmp_path / "run"
    assert train(copy, run, "--epochs", "1") == 0
    capsys.readouterr()
    Image.new("RGB", (40, 40)).save(copy / "train" / "daisy" / "new.png")
    common = [copy, *SMALL, "--epochs", "1", "--output", run]
    assert "started with pictures" in refused(capsys, *common, "--resume")


def test_a_loss_that_is_no_number_ends_the_run(data, tmp_path, capsys):
    model = viz.build("v3-small", width=0.25, classes=5)
    nn.init.constant_(model.features[0][0].weight, float("inf"))
    save_file(model.state_dict(), tmp_path / "bad.safetensors")
    bad = ["--weights", tmp_path / "bad.safetensors", "--output", tmp_path / "run"]
    assert main(["train", str(data), *SMALL, *map(str, bad)]) == 2
    assert "the loss is nan in epoch 1" in capsys.readouterr().err


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(data, tmp_path, capsys):
    run = tmp_path / "run"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        assert train(data, run, "--epochs", "1") == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "checkpoint.safetensors: File too large." in capsys.readouterr().err
    assert sorted(p.name for p in run.iterdir()) == ["class_indices.json", "config.json"]
