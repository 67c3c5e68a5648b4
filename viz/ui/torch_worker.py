"""Client of the torch worker process, which keeps torch out of the server.

One worker serves all sessions, one question at a time. It is started after the first page has been
shown, and again whenever it has ended.
"""

import atexit
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import streamlit as st

from viz.extras import MissingExtra, require
from viz.lab import wire
from viz.net.bounds import out_of_memory
from viz.net.config import Config
from viz.ui.translate import _

COMMAND = (sys.executable, "-m", "viz.lab.pytorch.worker")
TIMEOUT_SECONDS = 120.0
KEPT_BYTES = 64_000_000  # of model files in all; the largest has 290 MB, most have 10 to 25
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


class KeptFiles:
    """Files that were made, kept for many threads: the last used ones, up to ``most`` bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._files: dict[Hashable, bytes] = {}  # in order of use, the last used at the end
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The file of this name: kept, or made now. Raises what ``make`` raises.

        One is made at a time, so that many who ask for the same file have it made once. What is
        larger than ``most`` is not kept.
        """
        found = self._found(key)
        if found is not None:
            return found
        with self._making:
            found = self._found(key)  # another thread may have made it meanwhile
            return self._keep(key, make()) if found is None else found

    def _found(self, key: Hashable) -> bytes | None:
        with self._lock:
            content = self._files.pop(key, None)
            if content is not None:
                self._files[key] = content
            return content

    def _keep(self, key: Hashable, content: bytes) -> bytes:
        if len(content) <= self._most:
            with self._lock:
                self._files[key] = content
                self._bytes += len(content)
                while self._bytes > self._most:
                    self._bytes -= len(self._files.pop(next(iter(self._files))))
        return content


WORKER = TorchWorker()
KEPT = KeptFiles(KEPT_BYTES)


@st.cache_data(max_entries=64, show_spinner=False)
def summary(config: Config, depth: int) -> dict[str, Any]:
    """torchinfo's rows, totals and text of one configuration. Raises ``WorkerError``."""
    result: dict[str, Any] = _asked("summary", config, depth=depth)
    return result


@st.cache_data(max_entries=64, show_spinner=False)
def excitations(config: Config, gate: str, seed: int) -> list[dict[str, Any]]:
    """Channel weights of every SE for one picture, at initialisation. Raises ``WorkerError``."""
    return ask_excitations(config, gate, seed)


def ask_excitations(config: Config, gate: str, seed: int) -> list[dict[str, Any]]:
    """The same, without the page's cache."""
    result: list[dict[str, Any]] = _asked("excitations", config, gate=gate, seed=seed)
    return result


@st.cache_data(max_entries=64, show_spinner=False)
def frozen(config: Config, steps: int) -> dict[str, Any]:
    """Changes in frozen features under both codes. Raises ``WorkerError``."""
    result: dict[str, Any] = _asked("frozen", config, steps=steps)
    return result


@st.cache_data(max_entries=32, show_spinner=False)
def inside(
    config: Config,
    weights: str,
    kind: str,
    seed: int,
    block: int,
    prepare: str = "",
    number: int | None = None,
) -> dict[str, Any]:
    """Answer and feature maps for a drawn flower. Raises ``WorkerError``."""
    return ask_inside(config, weights, {"kind": kind, "seed": seed}, block, prepare, number)


def ask_inside(
    config: Config,
    weights: str,
    picture: dict[str, Any],
    block: int,
    prepare: str = "",
    number: int | None = None,
) -> dict[str, Any]:
    """The same of any picture (``viz.lab.pytorch.inside_page``), which is not kept."""
    further = {"weights": weights, "picture": picture, "block": block, "prepare": prepare}
    further["class"] = number
    result: dict[str, Any] = _asked("inside", config, **further)
    return result


def time_round(config: Config, how: dict[str, Any]) -> dict[str, Any]:
    """One round of a network (``timing.one_round``), never cached. Raises ``WorkerError``."""
    result: dict[str, Any] = _asked("time", config, how=how)
    return result


def operation_times(config: Config, how: dict[str, Any]) -> list[float]:
    """Milliseconds of each operation (``timing.operation_times``). Raises ``WorkerError``."""
    result: list[float] = _asked("operation_times", config, how=how)
    return result


def model_file(config: Config, kind: str) -> bytes:
    """A file of the built module; ``kind`` is "onnx" or "safetensors". Raises ``WorkerError``."""
    return KEPT.get((config, kind), lambda: _asked("model", config, kind=kind))


def _asked(what: str, config: Config, **further: object) -> Any:
    try:
        require("This", "torch")
    except MissingExtra as error:
        raise WorkerError(str(error)) from None
    arguments = {"variant": config.variant, **config.arguments()}
    return WORKER.ask({"what": what, "config": arguments, **further})["answer"]
