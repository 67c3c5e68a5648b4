"""torch in a process of its own: answers, mistakes and ends."""

import sys

import pytest

import viz
from viz.ui.torch_worker import TorchWorker, WorkerError


def request(variant):
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
    with pytest.raises(WorkerError, match="variant is 'v9'"):
        worker.ask({"what": "summary", "config": {"variant": "v9"}, "depth": 3})
    assert worker.ask(request("v2"))["answer"]


def test_worker_is_started_again_when_it_has_ended(worker):
    worker.stop()
    assert worker.ask(request("v1"))["answer"]


def test_a_worker_that_dies_gives_one_sentence():
    broken = TorchWorker((sys.executable, "-c", "pass"))
    with pytest.raises(WorkerError, match="torch did not answer"):
        broken.ask(request("v1"))
