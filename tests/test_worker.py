"""torch in a process of its own: answers, mistakes, ends, and the files that it makes."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from safetensors.torch import load

import viz
from viz.net.config import configure
from viz.net.trace import trace_config
from viz.pytorch import wire
from viz.pytorch.files import FILES
from viz.ui import torch_worker
from viz.ui.torch_worker import KeptFiles, TorchWorker, WorkerError

SENTENCE = "torch did not answer; try again."
ROOT = Path(__file__).parents[1]

# A worker without torch: it answers "word" with the same word, and misbehaves where "how" says so.
FAKE = """
import json, os, select, sys, time
line_number, folder = int(sys.argv[2]), sys.argv[3]  # after --server

def say(text):
    os.write(line_number, text.encode() + b"\\n")

def answer(number, word):
    say(json.dumps({"id": number, "answer": word}))

def wait_for(path):
    deadline = time.monotonic() + 60
    while not os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.01)

for line in sys.stdin:
    asked = json.loads(line)
    number, word, how = asked["id"], asked["word"], asked.get("how")
    if how == "print":
        forged = json.dumps({"id": number, "answer": "printed"})
        print(forged, flush=True)
        os.write(1, forged.encode() + b"\\n")
        os.system("echo '" + forged + "'")
    if how == "stray before":
        say("a library says hello")
    if how == "answer before":
        say(json.dumps({"answer": "nobody's"}))
    if how == "yesterday's before":
        answer(number - 1, "yesterday's")
    if how == "garbage":
        os.write(line_number, b"\\xff\\xfe\\n")
    if how == "brackets":
        say("[" * 100_000)
    if how == "no object":
        say("3")
    if how == "empty":
        say(json.dumps({"id": number}))
    if how == "crash":
        os.write(line_number, b'{"id": %d, "answer": "half' % number)
        os._exit(1)
    if how == "file elsewhere":
        say(json.dumps({"id": number, "file": word}))
        continue
    if how in ("file", "crash after file"):
        with open(os.path.join(folder, "made"), "w") as target:
            target.write(word)
        if how == "crash after file":
            os._exit(1)
        say(json.dumps({"id": number, "file": "made"}))
        continue
    if how == "too late":  # the answers come from a child that the end of this process leaves alive
        if os.fork() == 0:
            wait_for(asked["go"])
            answer(number, "late")
            answer(number + 1, "late")
            open(asked["gone"], "w").close()
            os._exit(0)
        time.sleep(600)
    if how == "after the late one":
        open(asked["go"], "w").close()
        wait_for(asked["gone"])
        time.sleep(0.2)
    if how == "alone" and select.select([0], [], [], 0.05)[0]:
        word = "a question before the answer to the last"
    answer(number, word)
    if how == "stray after":
        say("a library says goodbye")
    if how == "answer after":
        answer(number, "said twice")
