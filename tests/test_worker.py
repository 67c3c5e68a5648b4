"""torch in a process of its own: answers, mistakes and ends."""

import sys

import pytest

import viz
from viz.ui.torch_worker import TorchWorker, WorkerError


@pytest.fixture(scope="module")
def worker():
    started = TorchWorker()
    yield started
    started.stop()


def test_worker_answers_with_torchinfos_table(worker):
    answer = worker.ask({"config": {"variant": "v3-small", "resolution": 64}, "depth": 3})
    assert answer["summary"]["params"] == viz.trace("v3-small").params


def test_worker_survives_a_bad_request(worker):
    with pytest.raises(WorkerError, match="variant is 'v9'"):
        worker.ask({"config": {"variant": "v9"}, "depth": 3})
    assert worker.ask({"config": {"variant": "v2", "resolution": 32}, "depth": 1})["summary"]


def test_worker_is_started_again_when_it_has_ended(worker):
    worker.stop()
    assert worker.ask({"config": {"variant": "v1", "resolution": 32}, "depth": 1})["summary"]


def test_a_worker_that_dies_gives_one_sentence():
    broken = TorchWorker((sys.executable, "-c", "pass"))
    with pytest.raises(WorkerError, match="torch did not answer"):
        broken.ask({"config": {"variant": "v1"}, "depth": 1})
