"""Runs take turns, first come, first served: with threads, and with runs that end early."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from viz.ui.admission import Turns

SECONDS = 20


class Stopped(BaseException):
    """As Streamlit ends a run: no Exception."""


def nothing() -> None:
    """A run that goes on."""


def stop() -> None:
    raise Stopped


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.002)


class Readers:
    """Threads that ask one after the other while the first keeps its turn."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[object] = []
        self.go = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self.threads.append(thread)

    def ask(self, name: object, place: int | None = None) -> None:
        before = self.turns.waiting + self.turns.running
        number = self.turns.place() if place is None else place

        def work() -> None:
            with self.turns.turn(number, nothing):
                self.order.append(name)
                assert self.go.wait(SECONDS)

        self.start(work)
        wait_for(lambda: self.turns.waiting + self.turns.running == before + 1)

    def end(self) -> list[object]:
        self.go.set()
        for thread in self.threads:
            thread.join(SECONDS)
            assert not thread.is_alive()
        assert self.turns.waiting == self.turns.running == 0
        return self.order


def test_runs_are_admitted_in_the_order_in_which_they_asked():
    readers = Readers(Turns(long=SECONDS))
    for number in range(30):
        readers.ask(number)
    assert readers.order == [0]
    assert readers.end() == list(range(30))


def test_a_run_that_waits_outside_lets_others_in_and_is_next_when_it_comes_back():
    turns = Turns(long=SECONDS)
    readers = Readers(turns)
    outside, answered = threading.Event(), threading.Event()

    def work() -> None:
        with turns.turn(turns.place(), nothing):
            with turns.away():
                outside.set()
                assert answered.wait(SECONDS)
            readers.order.append("back")

    readers.start(work)
    assert outside.wait(SECONDS)
    for name in "abc":
        readers.ask(name)
    assert readers.order == ["a"]
    answered.set()
    wait_for(lambda: turns.waiting == 3)
    assert readers.end() == ["a", "back", "b", "c"]


def test_a_run_that_is_asked_for_again_while_it_waits_keeps_its_place():
    turns = Turns(long=SECONDS)
    readers = Readers(turns)
    readers.ask("first")
    place, ended = turns.place(), threading.Event()

    def replaced() -> None:
        with suppress(Stopped), turns.turn(place, stop):
            readers.order.append("never")
        ended.set()

    readers.start(replaced)
    wait_for(lambda: turns.waiting == 1)
    readers.ask("later")
    assert ended.wait(SECONDS)  # it looks now and then, and leaves the queue
    assert turns.waiting == 1
    readers.ask("again", place)
    assert readers.end() == ["first", "again", "later"]


def test_a_long_run_does_not_keep_others_waiting():
    turns = Turns(long=0.05)
    readers = Readers(turns)
    readers.ask("long")
    readers.ask("second")  # admitted beside it, and soon as long itself
    readers.ask("third")
    wait_for(lambda: readers.order == ["long", "second", "third"])
    readers.end()


def test_a_run_without_a_turn_may_wait_outside():
    with Turns().away():
        pass


def test_turns_and_waits_are_told_even_of_runs_that_fail():
    turns, told = Turns(), []
    turns.watch = lambda waited, took: told.append((waited >= 0, took >= 0))
    with suppress(ZeroDivisionError), turns.turn(turns.place(), nothing):
        _ = 1 / 0
    with suppress(Stopped), turns.turn(turns.place(), stop):
        pass
    assert told == [(True, True), (True, True)]


def test_no_more_run_than_may_and_nothing_is_left_whatever_they_do():
    """Random runs that wait outside, are stopped or fail: 16 threads, 400 runs."""
    chance = random.Random(26)
    turns = Turns(at_once=2, long=SECONDS)
    inside, most, finished = 0, 0, 0
    lock = threading.Lock()
    kinds = [chance.choice(("plain", "away", "stopped", "fails")) for _ in range(400)]

    def enter(step: int) -> None:
        nonlocal inside, most
        with lock:
            inside += step
            most = max(most, inside)

    def work(kind: str) -> None:
        nonlocal finished
        checkpoint = stop if kind == "stopped" else nothing
        with suppress(Stopped, ZeroDivisionError), turns.turn(turns.place(), checkpoint):
            enter(1)
            time.sleep(0.0005)
            enter(-1)
            if kind == "away":
                with turns.away():
                    time.sleep(0.001)
            if kind == "fails":
                _ = 1 / 0
        with lock:
            finished += 1

    def some(number: int) -> None:
        for kind in kinds[number::16]:
            work(kind)

    threads = [threading.Thread(target=some, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert finished == 400
    assert most == 2
    assert turns.waiting == turns.running == 0