"""


def summary_of(variant):
    return {"what": "summary", "config": {"variant": variant, "resolution": 32}, "depth": 1}


@pytest.fixture(scope="module")
def worker():
    started = TorchWorker()
    yield started
    started.stop()


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


def said(worker, word, how="", **further):
    return worker.ask({"word": word, "how": how, **further})["answer"]


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


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
    assert worker.ask(summary_of("v2"))["answer"]


def test_worker_is_started_again_when_it_has_ended(worker):
    worker.stop()
    assert worker.ask(summary_of("v1"))["answer"]


def test_worker_started_by_hand_answers_on_standard_output():
    lines = [b"no request", wire.encode({"id": 7, **summary_of("v3-small")})]
    done = subprocess.run(
        [sys.executable, "-m", "viz.pytorch.worker"],
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
    assert said(fake, "one") == "one"
    with pytest.raises(WorkerError, match=SENTENCE):
        said(fake, "two", how)
    assert said(fake, "three") == "three"
    assert said(fake, "four") == "four"


@pytest.mark.parametrize("how", ["stray after", "answer after"])
def test_a_line_after_an_answer_is_not_the_next_questions_answer(fake, how):
    assert said(fake, "one", how) == "one"
    with pytest.raises(WorkerError, match=SENTENCE):
        said(fake, "two")
    assert said(fake, "three") == "three"


def test_what_a_worker_prints_is_no_answer(fake):
    assert said(fake, "one", "print") == "one"
    assert said(fake, "two") == "two"


def test_two_threads_get_the_answers_to_their_own_questions(fake):
    questions = [f"{thread} {number}" for number in range(20) for thread in ("left", "right")]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda word: said(fake, word, "alone"), questions)) == questions


def test_an_answer_that_comes_after_its_time_is_not_given_to_the_next_question(tmp_path):
    impatient = TorchWorker((sys.executable, "-c", FAKE), seconds=3)
    signals = {"go": str(tmp_path / "go"), "gone": str(tmp_path / "gone")}
    with pytest.raises(WorkerError, match=SENTENCE):
        said(impatient, "one", "too late", **signals)
    assert said(impatient, "two", "after the late one", **signals) == "two"
    assert said(impatient, "three") == "three"
    impatient.stop()


def test_a_stop_ends_the_waiting_at_once(fake):
    assert said(fake, "one") == "one"
    timer = threading.Timer(0.2, fake.stop)
    timer.start()
    began = time.monotonic()
    with pytest.raises(WorkerError, match=SENTENCE):
        said(fake, "two", "after the late one", go="/dev/null", gone="/no/such/file")
    assert time.monotonic() - began < 10


def test_a_model_file_arrives_whole_and_nothing_is_left_behind(folder):
    config = configure("v3-small")
    try:
        arrived = torch_worker.model_file(config, "safetensors")
        assert arrived == FILES["safetensors"](trace_config(config))
        assert len(arrived) > 10_000_000
        assert sum(value.numel() for value in load(arrived).values()) > viz.trace("v3-small").params
        assert not files_in(folder)
        assert torch_worker.model_file(config, "safetensors") is arrived  # kept, not made again
        with pytest.raises(WorkerError, match="KeyError"):
            torch_worker.model_file(config, "zip")
    finally:
        torch_worker.WORKER.stop()
    assert not list(folder.iterdir())


def test_a_file_is_removed_when_it_is_read(fake, folder):
    assert said(fake, "content", "file") == b"content"
    assert not files_in(folder)


def test_a_file_that_was_half_made_is_removed(fake, folder):
    with pytest.raises(WorkerError, match=SENTENCE):
        said(fake, "content", "crash after file")
    assert not list(folder.iterdir())
    assert said(fake, "content", "file") == b"content"


def test_only_files_of_the_folder_are_read_and_removed(fake, tmp_path):
    other = tmp_path / "other"
    other.write_text("private")
    for name in (str(other), "../../other", "..", ""):
        with pytest.raises(WorkerError, match=SENTENCE):
            said(fake, name, "file elsewhere")
    assert other.read_text() == "private"


def test_a_folder_that_was_tidied_away_is_made_again(fake, folder):
    assert said(fake, "one") == "one"
    for each in folder.iterdir():
        each.rmdir()
    assert said(fake, "content", "file") == b"content"


class Maker:
    """Makes files of given sizes and remembers what it made."""

    def __init__(self):
        self.made = []

    def of(self, key, size):
        def make():
            self.made.append(key)
            return key.encode() * size

        return key, make


def test_kept_files_are_bounded_by_bytes_and_the_least_recently_used_goes_first():
    kept, maker = KeptFiles(10), Maker()
    for key, size in (("a", 4), ("b", 4), ("a", 4), ("c", 4)):  # c needs the place of b
        assert kept.get(*maker.of(key, size)) == key.encode() * size
    assert maker.made == ["a", "b", "c"]
    kept.get(*maker.of("a", 4))
    kept.get(*maker.of("c", 4))
    assert maker.made == ["a", "b", "c"]
    kept.get(*maker.of("b", 10))  # fills all of it
    kept.get(*maker.of("a", 1))
    assert maker.made == ["a", "b", "c", "b", "a"]


def test_a_file_larger_than_all_that_is_kept_is_given_but_drives_nothing_out():
    kept, maker = KeptFiles(10), Maker()
    kept.get(*maker.of("a", 10))
    assert len(kept.get(*maker.of("b", 11))) == 11
    kept.get(*maker.of("b", 11))
    kept.get(*maker.of("a", 10))
    assert maker.made == ["a", "b", "b"]


def test_nothing_is_kept_of_a_file_that_could_not_be_made():
    kept, maker = KeptFiles(10), Maker()

    def fail():
        raise WorkerError(SENTENCE)

    with pytest.raises(WorkerError):
        kept.get("a", fail)
    assert kept.get(*maker.of("a", 3)) == b"aaa"


def test_many_who_ask_for_the_same_file_have_it_made_once():
    kept, maker = KeptFiles(10), Maker()
    key, make = maker.of("a", 5)

    def slowly():
        time.sleep(0.1)
        return make()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: kept.get(key, slowly), range(8)))
    assert found == [b"aaaaa"] * 8
    assert maker.made == ["a"]


def test_many_threads_never_keep_too_much():
    kept, maker = KeptFiles(30), Maker()
    asked = [(name, ord(name) % 7 + 1) for name in "abcdefghij" * 40]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda each: kept.get(*maker.of(*each)), asked))
    assert found == [name.encode() * size for name, size in asked]
    maker.made.clear()
    for name, size in reversed(dict(asked).items()):
        kept.get(*maker.of(name, size))
    sizes = dict(asked)
    assert sum(sizes[name] for name in sizes if name not in maker.made) <= 30
