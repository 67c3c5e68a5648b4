"""The line to the worker: only the answer to the question, and files that are read whole."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_worker import FAKE, ask, files_in
from safetensors.torch import load

import viz
from viz.net.config import configure
from viz.net.trace import trace_config
from viz.pytorch.files import FILES
from viz.ui import torch_questions
from viz.ui.torch_worker import TorchWorker, WorkerError

SENTENCE = "torch did not answer; try again."

BEFORE = [
    "stray before",
    "answer before",
    "yesterday's before",
    "garbage",
    "brackets",
    "no object",
    "empty",
    "crash",
]


@pytest.mark.parametrize("how", BEFORE)
def test_what_is_no_answer_to_the_question_is_refused_and_the_next_answer_is_right(fake, how):
    assert ask(fake, "one") == "one"
    with pytest.raises(WorkerError, match=SENTENCE):
        ask(fake, "two", how)
    assert ask(fake, "three") == "three"
    assert ask(fake, "four") == "four"


@pytest.mark.parametrize("how", ["stray after", "answer after"])
def test_a_line_after_an_answer_is_not_the_next_questions_answer(fake, how):
    assert ask(fake, "one", how) == "one"
    with pytest.raises(WorkerError, match=SENTENCE):
        ask(fake, "two")
    assert ask(fake, "three") == "three"


def test_what_a_worker_prints_is_no_answer(fake):
    assert ask(fake, "one", "print") == "one"
    assert ask(fake, "two") == "two"


def test_two_threads_get_the_answers_to_their_own_questions(fake):
    questions = [f"{thread} {number}" for number in range(20) for thread in ("left", "right")]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda word: ask(fake, word, "alone"), questions)) == questions


def test_an_answer_that_comes_after_its_time_is_not_given_to_the_next_question(tmp_path):
    impatient = TorchWorker((sys.executable, "-c", FAKE), seconds=3)
    signals = {"go": str(tmp_path / "go"), "gone": str(tmp_path / "gone")}
    with pytest.raises(WorkerError, match=SENTENCE):
        ask(impatient, "one", "too late", **signals)
    assert ask(impatient, "two", "after the late one", **signals) == "two"
    assert ask(impatient, "three") == "three"
    impatient.stop()


def test_a_stop_ends_the_waiting_at_once(fake):
    assert ask(fake, "one") == "one"
    timer = threading.Timer(0.2, fake.stop)
    timer.start()
    began = time.monotonic()
    with pytest.raises(WorkerError, match=SENTENCE):
        ask(fake, "two", "after the late one", go="/dev/null", gone="/no/such/file")
    assert time.monotonic() - began < 10


def test_a_model_file_arrives_whole_and_nothing_is_left_behind(folder):
    config = configure("v3-small")
    try:
        arrived = torch_questions.model_file(config, "safetensors")
        assert arrived == FILES["safetensors"](trace_config(config))
        assert len(arrived) > 10_000_000
        assert sum(value.numel() for value in load(arrived).values()) > viz.trace("v3-small").params
        assert not files_in(folder)
        assert torch_questions.model_file(config, "safetensors") is arrived  # kept, not made again
        with pytest.raises(WorkerError, match="KeyError"):
            torch_questions.model_file(config, "zip")
    finally:
        torch_questions.POOL.stop()
    assert not list(folder.iterdir())


def test_a_file_is_removed_when_it_is_read(fake, folder):
    assert ask(fake, "content", "file") == b"content"
    assert not files_in(folder)


def test_a_file_that_was_half_made_is_removed(fake, folder):
    with pytest.raises(WorkerError, match=SENTENCE):
        ask(fake, "content", "crash after file")
    assert not list(folder.iterdir())
    assert ask(fake, "content", "file") == b"content"


def test_only_files_of_the_folder_are_read_and_removed(fake, tmp_path):
    other = tmp_path / "other"
    other.write_text("private")
    for name in (str(other), "../../other", "..", ""):
        with pytest.raises(WorkerError, match=SENTENCE):
            ask(fake, name, "file elsewhere")
    assert other.read_text() == "private"


def test_a_folder_that_was_tidied_away_is_made_again(fake, folder):
    assert ask(fake, "one") == "one"
    for each in folder.iterdir():
        each.rmdir()
    assert ask(fake, "content", "file") == b"content"
