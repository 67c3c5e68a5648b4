"""Admission: runs of pages take turns, first come, first served.

A hundred runs at once share one lock of Python's and all end late; one after the other, the first
are done while the last wait, and readers' next choices spread out. ``python -m benchmarks class``
chose the number.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from typing import ParamSpec

import streamlit as st

AT_ONCE = 1
# A run that takes longer no longer keeps others waiting: it shares the processor with them.
LONG_SECONDS = 1.0
LOOK_SECONDS = 0.5  # how often a waiting run looks whether its reader has gone
PLACE = "admission:place"
P = ParamSpec("P")


@dataclass(eq=False, slots=True)
class Ticket:
    """A run's place in the queue; a lower number came first."""

    number: int
    turn: threading.Event = field(default_factory=threading.Event)
    since: float = 0.0  # when its turn began


class Turns:
    """A queue of runs, of which ``at_once`` have their turn."""

    def __init__(self, at_once: int = AT_ONCE, long: float = LONG_SECONDS) -> None:
        """A turn that takes longer than ``long`` seconds does not count any more."""
        self._at_once, self._long = at_once, long
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []
        self._own = threading.local()
        self.begun = 0  # how many runs have had their turn, or have it
        # Told the seconds that each run waited, and those of its turn with what it was away for.
        self.watch: Callable[[float, float], None] = lambda _waited, _took: None

    @property
    def waiting(self) -> int:
        """How many runs wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many runs have their turn."""
        return len(self._running)

    def place(self) -> int:
        """A place at the end of the queue."""
        return next(self._numbers)

    @contextmanager
    def turn(self, place: int, checkpoint: Callable[[], None]) -> Iterator[None]:
        """Wait for the turn of a place and have it.

        ``checkpoint`` is called now and then while it waits, and once when its turn has come: what
        it raises ends the run there.
        """
        ticket = Ticket(place)
        self._own.ticket, self._own.checkpoint = ticket, checkpoint
        asked = admitted = time.monotonic()
        try:
            self._wait(ticket, checkpoint)
            admitted = time.monotonic()
            self.begun += 1
            yield
        finally:
            self._own.ticket = None
            self._leave(ticket)
            self.watch(admitted - asked, time.monotonic() - admitted)

    @property
    def has_turn(self) -> bool:
        """Whether this thread's run has a ticket."""
        return getattr(self._own, "ticket", None) is not None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Give the turn to others while this run waits for another process; then it is next.

        Nothing that another run may need can be held meanwhile, such as a cache's lock.
        """
        if not self.has_turn:
            yield
            return
        ticket: Ticket = self._own.ticket
        self._leave(ticket)
        try:
            yield
        finally:
            self._wait(ticket, self._own.checkpoint)

    def _wait(self, ticket: Ticket, checkpoint: Callable[[], None]) -> None:
        with self._lock:
            ticket.turn.clear()
            self._waiting.append(ticket)
            self._admit()
        while not ticket.turn.wait(LOOK_SECONDS):
            self._pass_long_ones()
            checkpoint()
        checkpoint()

    def _leave(self, ticket: Ticket) -> None:
        with self._lock:
            for tickets in (self._waiting, self._running):
                if ticket in tickets:
                    tickets.remove(ticket)
            self._admit()

    def _pass_long_ones(self) -> None:
        with self._lock:
            latest = time.monotonic() - self._long
            self._running = [ticket for ticket in self._running if ticket.since > latest]
            self._admit()

    def _admit(self) -> None:
        while self._waiting and len(self._running) < self._at_once:
            first = min(self._waiting, key=lambda ticket: ticket.number)
            self._waiting.remove(first)
            self._running.append(first)
            first.since = time.monotonic()
            first.turn.set()


TURNS = Turns()


@contextmanager
def turn() -> Iterator[None]:
    """A run's turn. One that is asked for again while it waits keeps its place and runs once.

    Its place is kept in the session's state until the turn has come, for the run that follows.
    """
    if TURNS.has_turn:  # part of a run that has one
        yield
        return
    place = st.session_state.setdefault(PLACE, TURNS.place())
    with TURNS.turn(place, checkpoint):
        del st.session_state[PLACE]
        yield


def checkpoint() -> None:
    """Let Streamlit end this run where it should be: it looks when the state is touched."""
    _ = PLACE in st.session_state


def in_a_run() -> bool:
    """Whether this is the thread of a run of a page."""
    return TURNS.has_turn


def away() -> AbstractContextManager[None]:
    """Around what a run waits for outside this process: others have their turn meanwhile."""
    return TURNS.away()


def fragment(*, run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """``st.fragment`` whose own runs take their turns, too."""

    def decorate(function: Callable[P, None]) -> Callable[P, None]:
        @wraps(function)
        def admitted(*args: P.args, **kwargs: P.kwargs) -> None:
            with turn():
                function(*args, **kwargs)

        return st.fragment(admitted, run_every=run_every)

    return decorate
