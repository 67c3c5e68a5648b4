"""`python -m viz serve` as an operator starts it: several servers behind HAProxy."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from browser import HOST, ROOT, START_SECONDS, free_port, wait_for

from viz.serving.proxy import Control


@dataclass
class Fleet:
    """The process that was started, its address, and what it says."""

    process: subprocess.Popen[bytes]
    address: str
    folder: Path
    temporary: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def control(self) -> Control:
        return Control(next(self.temporary.glob("mobilenet-atlas-*/control")))

    def servers(self) -> dict[int, int]:
        """Process of each Streamlit server, by its port."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                command = (place / "cmdline").read_bytes().decode()
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid and (port := re.search(r"server\.port=(\d+)", command)):
                found[int(port[1])] = int(place.name)
        return found

    def busy(self) -> dict[str, int]:
        """Ports of servers that somebody is connected to, by their names for the proxy."""
        lines = self.control.tell("show servers state").splitlines()[2:]
        ports = {words[3]: int(words[18]) for words in map(str.split, lines) if words}
        return {name: port for name, port in ports.items() if self.control.connections(name)}

    def ready(self) -> int:
        """How many servers the proxy sends readers to."""
        rows = self.control.tell("show stat").splitlines()
        return sum(row.startswith("atlas,s") and ",UP," in row for row in rows)

    def kill(self, port: int) -> None:
        os.kill(self.servers()[port], signal.SIGKILL)


@contextmanager
def fleet(folder: Path, *flags: str, path: str = "", **environment: str) -> Iterator[Fleet]:
    """Servers that have answered; they are ended afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "viz", "serve", f"--port={port}", f"--address={HOST}"]
    command += [f"--path={path}", *flags]
    temporary = Path(tempfile.mkdtemp(prefix="fleet-"))  # short, as a socket's name has to be
    own: Mapping[str, str] = os.environ | {"TMPDIR": str(temporary)} | environment
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=own)
    try:
        wait_for(f"http://{HOST}:{port}{path}/")
        yield Fleet(process, f"http://{HOST}:{port}{path}", folder, temporary)
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        left = _left_in(temporary)
        shutil.rmtree(temporary, ignore_errors=True)
    assert not left


def _left_in(folder: Path) -> list[Path]:
    """What stays: a process of torch that starts when its server is killed tidies up later."""
    until = time.monotonic() + START_SECONDS
    while any(folder.iterdir()) and time.monotonic() < until:
        time.sleep(0.1)
    return list(folder.rglob("*"))
