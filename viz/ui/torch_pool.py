"""Questions to torch's processes: one queue, and one answer for all who ask the same."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from viz.lab import wire
from viz.ui.torch_worker import TorchWorker, WorkerError
from viz.ui.translate import _

MOST_WAITING = 64
LOOK_SECONDS = 0.2  # how often who waits is told a place in the queue
Answer = dict[str, Any]


@dataclass(eq=False, slots=True)
class Question:
    """A request, who waits for its answer, and the answer."""

    request: dict[str, Any]
    askers: int = 0
    answer: Future[Answer] = field(default_factory=Future)

    @property
    def waits(self) -> bool:
        """Whether no process has taken it yet."""
        return not (self.answer.running() or self.answer.done())


class Pool:
    """Processes that answer from one queue, first come, first served.

    A process is started when all others are busy, and never ended while it answers.
    """

    def __init__(self, workers: Sequence[TorchWorker], most: int = MOST_WAITING) -> None:
        """At most ``most`` questions wait; each worker answers one at a time."""
        self._most = most
        self._idle = list(reversed(workers))  # workers without a thread yet
        self._workers = tuple(workers)
        self._queue: queue.SimpleQueue[tuple[bytes, Question]] = queue.SimpleQueue()
        self._asked: dict[bytes, Question] = {}  # not answered yet, in the order of their coming
        self._lock = threading.Lock()
        self.begun = 0  # how many questions a process has taken so far

    @property
    def waiting(self) -> int:
        """How many questions no process has taken yet."""
        return sum(question.waits for question in tuple(self._asked.values()))

    @property
    def running(self) -> int:
        """How many questions are being answered."""
        return len(self._asked) - self.waiting

    def ask(self, request: dict[str, Any], look: Callable[[int], None] | None = None) -> Answer:
        """The answer to a request, or to an equal one that was asked before and is not answered.

        ``look`` is called now and then with the question's place in the queue, 0 once a process
        has taken it; what it raises ends the waiting. Raises ``WorkerError``, of a full queue too.
        """
        key = wire.encode(request)
        question = self._joined(key, request)
        try:
            while True:
                try:
                    return question.answer.result(LOOK_SECONDS)
                except TimeoutError:
                    if look is not None:
                        look(self._place(question))
        finally:
            self._left(key, question)

    def warm(self) -> None:
        """Start the first process; returns at once."""
        self._workers[0].warm()

    def stop(self) -> None:
        """End all processes; who waits for an answer gets ``WorkerError``."""
        for worker in self._workers:
            worker.stop()

    def _joined(self, key: bytes, request: dict[str, Any]) -> Question:
        with self._lock:
            question = self._asked.get(key)
            if question is None:
                if self.waiting >= self._most:
                    text = _("torch is busy: {count} questions wait. Try again in a minute.")
                    raise WorkerError(text.format(count=self._most))
                question = self._asked[key] = Question(request)
                self._queue.put((key, question))
                if self._idle and len(self._asked) > len(self._workers) - len(self._idle):
                    start = (self._idle.pop(),)
                    threading.Thread(target=self._serve, args=start, daemon=True).start()
            question.askers += 1
            return question

    def _left(self, key: bytes, question: Question) -> None:
        """A question that nobody waits for any more is not asked."""
        with self._lock:
            question.askers -= 1
            if not question.askers and question.answer.cancel():
                self._forget(key, question)

    def _forget(self, key: bytes, question: Question) -> None:
        if self._asked.get(key) is question:
            del self._asked[key]

    def _place(self, question: Question) -> int:
        if not question.waits:
            return 0
        with self._lock:
            waiting = [each for each in self._asked.values() if each.waits]
        return waiting.index(question) + 1 if question in waiting else 0

    def _serve(self, worker: TorchWorker) -> None:
        while True:
            key, question = self._queue.get()
            if not question.answer.set_running_or_notify_cancel():
                continue
            self.begun += 1
            try:
                question.answer.set_result(worker.ask(question.request))
            except Exception as error:  # whoever waits must be told
                question.answer.set_exception(error)
            finally:
                with self._lock:
                    self._forget(key, question)
