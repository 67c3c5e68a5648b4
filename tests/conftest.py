"""Fixtures that every test file shares."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

os.environ["KERAS_BACKEND"] = "torch"  # Keras reads it when it is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")  # several test processes share the cores
# No test sees, or leaves, runs of the person who tests.
os.environ["ATLAS_RUNS"] = f"{tempfile.gettempdir()}/atlas-runs-{os.getpid()}"

import training
from fake_worker import FAKE

import viz
from viz.ui.torch_worker import TorchWorker

NETWORKS = list(viz.ZOO)
TESTS = Path(__file__).parent
TIERS = {"unit", "oracle", "app", "browser"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A tier that is not asked for is not even imported: ``-m unit`` needs no torch."""
    asked = set(config.option.markexpr.split(" or "))
    left_out = asked <= TIERS and collection_path.name in TIERS - asked
    return True if left_out and collection_path.parent == TESTS else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--whole``: long lists from their first case to their last."""
    parser.addoption("--whole", action="store_true", help="also the cases that are marked whole")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test with its tier, which is the folder it is in; leave the long lists out."""
    for item in items:
        tier = item.path.parent.name
        if tier not in TIERS:
            raise pytest.UsageError(f"{item.path}: not in one of the folders {sorted(TIERS)}")
        item.add_marker(tier)
    if not config.option.whole:
        left_out = [item for item in items if item.get_closest_marker("whole")]
        items[:] = [item for item in items if item not in set(left_out)]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> str:
    """Every network of the zoo, by key."""
    return str(request.param)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where temporary folders are made while a test runs."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def fake(folder):
    started = TorchWorker((sys.executable, "-c", FAKE))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few drawn flowers in folders, to be left as they are."""
    return training.drawn(tmp_path_factory.mktemp("data"))


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    """The same flowers, to be spoiled."""
    shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="session")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three epochs on these flowers."""
    return training.three_epochs(data, tmp_path_factory.mktemp("run") / "a")
