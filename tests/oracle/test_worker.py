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
from viz.ui.torch_questions import POOL
POOL.ask({"what": "summary", "config": {"variant": "v1", "resolution": 32}, "depth": 1})
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


TOO_WIDE = "~".join(
    ["v3-large", "stem.64.relu.2", "mb.16.4096.1.1", "mb.6.4096.1.1", "pool", "classifier.no.no"]
)


@pytest.mark.parametrize(
    "asked",
    [
        {"what": "summary", "depth": 1},
        {"what": "model", "kind": "safetensors"},
        {"what": "excitations", "gate": "sigmoid", "seed": 1},
        {"what": "frozen", "steps": 1},
        {"what": "time", "how": {"runtime": "torch", "threads": 1, "batch": 1, "seconds": 0.1}},
    ],
)
def test_worker_builds_no_network_beyond_the_bound(worker, asked):
    config = {"variant": "design", "design": TOO_WIDE, "resolution": 32}
    began = time.monotonic()
    with pytest.raises(WorkerError, match=r"parameters; at most 200 M can be built"):
        worker.ask({**asked, "config": config})
    assert time.monotonic() - began < 60


def test_worker_runs_nothing_that_needs_more_than_the_bound(worker):
    config = {"variant": "v4-hybrid-large", "resolution": 4096}
    how = {"runtime": "torch", "threads": 1, "batch": 1, "seconds": 0.1}
    with pytest.raises(WorkerError, match=r"34.* GB of weights and activations .* at most 4\.5 GB"):
        worker.ask({"what": "time", "config": config, "how": how})


def test_a_worker_that_reaches_its_memory_limit_says_so_and_is_started_again(monkeypatch):
    monkeypatch.setenv("ATLAS_TORCH_MEMORY", "0.9")
    limited = TorchWorker()
    try:
        config = {"variant": "v4-hybrid-large", "width": 2.0, "resolution": 32}
        with pytest.raises(WorkerError, match=r"more than the 0\.9 GB"):
            limited.ask({"what": "model", "config": config, "kind": "safetensors"})
        assert limited.ask(summary_of("v3-small"))["answer"]
    finally:
        limited.stop()


def test_a_worker_that_a_signal_ends_is_told_from_one_that_is_silent():
    killed = TorchWorker((sys.executable, "-c", "import os; os.abort()"))
    with pytest.raises(WorkerError, match="GB of memory"):
        killed.ask(summary_of("v1"))


def test_the_largest_networks_of_the_zoo_are_built_within_the_memory_limit(worker):
    config = {"variant": "v4-hybrid-large", "width": 2.0, "classes": 21_843}
    content = worker.ask({"what": "model", "config": config, "kind": "safetensors"})["answer"]
    assert len(content) > 4 * 150_000_000
    assert worker.ask({"what": "model", "config": config, "kind": "onnx"})["answer"]
