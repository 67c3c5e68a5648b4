"""The queue before torch's processes, with processes that wait for a sign."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from viz.ui import torch_questions
from viz.ui.torch_pool import Pool
from viz.ui.torch_worker import WorkerError

SECONDS = 20


class Slow:
    """In a worker's place: answers a word with itself when it may, and counts."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.asked: list[str] = []

    def ask(self, request):
        self.asked.append(request["word"])
        assert self.may.wait(SECONDS)
        if request["word"] == "bad":
            raise WorkerError("No such word.")
        return {"answer": request["word"]}


def until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def word(text):
    return {"word": text}


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def askers():
    with ThreadPoolExecutor(40) as threads:
        yield threads


def test_questions_are_answered_in_their_order_and_each_is_told_its_place(slow, askers):
    pool, places = Pool([slow]), []
    first = askers.submit(pool.ask, word("first"))
    until(lambda: pool.running == 1)
    second = askers.submit(pool.ask, word("second"))
    until(lambda: pool.waiting == 1)
    third = askers.submit(pool.ask, word("third"), places.append)
    until(lambda: places)
    assert (places[0], pool.running, pool.waiting) == (2, 1, 2)
    slow.may.set()
    assert [each.result(SECONDS)["answer"] for each in (first, second, third)] == slow.asked
    until(lambda: pool.running == pool.waiting == 0)


def test_equal_questions_share_one_answer(slow, askers):
    pool = Pool([slow])
    asked = [askers.submit(pool.ask, word("same")) for _ in range(30)]
    until(lambda: sum(each.running() for each in asked) == 30)
    slow.may.set()
    assert {each.result(SECONDS)["answer"] for each in asked} == {"same"}
    assert slow.asked == ["same"]


def test_a_second_process_answers_while_the_first_is_busy(askers):
    busy, other = Slow(), Slow()
    pool = Pool([busy, other])
    askers.submit(pool.ask, word("long"))
    until(lambda: busy.asked)
    other.may.set()
    assert askers.submit(pool.ask, word("short")).result(SECONDS)["answer"] == "short"
    assert (busy.asked, other.asked) == (["long"], ["short"])
    busy.may.set()


def test_a_question_that_nobody_waits_for_is_not_asked(slow, askers):
    pool = Pool([slow])
    askers.submit(pool.ask, word("first"))
    until(lambda: slow.asked)

    def leave(_place):
        raise KeyboardInterrupt

    def gone():
        with pytest.raises(KeyboardInterrupt):
            pool.ask(word("gone"), leave)

    askers.submit(gone).result(SECONDS)
    assert pool.waiting == 0
    slow.may.set()
    assert askers.submit(pool.ask, word("next")).result(SECONDS)["answer"] == "next"
    assert slow.asked == ["first", "next"]


def test_a_full_queue_refuses_in_a_sentence(slow, askers):
    pool = Pool([slow], most=2)
    for text in ("answered", "waits", "waits too"):
        askers.submit(pool.ask, word(text))
        until(lambda text=text: text in slow.asked or pool.waiting)
        until(lambda: pool.running == 1)
    until(lambda: pool.waiting == 2)
    with pytest.raises(WorkerError, match=r"torch is busy: 2 questions wait\."):
        pool.ask(word("one too many"))
    same = askers.submit(pool.ask, word("waits"))  # takes no place of its own
    slow.may.set()
    assert same.result(SECONDS)["answer"] == "waits"


def test_an_error_is_told_to_all_who_asked_and_the_next_question_is_answered(slow, askers):
    pool = Pool([slow])
    asked = [askers.submit(pool.ask, word("bad")) for _ in range(3)]
    until(lambda: sum(each.running() for each in asked) == 3)
    slow.may.set()
    for each in asked:
        with pytest.raises(WorkerError, match="No such word"):
            each.result(SECONDS)
    assert pool.ask(word("good"))["answer"] == "good"


def test_what_is_kept_is_bounded_by_bytes_and_made_once(monkeypatch):
    chance, made = random.Random(0), []
    kept = torch_questions.LRUCache(100, getsizeof=len)
    monkeypatch.setattr(torch_questions, "_KEPT", kept)
    monkeypatch.setattr(torch_questions, "KEPT_BYTES", 100)
    for _ in range(500):
        name = chance.choice("abcdefghij")
        size = 5 * (ord(name) - ord("a")) + 5

        def make(name=name, size=size):
            made.append(name)
            return name.encode() * size

        assert torch_questions._found(name.encode(), make) == name.encode() * size
        assert sum(map(len, kept.values())) <= 100
    before = len(made)
    assert torch_questions._found(b"last", lambda: b"x" * 101) == b"x" * 101
    torch_questions._found(name.encode(), make)
    assert len(made) == before  # what is too large drives nothing out
