"""A server of its own process, on a free port of the loopback."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from viz.serving.proxy import HEALTH

HOST = "127.0.0.1"
PATIENCE = 10.0  # seconds until a process that was asked to end is ended
PR_SET_PDEATHSIG = 1  # of Linux's prctl


def free_port() -> int:
    """A port of the loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def begin(
    command: list[str], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A process that hears no Ctrl-C of the terminal's, and ends where this one is killed."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end(*processes: subprocess.Popen[bytes]) -> None:
    """Ask processes to end, all at once, and see to it."""
    for process in processes:
        with suppress(ProcessLookupError):
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Worker:
    """Streamlit's server under a name that the proxy knows it by."""

    def __init__(self, name: str, script: Path, path: str, secret: str) -> None:
        """Start it. All servers share ``secret``: a reader's cookies are good at each."""
        self.name, self.path, self.port = name, path, free_port()
        self.since = time.monotonic()
        self.is_open = False  # whether the proxy knows that it answers
        options = {
            "server.port": self.port,
            "server.address": HOST,
            "server.headless": "true",
            "server.baseUrlPath": path.strip("/"),
            "logger.hideWelcomeMessage": "true",
        }
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += [f"--{name}={value}" for name, value in options.items()]
        # Readers of an old server are drained before it is asked to stop.
        own = {"STREAMLIT_SERVER_COOKIE_SECRET": secret, "ATLAS_DRAIN": "0"}
        self.process = begin(command, os.environ | own)

    @property
    def code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.process.poll()

    def answers(self) -> bool:
        """Whether it can take readers."""
        asking = http.client.HTTPConnection(HOST, self.port, timeout=1)
        try:
            asking.request("GET", f"{self.path}{HEALTH}")
            return asking.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()
