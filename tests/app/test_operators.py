"""What an operator's programs ask a server, and what they read in its log."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import HOST, ROOT, free_port, wait_for
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.session import Session

DRAIN = 4
ON = {"ATLAS_METRICS": "1", "ATLAS_LOG": "json", "ATLAS_DRAIN": str(DRAIN)}
BROKEN = 20


class Server:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.log, self.address = folder / "log", f"http://{HOST}:{free_port()}"
        port = self.address.rpartition(":")[2]
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += [f"--server.port={port}", f"--server.address={HOST}"]
        command += ["--logger.hideWelcomeMessage=true"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=output, stderr=output, env=os.environ | environment
            )
        wait_for(self.address)

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def numbers(self) -> dict[str, float]:
        """Each sample by its name and labels."""
        families = text_string_to_metric_families(self.get("/metrics")[1])
        return {
            "/".join([sample.name, *sample.labels.values()]): sample.value
            for family in families
            for sample in family.samples
        }


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("server"), **ON)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def test_the_server_lives_and_becomes_ready_when_it_is_asked(server):
    assert server.get("/healthz") == (200, "ok\n")
    deadline = time.monotonic() + 60
    while (answer := server.get("/readyz"))[0] != 200:
        assert answer == (503, "The server is starting.\n")
        assert time.monotonic() < deadline
    assert answer == (200, "ok\n")


async def _use(server: Server) -> dict[str, float]:
    session = Session(server.address)
    await session.open("architecture", network="v2")
    for _ in range(3):
        await session.set_width(0.65)
    await asyncio.to_thread(server.get, "/figure/v2.svg?width=0.65")
    await asyncio.to_thread(server.get, "/figure/v2.svg?width=0.65")
    await asyncio.to_thread(server.get, "/figure/v99.svg")
    numbers = await asyncio.to_thread(server.numbers)
    await session.close()
    return numbers


def test_metrics_count_what_was_done(server):
    before = server.numbers()
    during = asyncio.run(_use(server))
    assert during["atlas_sessions"] == 1
    assert during["atlas_run_seconds_count"] - before["atlas_run_seconds_count"] >= 4
    assert during["atlas_run_seconds_count"] == during["atlas_run_seconds_bucket/+Inf"]
    assert during["atlas_run_wait_seconds_count"] == during["atlas_run_seconds_count"]
    assert during["atlas_cache_hits_total/addresses"] == 1
    assert during["atlas_cache_misses_total/addresses"] == 1
    assert during["atlas_cache_entries/traces"] >= 2
    assert during["atlas_address_answers_total/200"] == 2
    assert during["atlas_address_answers_total/404"] == 1
    assert during["atlas_torch_answers_waiting"] == 0
    assert during["process_resident_memory_bytes"] > 1e6


def test_metrics_say_nothing_of_who_asks(server):
    text = server.get("/metrics")[1]
    assert not [word for word in (HOST, str(ROOT), "v2", "/figure", "width") if word in text]


@pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")
def test_promtool_finds_no_fault_in_the_metrics(server):
    text = server.get("/metrics")[1]
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30
    )
    assert (checked.returncode, checked.stderr) == (0, "")


async def _send_broken(address: str) -> None:
    for _ in range(BROKEN):
        async with connect(address.replace("http", "ws") + "/_stcore/stream") as stream:
            try:
                await stream.send(b"\xff\xff\xff")
                await asyncio.wait_for(stream.recv(), 5)
            except (TimeoutError, ConnectionClosed):
                continue


def test_a_fault_is_counted_each_time_and_logged_once_as_json(server):
    asyncio.run(_send_broken(server.address))
    assert server.numbers()["atlas_faults_total/DecodeError"] == BROKEN
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.strip()]
    assert all(line.keys() >= {"time", "level", "logger", "message"} for line in lines)
    assert any(line["message"].startswith("Open files:") for line in lines)
    assert sum("deserializing" in line["message"] for line in lines) == 1


def test_a_server_that_is_stopping_says_so_before_it_does(server):
    server.process.send_signal(signal.SIGTERM)
    time.sleep(DRAIN / 4)
    assert server.get("/readyz") == (503, "The server is stopping.\n")
    assert server.get("/healthz")[0] == 200
    server.process.wait(DRAIN + 20)


def test_nobody_sees_metrics_where_they_are_off(tmp_path):
    server = Server(tmp_path)
    try:
        assert server.get("/metrics")[0] == 404
        assert server.get("/healthz") == (200, "ok\n")
    finally:
        server.process.terminate()
        server.process.wait(20)
    assert "{" not in server.log.read_text()
