"""Several servers behind HAProxy: started, watched, and started anew one after the other.

HAProxy knows one server more than there are. A new one takes that place before an old one goes, so
that a rolling restart never has fewer. All is done by ``Fleet.look``, a few times per second in one
thread.
"""

import errno
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from viz.lab.errors import RunError
from viz.serving.proxy import MISSING, Control, Server, configuration, program
from viz.serving.worker import HOST, Worker, begin, end, free_port

EVERY = 0.1  # seconds between two looks
START = 120.0  # seconds in which a server has to answer
SHORT_LIFE = 30.0  # seconds: one that ends earlier is started again later and later
LONGEST_PAUSE = 30.0
SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"  # of servers on several machines; else drawn
LONGEST_FOLDER = 55  # characters: HAProxy adds to the name of its socket
DONE = object()
SIGNALS = {"SIGINT": "stop", "SIGTERM": "stop", "SIGHUP": "restart"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operator asks for; ``drain`` are the seconds that readers of an old server have."""

    script: Path
    workers: int
    port: int
    address: str = ""  # all of the machine's
    path: str = ""
    drain: float = 60.0


def serve(asked: Asked) -> None:
    """Serve until a signal ends it; SIGHUP starts all servers anew. Raises ``RunError``."""
    found = program()
    if found is None:
        raise RunError(MISSING)
    check_free(asked.address, asked.port)
    folder = _folder()
    fleet = Fleet(asked, found, folder)
    try:
        with heard(fleet):
            while not fleet.is_stopped:
                fleet.look()
                time.sleep(EVERY)
    finally:
        fleet.end()
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    """A folder for the proxy's socket, whose name the system limits to about a hundred bytes."""
    where = tempfile.gettempdir()
    short = where if len(where) <= LONGEST_FOLDER else "/tmp"
    return Path(tempfile.mkdtemp(prefix="mobilenet-atlas-", dir=short))


def first_free(address: str, ports: range) -> int:
    """The first of these ports that nobody listens on. Raises ``RunError``."""
    for port in ports:
        try:
            check_free(address, port)
        except PortTaken:
            continue
        return port
    raise RunError(f"--port: nothing is free from {ports[0]:,} to {ports[-1]:,}.")


class PortTaken(RunError):
    """Somebody listens on it."""


def check_free(address: str, port: int) -> None:
    """Raise ``RunError`` where nobody can listen there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.create_server((address, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"--port {port}: another program listens on it.") from None
        what = f"--port {port}" if error.errno == errno.EACCES else f"--address {address}"
        reason = (error.strerror or str(error)).partition(" (")[0].lower()
        raise RunError(f"{what}: {reason}.") from None


@contextmanager
def heard(fleet: "Fleet") -> Iterator[None]:
    """Signals go to the fleet."""
    found = {getattr(signal, name): done for name, done in SIGNALS.items() if hasattr(signal, name)}
    before = {number: signal.getsignal(number) for number in found}
    for number, done in found.items():
        signal.signal(number, lambda *_of, done=done: getattr(fleet, done)())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Fleet:
    """HAProxy and its servers."""

    def __init__(self, asked: Asked, found: str, folder: Path) -> None:
        """Start the servers; the proxy follows when all of them answer."""
        self.asked, self.found, self.folder = asked, found, folder
        self.control = Control(folder / "control")
        self.secret = os.environ.get(SECRET) or secrets.token_hex(32)
        self.names = [f"s{number}" for number in range(1, asked.workers + 2)]
        self.proxy: Popen[bytes] | None = None
        self.is_stopped = False
        self.rolling: Iterator[None] | None = None
        self.failures = 0  # servers in a row that ended soon
        self.pause_until = 0.0
        self.leaving: Worker | None = None
        self.workers: list[Worker] = []
        for _ in range(asked.workers):
            self._add()

    def stop(self) -> None:
        """End at the next look."""
        self.is_stopped = True

    def restart(self) -> None:
        """Start every server anew, one after the other."""
        self.rolling = self.rolling or self._roll()

    def end(self) -> None:
        """End all processes."""
        workers = [*self.workers, *([self.leaving] if self.leaving else [])]
        end(*([self.proxy] if self.proxy else []), *(each.process for each in workers))

    def look(self) -> None:
        """See to what has changed. Raises ``RunError``."""
        self._replace_ended()
        if self.proxy is None:
            if all(worker.answers() for worker in self.workers):
                self._open()
            return
        if self.proxy.poll() is not None:
            raise RunError(f"HAProxy has ended, with exit code {self.proxy.returncode}.")
        self._open_new()
        if self.rolling and next(self.rolling, DONE) is DONE:
            self.rolling = None

    def _add(self) -> Worker:
        taken = {worker.name for worker in self.workers}
        name = next(name for name in self.names if name not in taken)
        worker = Worker(name, self.asked.script, self.asked.path, self.secret)
        self.workers.append(worker)
        return worker

    def _open(self) -> None:
        """Start the proxy, with a place that is free."""
        ports = {worker.name: worker.port for worker in self.workers}
        places = [
            Server(name, f"{HOST}:{ports.get(name) or free_port()}", name not in ports)
            for name in self.names
        ]
        bind = f"{self.asked.address or '*'}:{self.asked.port}"
        file = self.folder / "haproxy.cfg"
        text = configuration(bind, places, path=self.asked.path, control=self.control.path)
        file.write_text(text)
        self.proxy = begin([self.found, "-f", str(file), "-db", "-q"])
        for worker in self.workers:
            worker.is_open = True
        where = f"http://{self.asked.address or 'localhost'}:{self.asked.port}{self.asked.path}"
        say(f"{self.asked.workers} servers at {where}")

    def _open_new(self) -> None:
        for worker in self.workers:
            if not worker.is_open and worker.answers():
                self.control.open(worker.name, worker.port)
                worker.is_open = True

    def _replace_ended(self) -> None:
        """A server that has ended, or that does not come to answer, has its place taken."""
        late = time.monotonic() - START
        for worker in self.workers:
            if not worker.is_open and worker.since < late:
                worker.process.kill()
        for worker in [each for each in self.workers if each.code is not None]:
            self._note_end(worker)
        missing = self.asked.workers - len(self.workers)
        if missing > 0 and time.monotonic() > self.pause_until:
            for _ in range(missing):
                self._add()

    def _note_end(self, worker: Worker) -> None:
        self.workers.remove(worker)
        if self.proxy is None:
            code = f"with exit code {worker.code}"
            raise RunError(f"A server ended before it answered, {code}; what it printed says why.")
        self.control.close(worker.name)
        soon = time.monotonic() - worker.since < SHORT_LIFE
        self.failures = self.failures + 1 if soon else 0
        pause = min(LONGEST_PAUSE, 2.0**self.failures - 1)
        self.pause_until = time.monotonic() + pause
        say(f"a server ended, with exit code {worker.code}; another one takes its place.")

    def _roll(self) -> Iterator[None]:
        """A new server takes the free place, then an old one's readers go, then the next."""
        for old in list(self.workers):
            if old not in self.workers:
                continue  # it has ended by itself and has been replaced
            new = self._add()
            while not new.is_open:
                if new not in self.workers:
                    say("a new server does not start; the old ones go on.")
                    return
                yield
            yield from self._retire(old)
        say("all servers have been started anew.")

    def _retire(self, old: Worker) -> Iterator[None]:
        if old not in self.workers:
            return
        self.control.drain(old.name)
        until = time.monotonic() + self.asked.drain
        while self.control.connections(old.name) and time.monotonic() < until:
            yield
        if old in self.workers:
            self.control.close(old.name)
            self.workers.remove(old)
            self.leaving = old
            old.process.terminate()
            while old.code is None:
                yield


def say(sentence: str) -> None:
    """Tell the operator."""
    print(f"atlas: {sentence}", file=sys.stderr, flush=True)
