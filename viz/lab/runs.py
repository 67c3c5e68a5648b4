"""Runs that a server starts: each a process of its own that outlives the page, and the server.

A run has a folder with what was asked (``job.json``), what went wrong (``problem.txt``) and, in
``result``, what ``python -m viz train`` leaves. One run at a time: the newest folder is it.
``ATLAS_RUNS`` says where the folders are, else ``ATLAS_STORE`` (``viz.lab.store``); ``ATLAS_DATA``
which folders may be trained on. Every server that reads these folders sees the run, stops it and
takes it up again, on whatever machine its process is.
"""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from viz.extras import MissingExtra, require
from viz.lab import beat, store
from viz.lab.copies import Copies
from viz.lab.errors import RunError
from viz.lab.files import run_errors, write_whole
from viz.lab.live import PROGRESS
from viz.lab.recipe import FIELDS
from viz.lab.sample_data import KINDS, SPLITS, SampleData
from viz.net.fields import Number

ROOT = Path(__file__).resolve().parents[2]
MODULE = "viz.lab.pytorch.job"
JOB, PROBLEM, RESULT, LOG, PID = "job.json", "problem.txt", "result", "log.txt", "pid"
DONE = "done"
OLD_PARAMS = "said"  # the field's name in folders that an older Atlas wrote
WEIGHTS = "weights.safetensors"
FLOWERS = "drawn flowers"
# What a page may ask for; the shell has no such bounds.
BOUNDS: dict[str, Number] = {
    "epochs": Number(1, 20, 5),
    "batch": Number(2, 64, 16),
    "lr": Number(1e-6, 1, FIELDS["lr"].default, 1e-5, whole=False),
    "seed": Number(0, 99_999, 0),
    "patience": Number(0, 20, 0),
}
State = Literal["running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Job:
    """A training job: ``data`` names one of ``data_sets``, ``params`` configure the network."""

    data: str
    network: str
    params: Mapping[str, str] = field(default_factory=dict)
    weights: str = "random"
    freeze: str = "none"
    epochs: int = 5
    batch: int = 16
    lr: float = 1e-4
    seed: int = 0
    balance: bool = False
    patience: int = 0
    schedule: str = "constant"
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folder."""

    folder: Path

    @property
    def job(self) -> Job:
        """The job that was asked for."""
        content = json.loads((self.folder / JOB).read_bytes())
        if OLD_PARAMS in content:
            content["params"] = content.pop(OLD_PARAMS)
        return Job(**content)

    @property
    def result(self) -> Path:
        """Where its files are."""
        return self.folder / RESULT

    @property
    def problem(self) -> str:
        """Why it ended early; empty where it did not."""
        with suppress(OSError):
            return (self.folder / PROBLEM).read_text(encoding="utf-8").strip()
        return ""

    @property
    def pid(self) -> int | None:
        """Its process, while it lives on this machine."""
        with suppress(OSError, ValueError):
            number, machine = self._process
            if machine == beat.node() and _is_ours(number, self.folder):
                return number
        return None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it goes on on another machine."""
        if self.problem or (self.folder / DONE).exists():
            return False
        with suppress(OSError, ValueError):
            return self._process[1] != beat.node() and beat.is_alive(self.folder)
        return False

    @property
    def _process(self) -> tuple[int, str]:
        """Number of its process, and the machine that it was started on."""
        number, _, machine = (self.folder / PID).read_text().strip().partition(" ")
        return int(number), machine or beat.node()  # an older Atlas wrote the number alone

    @property
    def state(self) -> State:
        """How it is. A machine that was switched off leaves a run that is stopped."""
        if self.pid is not None or self.is_elsewhere:
            return "running"
        if (self.folder / DONE).exists():
            return "done"
        can_go_on = (self.result / "checkpoint.safetensors").exists()
        return "stopped" if can_go_on and not self.problem.startswith("!") else "failed"


def home() -> Path:
    """Where runs are kept."""
    told = os.environ.get("ATLAS_RUNS")
    return Path(told) if told else store.root() / "runs"


def copies() -> Copies | None:
    """What keeps them alike on machines without a folder in common. Raises ``RunError``."""
    return store.copies("runs", home())


def share(run: Run) -> None:
    """Send what has changed of a run, and fetch whether it is to stop. Raises ``RunError``."""
    if kept := copies():
        kept.send(run.folder.name)
        kept.fetch(f"{run.folder.name}/{beat.STOP}")


def data_sets() -> dict[str, Path]:
    """What may be trained on, by name: the drawn flowers, and what the operator has allowed."""
    found = {FLOWERS: home() / "flowers"}
    told = os.environ.get("ATLAS_DATA")
    if told and (folder := Path(told)).is_dir():
        places = [folder, *sorted(place for place in folder.iterdir() if place.is_dir())]
        found |= {place.name: place for place in places if _is_data(place)}
    return found


def _is_data(folder: Path) -> bool:
    return all((folder / split).is_dir() for split in SPLITS)


def pictures_of(name: str) -> tuple[int, int, int]:
    """Pictures of a data set in ``train`` and ``val``, and how many have yet to be drawn."""
    folder = data_sets()[name]
    drawn = SampleData()
    if name == FLOWERS and not _is_data(folder):
        partial = folder.with_name(f".{folder.name}.partial")
        left = drawn.pictures - sum(1 for _path in partial.glob("*/*/*.jpg"))
        return drawn.train * len(KINDS), drawn.val * len(KINDS), left
    train, val = (sum(1 for _path in (folder / split).glob("*/*")) for split in SPLITS)
    return train, val, 0


def current() -> Run | None:
    """The newest run, whether it still goes on or not."""
    _fetch_newest()
    with suppress(OSError):
        folders = sorted(path.parent for path in home().glob(f"*/{JOB}"))
        return Run(folders[-1]) if folders else None
    return None


def _fetch_newest() -> None:
    """See what runs of other machines have come to."""
    with _logged():
        if (kept := copies()) and (name := kept.newest()) and Run(home() / name).pid is None:
            kept.fetch(name)


@contextmanager
def _logged() -> Iterator[None]:
    """A store that is away is for the log, not for a reader; what is here goes on."""
    try:
        yield
    except RunError as error:
        logging.getLogger(__name__).warning("%s", error)


def start(job: Job, weights: tuple[str, bytes] | None = None) -> Run:
    """Start a run; ``weights`` are a file's suffix and content that it starts from.

    Raises ``RunError`` where another one goes on, the folder cannot be made or torch is missing.
    """
    try:
        require("Training", "torch")
    except MissingExtra as error:
        raise RunError(str(error)) from None
    with _alone():
        now = current()
        if now and now.state == "running":
            raise RunError("Another run is in progress. Stop it or wait until it ends.")
        stamp = time.strftime("%Y%m%d-%H%M%S")
        folder = home() / f"{stamp}-{re.sub(r'[^a-z0-9-]', '', job.network)}"
        with run_errors(folder):
            folder.mkdir()
        if weights:
            suffix, content = weights
            write_whole(folder / f"start{suffix}", content)
            job = replace(job, weights=str(folder / f"start{suffix}"))
        write_whole(folder / JOB, json.dumps(asdict(job), indent=2).encode())
        return _launched(Run(folder))


def go_on(run: Run) -> None:
    """Take a stopped run up again. Raises ``RunError``."""
    with _alone():
        if run.state != "stopped":
            raise RunError("Only a stopped run can be resumed.")
        (run.result / PROGRESS).unlink(missing_ok=True)  # it tells of the time before
        write_whole(run.folder / PROBLEM, b"")  # not removed: copies of it would stay
        job = {**asdict(run.job), "resume": True}
        write_whole(run.folder / JOB, json.dumps(job, indent=2).encode())
        _launched(run)


def stop(run: Run) -> None:
    """Ask a run to end with a complete checkpoint, as Ctrl-C does."""
    if (pid := run.pid) is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
    elif run.is_elsewhere:
        write_whole(run.folder / beat.STOP, (run.folder / PID).read_bytes())
        if kept := copies():
            kept.send(f"{run.folder.name}/{beat.STOP}")


def _launched(run: Run) -> Run:
    log = run.folder / LOG
    beat.sign(run.folder)  # its own come when torch has been loaded
    with run_errors(log), log.open("ab") as target:
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, str(run.folder)],
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=target,
            cwd=ROOT,
            start_new_session=True,  # it outlives the server
        )
    write_whole(run.folder / PID, beat.process_text(process.pid).encode())
    with _logged():
        share(run)
    return run


class _alone:
    """Hold the lock under which a run is started. Raises ``RunError`` where another has it."""

    STALE = 60.0  # seconds

    def __enter__(self) -> None:
        folder = home()
        with run_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "lock"
        with suppress(OSError):
            if time.time() - self.path.stat().st_mtime > self.STALE:
                self.path.unlink()
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            raise RunError("Another run is being started.") from None
        except OSError as error:
            raise RunError(f"{folder}: {error.strerror}.") from None

    def __exit__(self, *_error: object) -> None:
        self.path.unlink(missing_ok=True)


def _is_ours(pid: int, folder: Path) -> bool:
    """Whether the process lives and is this run's, and no later one with the same number."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child of this server that has ended is forgotten
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        if not command:  # it has only just begun, or has ended and nobody has taken note
            return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return not Path("/proc").is_dir() and _is_alive(pid)
    return str(folder).encode() in command


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
