"""torch in a process of its own: answers, mistakes, ends, and the files that it makes."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import viz
from viz.lab import wire
from viz.ui import torch_worker
from viz.ui.torch_worker import TorchWorker, WorkerError

SENTENCE = "torch did not answer; try again."
ROOT = Path(__file__).parents[2]


def summary_of(variant):
    return {"what": "summary", "config": {"variant": variant, "resolution": 32}, "depth": 1}


@pytest.fixture(scope="module")
def worker():
    started = TorchWorker()
    yield started
    started.stop()


def test_worker_answers_with_torchinfos_table(worker):
    asked = {"what": "summary", "config": {"variant": "v3-small", "resolution": 64}, "depth": 3}
    assert worker.ask(asked)["answer"]["params"] == viz.trace("v3-small").params


def test_worker_sends_a_picture_through_every_squeeze(worker):
    config = {"variant": "v3-small", "resolution": 64}
    asked = {"what": "excitations", "config": config, "gate": "sigmoid", "seed": 1}
    answer = worker.ask(asked)["answer"]
    assert [len(each["gate"]) for each in answer] == [16, 96, 240, 240, 120, 144, 288, 576, 576]


def test_worker_survives_a_bad_request(worker):
    with pytest.raises(WorkerError, match="network is 'v9'"):
        worker.ask({"what": "summary", "config": {"variant": "v9"}, "depth": 3})
    assert worker.ask(summary_of("v2"))["answer"]


def test_worker_is_started_again_when_it_has_ended(worker):
    worker.stop()
    assert worker.ask(summary_of("v1"))["answer"]


def test_worker_started_by_hand_answers_on_standard_output():
    lines = [b"no request", wire.encode({"id": 7, **summary_of("v3-small")})]
    done = subprocess.run(
        [sys.executable, "-m", "viz.lab.pytorch.worker"],
        input=b"\n".join(lines),
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    refused, answered = map(json.loads, done.stdout.splitlines())
    assert refused["id"] is None
    assert "no JSON" in refused["error"]
    assert answered["id"] == 7
    assert answered["answer"]["params"] == viz.trace("v3-small").params


SERVER = """
import time
from viz.ui.torch_worker import WORKER
WORKER.ask({"what": "summary", "config": {"variant": "v1", "resolution": 32}, "depth": 1})
print("answered", flush=True)
time.sleep(600)
"""


def test_a_server_that_is_killed_leaves_nothing_behind(tmp_path):
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"answered\n"
    assert list(tmp_path.glob("mobilenet-atlas-*"))
    server.kill()  # nothing that it wanted to do at its end is done
    server.communicate()
    deadline = time.monotonic() + 30
    while list(tmp_path.glob("mobilenet-atlas-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not list(tmp_path.glob("mobilenet-atlas-*"))


def test_a_worker_that_dies_gives_one_sentence():
    broken = TorchWorker((sys.executable, "-c", "pass"))
    began = time.monotonic()
    with pytest.raises(WorkerError, match=SENTENCE):
        broken.ask(summary_of("v1"))
    assert time.monotonic() - began < torch_worker.TIMEOUT_SECONDS / 2  # told, not timed out


def test_a_worker_that_cannot_be_started_gives_one_sentence(folder):
    missing = TorchWorker((str(folder / "no-such-python"),))
    missing.warm()
    with pytest.raises(WorkerError, match=SENTENCE):
        missing.ask(summary_of("v1"))
    assert not list(folder.iterdir())
