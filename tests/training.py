"""Small runs of ``python -m viz train``, for the tests of training."""

from pathlib import Path

from viz.cli.main import main
from viz.lab.sample_data import SampleData, draw

NETWORK = ["--network", "v3-small", "--width", "0.25", "--resolution", "32"]
SMALL = [*NETWORK, "--weights", "random", "--batch", "8", "--lr", "1e-3", "--threads", "1"]


def drawn(folder: Path) -> Path:
    """Forty flowers to train on and fifteen to validate on, in a new folder."""
    draw(folder / "flowers", SampleData(train=8, val=3, side=40))
    return folder / "flowers"


def train(data: Path, run: Path, *more: object) -> int:
    """Run the command; its code."""
    return main(["train", str(data), *SMALL, "--output", str(run), *map(str, more)])


def three_epochs(data: Path, run: Path) -> Path:
    """The folder of a run of three epochs that was never interrupted."""
    assert train(data, run, "--freeze", "none", "--epochs", "3") == 0
    return run
