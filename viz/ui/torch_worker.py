"""torch's answers, from a process of its own: the server stays small and never waits for torch.

One worker serves all sessions, one question at a time. It is started after the first page has been
shown, and again whenever it has ended.
"""

import atexit
import json
import queue
import subprocess
import sys
import threading
from base64 import b64decode
from pathlib import Path
from typing import Any

import streamlit as st

from viz.net.config import Config
from viz.ui.translate import _

COMMAND = (sys.executable, "-m", "viz.pytorch.worker")
TIMEOUT_SECONDS = 120.0
ROOT = Path(__file__).resolve().parents[2]


class WorkerError(RuntimeError):
    """torch gave no answer; the message is one sentence for the page."""


class TorchWorker:
    """The process and the line to it."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        """Prepare, but do not start, the process that ``command`` runs."""
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        atexit.register(self.stop)

    def warm(self) -> None:
        """Start the process if it is not running; returns at once."""
        if self._lock.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._lock.release()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer. Raises ``WorkerError``."""
        with self._lock:
            process = self._running()
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                answer = self._answer()
            except (OSError, queue.Empty):
                self.stop()
                raise WorkerError(_("torch did not answer; try again.")) from None
        if "error" in answer:
            raise WorkerError(str(answer["error"]))
        return answer

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._answers = queue.Queue()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=ROOT,
            )
            reader = threading.Thread(
                target=_read, args=(self._process, self._answers), daemon=True
            )
            reader.start()
        return self._process

    def _answer(self) -> dict[str, Any]:
        while True:
            line = self._answers.get(timeout=TIMEOUT_SECONDS)
            if line is None:
                raise OSError("the worker has ended")
            answer: dict[str, Any] = json.loads(line)
            if "ready" not in answer:
                return answer


def _read(process: "subprocess.Popen[str]", answers: "queue.Queue[str | None]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    answers.put(None)


WORKER = TorchWorker()


@st.cache_data(max_entries=64, show_spinner=False)
def summary(config: Config, depth: int) -> dict[str, Any]:
    """torchinfo's rows, totals and text of one configuration. Raises ``WorkerError``."""
    result: dict[str, Any] = _asked("summary", config, depth=depth)
    return result


@st.cache_data(max_entries=64, show_spinner=False)
def excitations(config: Config, gate: str, seed: int) -> list[dict[str, Any]]:
    """What every SE does to a picture at initialisation. Raises ``WorkerError``."""
    return ask_excitations(config, gate, seed)


def ask_excitations(config: Config, gate: str, seed: int) -> list[dict[str, Any]]:
    """The same, asked anew: for those who stand outside a page."""
    result: list[dict[str, Any]] = _asked("excitations", config, gate=gate, seed=seed)
    return result


@st.cache_data(max_entries=8, show_spinner=False)
def model_file(config: Config, kind: str) -> bytes:
    """A file of the built module. Raises ``WorkerError``."""
    return b64decode(_asked("model", config, kind=kind))


def _asked(what: str, config: Config, **further: object) -> Any:
    arguments = {"variant": config.variant, **config.arguments()}
    return WORKER.ask({"what": what, "config": arguments, **further})["answer"]
