"""Client of a torch process, which keeps torch out of the server.

It answers one question at a time, and is started again whenever it has ended.
"""

import atexit
import os
import queue
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from viz.lab import wire
from viz.net.bounds import out_of_memory
from viz.ui.translate import _

COMMAND = (sys.executable, "-m", "viz.lab.pytorch.worker")
TIMEOUT_SECONDS = 120.0
ROOT = Path(__file__).resolve().parents[2]


class WorkerError(RuntimeError):
    """The worker gave no answer; the message is one sentence for the page."""


class _Run:
    """One worker process with its pipe and a folder for its files.

    Pipe, queue and folder belong to this run alone: what it sends or leaves too late reaches no
    later run's asker.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        """Start the process. Raises ``OSError``."""
        self._folder = tempfile.TemporaryDirectory(
            prefix="mobilenet-atlas-", ignore_cleanup_errors=True
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        reading, writing = os.pipe()
        lines = os.fdopen(reading, "rb")
        threading.Thread(target=_read, args=(lines, self._answers), daemon=True).start()
        try:
            self._process = _started(command, writing, self._folder.name)
        except OSError:
            self._folder.cleanup()
            raise
        finally:
            os.close(writing)  # the process has its own; the line ends with the last of them

    @property
    def usable(self) -> bool:
        """Whether the process runs and its folder is there, which a machine may tidy away."""
        return self._process.poll() is None and Path(self._folder.name).is_dir()

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """One answer; a file comes as its bytes.

        Raises ``OSError``, ``queue.Empty`` after ``seconds``, ``wire.Unexpected``; after each of
        them the line can no longer be trusted.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(wire.encode(request))
        self._process.stdin.flush()
        answer = wire.answer_in(self._answers.get(timeout=seconds), request["id"])
        return {"answer": self._taken(answer["file"])} if "file" in answer else answer

    @property
    def was_killed(self) -> bool:
        """Whether a signal has ended the process, as the system or a C++ library do."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(1) < 0
        return False

    def end(self) -> None:
        """Kill the process and remove its files."""
        self._process.kill()
        self._process.communicate()  # closes its input and waits
        self._folder.cleanup()

    def _taken(self, name: object) -> bytes:
        path = Path(self._folder.name, Path(str(name)).name)  # in this folder, whatever it says
        content = path.read_bytes()
        path.unlink()
        return content


def _started(command: tuple[str, ...], writing: int, folder: str) -> "subprocess.Popen[bytes]":
    # Answers have a pipe of their own: a print, or a C library's message, must not get among them.
    return subprocess.Popen(
        (*command, "--server", str(writing), folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(writing,),
        cwd=ROOT,
    )


def _read(lines: BinaryIO, answers: "queue.Queue[bytes]") -> None:
    with lines:
        for line in lines:
            answers.put(line)
    answers.put(b"")  # the process has ended: no JSON, so whoever waits is told


class TorchWorker:
    """A process that answers questions, and is replaced by a new one whenever it fails."""

    def __init__(
        self, command: tuple[str, ...] = COMMAND, seconds: float = TIMEOUT_SECONDS
    ) -> None:
        """Prepare, but do not start, the process that ``command`` runs.

        It is given ``--server`` and two arguments (see ``viz.lab.pytorch.worker``). An answer may
        take ``seconds``, the start included.
        """
        self._command = command
        self._seconds = seconds
        self._lock = threading.Lock()
        self._ids = count(1)
        self._run: _Run | None = None
        atexit.register(self.stop)

    def warm(self) -> None:
        """Start the process if it is not running; returns at once."""
        if self._lock.acquire(blocking=False):
            try:
                with suppress(OSError):  # whoever asks will be told
                    self._running()
            finally:
                self._lock.release()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait for its answer; a file's is its bytes. Raises ``WorkerError``.

        A late, broken or foreign line ends the process, and the next request starts another.
        """
        with self._lock:
            asked = {**request, "id": next(self._ids)}
            try:
                answer = self._running().ask(asked, self._seconds)
            except queue.Empty:
                self.stop()
                raise WorkerError(_no_answer()) from None
            except (OSError, ValueError):  # the latter: unexpected, or closed by stop
                killed = self._run is not None and self._run.was_killed
                self.stop()
                raise WorkerError(out_of_memory() if killed else _no_answer()) from None
            if "ended" in answer:
                self.stop()
                raise WorkerError(str(answer["ended"]))
        if "error" in answer:
            raise WorkerError(str(answer["error"]))
        return answer

    def stop(self) -> None:
        """End the process; who waits for its answer gets ``WorkerError``."""
        run, self._run = self._run, None
        if run is not None:
            run.end()

    def _running(self) -> _Run:
        if self._run is None or not self._run.usable:
            self.stop()
            self._run = _Run(self._command)
        return self._run


def _no_answer() -> str:
    return _("torch did not answer; try again.")
