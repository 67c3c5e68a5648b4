"""A real server and a real browser, for tests, benchmarks and the README's screenshots."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
READY = """() => {
  const app = document.querySelector('[data-testid=stApp]')
  return app?.getAttribute('data-test-connection-state') === 'CONNECTED'
    && app.getAttribute('data-test-script-state') === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')
}"""
MARKS = {
    "": "The MobileNet family, every layer of it",
    "architecture": "Colour by",
    "design": "Boxes are numbered from 0",
    "inside": "Click a block to see its feature maps.",
    "compare": "Block by block",
    "fit": "A rectangle is a tensor",
    "space": "Click a point to open its network.",
    "identify": "Drop a file of weights, or an ONNX model",
    "activations": "Difference of two",
    "rounding": "Requested and rounded channels",
    "convolution": "Filters N",
    "scaling": "Accuracy against cost",
    "residual": "Expansion factor t",
    "linear": "Radius of the spiral",
    "squeeze": "Widths and cost",
    "tail": "Last map",
    "universal": "Start depthwise",
    "branches": "Branches added",
    "compound": "Scale φ",
    "hardware": "Ridge point",
    "eight": "Whole numbers",
    "frozen": "Steps of training",
    "train": "Trained layers",
    "timing": "Measure",
    "deck": "Build PowerPoint",
    "posts": "All differences as a table",
    "check": "Printed and computed",
}  # a text by which each page is known
PATHS = list(MARKS)


def chromium() -> str | None:
    """The browser on PATH, or None."""
    return next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(script: Path = ROOT / "app.py", *flags: str) -> Iterator[str]:
    """A fresh server; gives its address and ends it afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.address={HOST}", *flags]
    process = subprocess.Popen(
        command, cwd=script.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://{HOST}:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return  # of whatever status: below a path there is nothing at the root
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError(f"no answer from {address}")


def wait_for_port(port: int) -> None:
    """Wait until somebody listens on it."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on {port}")


@contextmanager
def browsing(*more: str) -> Iterator[Browser]:
    """A browser with ``more`` flags; RuntimeError where none is installed."""
    path = chromium()
    if path is None:
        raise RuntimeError("no Chromium: install it, as with apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more])
        yield browser
        browser.close()


def settle(page: Page, timeout: float = 90_000) -> None:
    """Wait until the page has been run to its end and drawn.

    Asking with every frame, as Playwright does unless told, makes Chromium draw all the while.
    """
    page.wait_for_function(READY, timeout=timeout, polling=100)
    page.wait_for_timeout(300)
    page.wait_for_function(READY, timeout=timeout, polling=100)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def assert_sound(page: Page) -> None:
    assert page.locator('[data-testid="stException"]').count() == 0
    assert "Traceback" not in page.inner_text("body")
    assert "Something went wrong on this page" not in page.inner_text("body")


in_a_browser = [
    pytest.mark.skipif(
        chromium() is None and not in_ci(),
        reason="no Chromium; install it, as with: apt-get install chromium",
    ),
]
