"""Fixtures that every test file shares."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator

import pytest

os.environ["KERAS_BACKEND"] = "torch"  # Keras reads it when it is imported
os.environ.setdefault("OMP_NUM_THREADS", "1")  # several test processes share the cores
# No test sees, or leaves, runs of the person who tests.
os.environ["ATLAS_RUNS"] = f"{tempfile.gettempdir()}/atlas-runs-{os.getpid()}"

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
