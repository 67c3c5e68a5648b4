"""``torchrun ... -m viz train``: two processes on the CPU learn what one learns."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from calibrated import calibrated
from safetensors.torch import load_file, save_file

import viz
from viz.lab.sample_data import SampleData, draw

# Dropout falls elsewhere in each process: without it, the numbers are the same.
PROGRAM = """
import sys
import torch
torch.nn.functional.dropout = lambda values, *_: values
from viz.cli.main import main
sys.exit(main())
"""
ROOT = Path(__file__).parents[2]
COMMON = ["--network", "v1", "--width", "0.25", "--resolution", "32", "--freeze", "features"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("together")
    draw(place / "data", SampleData(train=8, val=3, side=40))  # 15 to validate: uneven for two
    torch.manual_seed(5)
    start = calibrated(viz.build("v1", width=0.25, classes=5), torch.randn(8, 3, 32, 32))
    save_file(start.state_dict(), place / "start.safetensors")
    return place


def run(folder, name, processes, batch, *more):
    launch = ["-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
    (folder / "program.py").write_text(PROGRAM)
    command = [str(folder / "program.py"), "train", str(folder / "data"), *COMMON, "--lr", "0.01"]
    where = ["--weights", str(folder / "start.safetensors"), "--output", str(folder / name)]
    alone = [sys.executable, *(command if processes == 1 else [*launch, *command])]
    return subprocess.run(
        [*alone, "--batch", str(batch), *where, *more],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
    )


def lines(folder, name):
    with (folder / name / "history.csv").open() as file:
        return list(csv.DictReader(file))


def test_two_processes_learn_what_one_learns_from_the_same_pictures(folder):
    for name, processes, batch in (("one", 1, 16), ("two", 2, 8)):
        done = run(folder, name, processes, batch, "--epochs", "2")
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("epoch 1 of 2") == 1
        assert done.stdout.count("best: ") == 1
    start = load_file(folder / "start.safetensors")
    one, two = (load_file(folder / name / "weights.safetensors") for name in ("one", "two"))
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, atol=1e-4, rtol=0)
    moved = one["classifier.1.weight"] - start["classifier.1.weight"]
    assert float(moved.abs().max()) > 0.005
    for ours, theirs in zip(lines(folder, "one"), lines(folder, "two"), strict=True):
        assert float(ours["train_loss"]) == pytest.approx(float(theirs["train_loss"]), abs=1e-5)
        assert float(ours["val_loss"]) == pytest.approx(float(theirs["val_loss"]), abs=1e-5)
