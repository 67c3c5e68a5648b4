"""A class: ``python -m benchmarks class --sessions 100 --minutes 5 --think random``.

Real sessions open one link within 30 s; then each changes its network, its width or its page, sees
the answer, thinks, and changes again. The client runs on the server's machine: what it takes of the
processor is printed, and what everybody else there does.
"""

import argparse
import asyncio
import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from benchmarks.measure import milliseconds
from benchmarks.servers import Server, busy_seconds, serving
from benchmarks.session import Answer, Lost, Session
from viz.net.zoo import ZOO

OPENING_SECONDS = 30.0
WARM_SECONDS = 10.0  # until the server has done its work in the background
THINKING = {"random": (3.0, 8.0), "step": (5.0, 5.0)}  # seconds, from an answer to the next change
LINK = ("architecture", {"network": "v2"})
NETWORKS = ("v1", "v2", "v3-large", "v3-small")
# Those that wait for no torch.
PAGES = ("architecture", "compare", "scaling", "activations", "hardware", "rounding")
# How often a pupil does what, of ten times.
CHANGES = {"width": 6, "network": 3, "page": 1}
WIDTHS = range(20, 151)  # hundredths
LOOK_SECONDS = 0.05  # how often the client looks whether it is late itself


@dataclass(slots=True)
class Phase:
    """What was seen between two moments: waits by kind of change, and what it cost."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0
    server_seconds: float = 0.0  # of processor time
    client_seconds: float = 0.0
    other_seconds: float = 0.0
    size: int = 0  # bytes

    def add(self, what: str, answer: Answer) -> None:
        """Count an answer."""
        self.waits.setdefault(what, []).append(answer.seconds)
        self.size += answer.size

    @property
    def answers(self) -> int:
        """How many there were."""
        return sum(map(len, self.waits.values()))

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / (self.ended - self.began)

    def line(self, name: str) -> str:
        """Answers, waits, and processor time."""
        every = [wait for waits in self.waits.values() for wait in waits]
        if not every:
            return f"{name}: no answer"
        seconds = self.ended - self.began
        return (
            f"{name}: {self.answers:,} answers, {self.rate:.1f} a second; {waits_of(every)}; "
            f"{self.size / self.answers / 1e3:.1f} kB an answer\n"
            f"  processor: {milliseconds(self.server_seconds / self.answers)} of the server an "
            f"answer; cores in use: server {self.server_seconds / seconds:.2f}, this client "
            f"{self.client_seconds / seconds:.2f}, others {self.other_seconds / seconds:.2f}"
        )


def waits_of(waits: list[float]) -> str:
    """Median, 95th percentile and the longest."""
    ordered = sorted(waits)
    last = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return (
        f"median {milliseconds(median(ordered))}, p95 {milliseconds(last)}, "
        f"max {milliseconds(ordered[-1])}"
    )


class Class:
    """Pupils, and what has been measured of them."""

    def __init__(self, server: Server, sessions: int, think: str) -> None:
        """Of so many sessions at a server."""
        self.server, self.sessions, self.think = server, sessions, THINKING[think]
        self.opening, self.lesson, self.rush = Phase(), Phase(), Phase()
        self.errors: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.late: list[float] = []
        self.memory: dict[str, int] = {}
        self._phase = self.opening
        self._starts, self._ends = asyncio.Event(), False

    async def run(self, minutes: float, rush_seconds: float) -> None:
        """Open, think and change for so long, and then without thinking."""
        looking = asyncio.create_task(self._look())
        with _measured(self.opening, self.server):
            pupils = [asyncio.create_task(self._pupil(each)) for each in range(self.sessions)]
            await asyncio.sleep(OPENING_SECONDS)
        await asyncio.sleep(WARM_SECONDS)
        self._starts.set()
        await self._measure(self.lesson, minutes * 60)
        self.think = (0.0, 0.0)
        # Whoever thinks still does so: the next phase begins when nobody does.
        await asyncio.sleep(max(each for pair in THINKING.values() for each in pair))
        await self._measure(self.rush, rush_seconds)
        self.memory = self.server.memory()
        self._ends = True
        await asyncio.gather(*pupils)
        looking.cancel()

    async def _measure(self, phase: Phase, seconds: float) -> None:
        self._phase = phase
        with _measured(phase, self.server):
            await asyncio.sleep(seconds)
        self._phase = Phase()  # what is between two is not counted

    async def _look(self) -> None:
        """Note how late this client is itself: its waits would be longer by that."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
            self.late.append(time.monotonic() - before - LOOK_SECONDS)

    async def _pupil(self, number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.uniform(0, OPENING_SECONDS))
        session = await self._opened()
        await self._starts.wait()
        while not self._ends:
            try:
                what, asked = _change(session, chance)
                self._count(what, await asked)
            except Lost as lost:
                self.lost[str(lost)] += 1
                await session.close()
                session = await self._opened()
            await asyncio.sleep(chance.uniform(*self.think))
        await session.close()

    async def _opened(self) -> Session:
        """A session with the link open; again where that fails."""
        page, choices = LINK
        while True:
            session = Session(self.server.address)
            try:
                self._count("link", await session.open(page, **choices))
            except Lost as lost:
                self.lost[str(lost)] += 1
                await asyncio.sleep(1)
            else:
                return session

    def _count(self, what: str, answer: Answer) -> None:
        self._phase.add(what, answer)
        self.errors.update(answer.errors)

    def report(self) -> str:
        """What was measured, in lines."""
        kinds = self.lesson.waits.items()
        by_kind = [f"  {kind}: {len(waits):,}, {waits_of(waits)}" for kind, waits in kinds]
        memory = [f"{kind} {size / 1e6:,.0f} MB" for kind, size in self.memory.items()]
        late = sorted(self.late)
        return "\n".join(
            (
                self.opening.line("opening"),
                self.lesson.line("class"),
                *sorted(by_kind),
                self.rush.line("saturated"),
                f"memory: {', '.join(memory)}",
                f"this client was late by {milliseconds(late[int(0.95 * len(late))])} (p95), at "
                f"most {milliseconds(late[-1])}; late itself, it waits longer",
                f"errors: {_counted(self.errors)}; lost sessions: {_counted(self.lost)}",
            )
        )


