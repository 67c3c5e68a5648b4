"""A server under a low limit of open files, and with sockets that send what they should not."""

import asyncio
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from browser import HOST, ROOT, free_port, wait_for
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

SOFT, HARD = 64, 128


@contextmanager
def limited(log: Path, soft: int, hard: int) -> Iterator[tuple[int, Callable[[], str]]]:
    """A server that may open so many files: its port, and what it has logged."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.address={HOST}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=output,
            stderr=output,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
        )
    try:
        wait_for(f"http://{HOST}:{port}")
        yield port, lambda: log.read_text(errors="replace")
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[int, Callable[[], str]]]:
    with limited(tmp_path_factory.mktemp("log") / "log", SOFT, HARD) as found:
        yield found


def test_the_server_takes_all_open_files_that_it_may_and_says_how_many(server):
    _port, logged = server
    assert f"Open files: at most {HARD:,}" in logged()


def test_a_server_without_open_files_logs_that_once_and_recovers(server):
    port, logged = server
    sockets = []
    for _ in range(2 * HARD):
        opened = socket.socket()
        opened.settimeout(1)
        opened.connect((HOST, port))
        sockets.append(opened)
    time.sleep(5)
    for opened in sockets:
        opened.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://{HOST}:{port}/figure/v2.svg", timeout=5) as answer:
                assert answer.status == 200
                break
        except OSError:
            time.sleep(0.5)
    else:
        pytest.fail("the server does not answer any more")
    assert 1 <= logged().count("Too many open files: readers wait. Raise this server's limit") <= 2
    assert f"limit ({HARD})" in logged()
    assert logged().count("Traceback") <= 6
    assert len(logged().splitlines()) < 150


BROKEN = [b"\xff\xff\xff", b"", "text", b"\x0a\xff" * 50, b"0" * 100_000, "{}"]


def test_broken_frames_do_not_fill_the_log(server):
    port, logged = server

    async def send() -> None:
        for frame in BROKEN * 20:
            async with connect(f"ws://{HOST}:{port}/_stcore/stream") as stream:
                try:
                    await stream.send(frame)
                    await asyncio.wait_for(stream.recv(), 0.05)
                except (TimeoutError, ConnectionClosed):
                    continue

    before = logged()
    asyncio.run(send())
    time.sleep(1)
    new = logged()[len(before) :]
    assert new.count("Traceback") <= 6
    assert "KeyError" not in new
    assert len(new.splitlines()) < 200
