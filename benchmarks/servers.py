"""A server in processes of its own: what it takes of the processor and of memory."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.browser import HOST, ROOT, free_port, wait_for

STOP_SECONDS = 20
# What a process is called in reports, by a word of its command line; the first that is found.
TORCH = "torch"
NAMES = {
    "viz.lab.pytorch.worker": TORCH,
    "haproxy": "proxy",
    "streamlit": "servers",
    "viz": "supervisor",
}


class Server:
    """All processes below the one that was started."""

    def __init__(
        self, command: list[str], port: int, log: Path, environment: dict[str, str]
    ) -> None:
        """Start it; what it prints goes to ``log``."""
        self.address, self.log = f"http://{HOST}:{port}", log
        with log.open("wb") as output:
            self.process = psutil.Popen(
                command, cwd=ROOT, stdout=output, stderr=output, env=os.environ | environment
            )

    def processes(self) -> list[psutil.Process]:
        """Those that there are now."""
        with suppress(psutil.NoSuchProcess):
            return [self.process, *self.process.children(recursive=True)]
        return []

    def processor_seconds(self) -> float:
        """Processor time so far, with that of children that have ended, but not torch's."""
        taken = 0.0
        for each in _there(self.processes()):
            with suppress(psutil.NoSuchProcess):
                taken += sum(each.cpu_times()[:4]) if _name(each) != TORCH else 0
        return taken

    def memory(self) -> dict[str, int]:
        """Resident bytes by kind of process."""
        found: Counter[str] = Counter()
        for each in _there(self.processes()):
            with suppress(psutil.NoSuchProcess):
                found[_name(each)] += each.memory_info().rss
        return dict(found)

    def stop(self) -> None:
        """End it as an operator does."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_SECONDS)


@contextmanager
def serving(workers: int, log: Path, **environment: str) -> Iterator[Server]:
    """A fresh server: one process, or that many behind a proxy."""
    port = free_port()
    if workers:
        command = ["-m", "viz", "serve", "--workers", str(workers), "--port", str(port)]
    else:
        command = ["-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += [f"--server.port={port}", f"--server.address={HOST}"]
    server = Server([sys.executable, *command], port, log, environment)
    try:
        wait_for(server.address)
        yield server
    finally:
        server.stop()


def _there(processes: list[psutil.Process]) -> Iterator[psutil.Process]:
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            if each.status() != psutil.STATUS_ZOMBIE:
                yield each


def _name(process: psutil.Process) -> str:
    line = ""
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        line = " ".join(process.cmdline())
    return next((name for word, name in NAMES.items() if word in line), "others")


def busy_seconds() -> float:
    """Processor time of the whole machine so far."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    return float(sum(times[:8]) - idle)