def _change(session: Session, chance: random.Random) -> tuple[str, Awaitable[Answer]]:
    """What a pupil does next, and the wait for its answer."""
    what = chance.choices(list(CHANGES), list(CHANGES.values()))[0]
    if what == "page" or not session.has_network:
        others = [page for page in PAGES if page != session.page]
        return "page", session.go(chance.choice(others))
    if what == "network":
        others = [name for name in NETWORKS if name != session.choices.get("network")]
        chosen = chance.choice(others)
        return what, session.set_network(chosen, ZOO[chosen].name)
    return what, session.set_width(chance.choice(WIDTHS) / 100)


class _measured:
    """Around a phase: when it was, and what processor time it took."""

    def __init__(self, phase: Phase, server: Server) -> None:
        self.phase, self.server = phase, server

    def _now(self) -> tuple[float, float, float]:
        return self.server.processor_seconds(), time.process_time(), busy_seconds()

    def __enter__(self) -> None:
        self.before = self._now()
        self.phase.began = time.monotonic()

    def __exit__(self, *_args: object) -> None:
        phase, after = self.phase, self._now()
        phase.ended = time.monotonic()
        server, client, busy = (b - a for a, b in zip(self.before, after, strict=True))
        phase.server_seconds, phase.client_seconds = server, client
        phase.other_seconds = max(busy - server - client, 0.0)


def _counted(found: Counter[str]) -> str:
    if not found:
        return "0"
    words = ", ".join(f"{number} × {what}" for what, number in found.most_common(5))
    return f"{found.total()} ({words})"


def main(arguments: list[str]) -> int:
    """Hold a class and print what was measured; 1 where anything was lost or wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks class")
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--workers", type=int, default=0, help="0: streamlit run app.py")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--think", choices=list(THINKING), default="random")
    parser.add_argument("--saturated", type=float, default=20, help="seconds without thinking")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(options.workers, Path(folder) / "log") as server,
    ):
        held = Class(server, options.sessions, options.think)
        asyncio.run(held.run(options.minutes, options.saturated))
        faults = server.log.read_text(errors="replace").count("Traceback")
    low, high = THINKING[options.think]
    thought = f"{low:g} to {high:g} s" if low < high else f"{low:g} s"
    where = f"{options.workers} workers" if options.workers else "one process"
    print(
        f"{options.sessions} sessions, {where}, {thought} of thought, {options.minutes:g} min, "
        f"{psutil.cpu_count()} cores\n{held.report()}; tracebacks in the log: {faults}"
    )
    return 1 if held.errors or held.lost or faults else 0
