"""Fixtures that every test file shares."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ["KERAS_BACKEND"] = "torch"  # Keras reads it when it is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")  # several test processes share the cores
# No test sees, or leaves, runs of the person who tests.
os.environ["ATLAS_RUNS"] = f"{tempfile.gettempdir()}/atlas-runs-{os.getpid()}"

import training
from browser import browsing, served, settle
from fake_worker import FAKE
from playwright.sync_api import Browser, Page

import viz
from viz.ui.torch_worker import TorchWorker

NETWORKS = list(viz.ZOO)
Opener = Callable[..., Page]


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> str:
    """Every network of the zoo, by key."""
    return str(request.param)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; each file has its own, as Playwright's loop should not outlive its tests."""
    with browsing() as started:
        yield started


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of one server for all files."""
    with served() as url:
        yield url


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opener]:
    """A function that opens a page of the app and waits until it is drawn."""
    contexts = []

    def open_page(path: str, scheme: str = "light", width: int = 1920, height: int = 1080) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/{path}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


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
