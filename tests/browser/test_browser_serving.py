"""Three servers behind one address, as `viz serve` starts them, below a path and behind TLS."""

import os
import re
import signal
import time
from pathlib import Path

import pytest
from browser import browsing, in_a_browser, in_ci, settle
from playwright.sync_api import Browser, Page, expect
from proxy import haproxy, proxied
from serving import Fleet, fleet

import viz
from viz.exports import EXPORTS, Request
from viz.lab.runs import Run

pytestmark = [
    *in_a_browser,
    pytest.mark.skipif(
        haproxy() is None and not in_ci(),
        reason="no HAProxy; install it, as with: apt-get install haproxy",
    ),
]
BELOW = "/course/atlas"
VIEW = "architecture?part=Downloads&network=v2&width=0.5&block=4"
TRAIN = "train?network=v3-small&resolution=32&width=0.25&data=flowers&start=random&epochs=20"
SECONDS = 60


class Reader:
    """A browser of its own, and the port of the server that it came to."""

    def __init__(self, browser: Browser, address: str, servers: Fleet) -> None:
        before = set(servers.busy().values())
        self.context = browser.new_context(ignore_https_errors=True, accept_downloads=True)
        self.page = self.context.new_page()
        self.address = address
        self.open("identify")
        (self.port,) = set(servers.busy().values()) - before

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}/{path}")
        settle(self.page)
        self.page.evaluate("window.isTheSame = true")
        return self.page

    def upload(self, file: Path) -> None:
        self.page.locator('input[type="file"]').set_input_files(file)
        expect(self.page.get_by_text(f"{file.name}: ").first).to_be_visible(timeout=60_000)

    def assert_shown(self, text: str) -> None:
        """What was shown is shown, by another server perhaps, in the same document."""
        settle(self.page)
        expect(self.page.get_by_text(text).first).to_be_visible()
        assert self.page.evaluate("window.isTheSame")


def wait_for(page: Page, condition) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        page.wait_for_timeout(100)


def lose(servers: Fleet, reader: Reader) -> None:
    """Kill the server of a reader, and wait until another one has them."""
    servers.kill(reader.port)
    wait_for(reader.page, lambda: reader.port not in servers.busy().values())
    wait_for(reader.page, lambda: servers.ready() == 3)


@pytest.fixture
def onnx(tmp_path: Path) -> Path:
    config = viz.configure("v3-small", width=0.5, resolution=96)
    (tmp_path / "mine.onnx").write_bytes(EXPORTS["model"]["onnx"].make(Request(config)))
    return tmp_path / "mine.onnx"


def test_readers_of_three_servers_lose_no_view_when_one_dies_or_all_are_replaced(
    tmp_path, data, onnx
):
    store = tmp_path / "store"
    kept = {"ATLAS_STORE": str(store), "ATLAS_RUNS": "", "ATLAS_DATA": str(data.parent)}
    with (
        fleet(tmp_path, "--workers=3", "--drain=1", path=BELOW, **kept) as servers,
        proxied(servers.address, BELOW, tmp_path, strips=False) as address,
        browsing("--host-resolver-rules=MAP *.test 127.0.0.1") as browser,
    ):
        readers = [Reader(browser, address, servers) for _ in range(3)]
        assert len({reader.port for reader in readers}) == 3
        for reader in readers:  # each at its own server
            reader.upload(onnx)
        looking, opening, training = readers

        looking.open(VIEW)
        with looking.page.expect_download() as download:
            looking.page.locator(".st-key-diagram-svg button").click()
        assert Path(download.value.path()).read_bytes().startswith(b"<?xml")
        opening.open("architecture?network=file")
        training.open(TRAIN).get_by_role("button", name="Train", exact=True).click()
        expect(training.page.get_by_role("button", name="Stop")).to_be_visible(timeout=60_000)
        (folder,) = store.glob("runs/*-v3-small")
        process = Run(folder).pid
        assert process
        os.kill(process, signal.SIGSTOP)  # so that it does not end before the test does

        def assert_nothing_is_lost():
            looking.assert_shown("bneck 4 of MobileNetV2 · width 0.5")
            assert {"network=v2", "width=0.5", "block=4"} <= set(re.split("[?&]", looking.page.url))
            opening.assert_shown("mine · 96×96")
            training.assert_shown("Stop")
            assert Run(folder).pid == process

        try:
            assert_nothing_is_lost()
            lose(servers, looking)
            assert_nothing_is_lost()
            servers.process.send_signal(signal.SIGHUP)
            wait_for(looking.page, lambda: "all servers have been started anew" in servers.log)
            assert_nothing_is_lost()
        finally:
            os.kill(process, signal.SIGKILL)
