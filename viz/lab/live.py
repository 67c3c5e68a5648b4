"""Live state of a run: progress, loss per step, answers on ``val``.

Plain files in the run's folder, written without torch and read by whoever watches.
"""

import csv
import io
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from viz.lab.files import run_errors, write_whole

PROGRESS, LOSSES, ANSWERS = "progress.json", "losses.csv", "validation.csv"
SECONDS = 1.0  # between two writings


class Progress(NamedTuple):
    """Progress of a run: current epoch (from 1) and step; ``began`` is a time.

    ``begun_at`` is the share that was done when it began, or was taken up again.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    began: float
    begun_at: float

    @property
    def share(self) -> float:
        """Finished share of all steps, 0 to 1."""
        return ((self.epoch - 1) * self.steps + self.step) / (self.epochs * self.steps)

    def seconds_left(self, now: float) -> float | None:
        """Estimated remaining seconds at the speed so far; None before the first step."""
        done = self.share - self.begun_at
        return (now - self.began) * (1 - self.share) / done if done > 0 else None


class Answered(NamedTuple):
    """Answer on one picture of ``val``: true class, predicted class, probability."""

    path: str
    label: int
    predicted: int
    probability: float


class Loss(NamedTuple):
    """The mean loss of one step; epochs and steps are counted from 1."""

    epoch: int
    step: int
    loss: float

    def passed(self, steps: int) -> float:
        """Epochs that have passed behind this step, of ``steps`` an epoch."""
        return self.epoch - 1 + self.step / steps


class Live:
    """Writes a run's progress, at most once a second."""

    def __init__(self, folder: Path, epochs: int, steps: int, done: float) -> None:
        self.folder, self.epochs, self.steps = folder, epochs, steps
        self.began, self.begun_at = time.time(), done
        self._last, self._held = 0.0, list[Loss]()

    def forget(self, epoch: int, step: int) -> None:
        """Take out the losses of steps behind this one, which are taken again. Raises ``RunError``.

        A run that was killed has written more of them than its checkpoint knows.
        """
        path = self.folder / LOSSES
        if not path.is_file():
            return
        lines = [line for line in _lines(path) if _is_step(line)]
        kept = [line for line in lines if (int(line[0]), int(line[1])) <= (epoch, step)]
        write_whole(path, "".join(",".join(line) + "\n" for line in kept).encode())

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Record a finished step, both counted from 1. Raises ``RunError``."""
        self._held.append(Loss(epoch, step, loss))
        if time.monotonic() - self._last >= SECONDS or step == self.steps:
            self._write(epoch, step)
            self._last = time.monotonic()

    def flush(self, epoch: int, step: int) -> None:
        """Write buffered lines at the end of a run. Raises ``RunError``."""
        if self._held:
            self._write(epoch, step)

    def _write(self, epoch: int, step: int) -> None:
        path = self.folder / LOSSES
        with run_errors(path), path.open("a", encoding="utf-8") as target:
            target.writelines(f"{at.epoch},{at.step},{at.loss:.6g}\n" for at in self._held)
        self._held = []
        now = Progress(epoch, self.epochs, step, self.steps, self.began, self.begun_at)
        write_whole(self.folder / PROGRESS, json.dumps(now._asdict()).encode())


def answers_text(answers: Iterable[Answered]) -> bytes:
    """As CSV."""
    target = io.StringIO()
    lines = csv.writer(target, lineterminator="\n")
    lines.writerow(Answered._fields)
    lines.writerows((*each[:3], f"{each.probability:.4f}") for each in answers)
    return target.getvalue().encode()


# Reading


def progress_in(folder: Path) -> Progress | None:
    """Progress of the run in a folder; None before its first step."""
    try:
        return Progress(**json.loads((folder / PROGRESS).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def losses_in(folder: Path) -> list[Loss]:
    """The loss of each step, in order; a step that was taken twice counts as the last time."""
    found: dict[tuple[int, int], float] = {}
    for line in _lines(folder / LOSSES):
        if _is_step(line):
            found[int(line[0]), int(line[1])] = float(line[2])
    return [Loss(epoch, step, loss) for (epoch, step), loss in sorted(found.items())]


def _is_step(line: Sequence[str]) -> bool:
    """Whether it is whole: the last line of a killed run may be cut."""
    return len(line) == len(Loss._fields) and all(line) and line[0].isdigit() and line[1].isdigit()


def answers_in(folder: Path) -> list[Answered]:
    """Answers of the best weights so far on ``val``."""
    return [
        Answered(path, int(label), int(predicted), float(probability))
        for path, label, predicted, probability in _lines(folder / ANSWERS)[1:]
    ]


def in_both_halves(folder: Path) -> int:
    """How many pictures of ``val`` are in ``train`` too; 0 where an older run has not looked."""
    try:
        found = json.loads((folder / "config.json").read_bytes()).get("in_both_halves", 0)
    except (OSError, ValueError, AttributeError):
        return 0
    return found if isinstance(found, int) else 0


def history_in(folder: Path) -> list[dict[str, float]]:
    """The finished epochs: epoch, train_loss, val_loss, val_accuracy, seconds."""
    lines = _lines(folder / "history.csv")
    return [dict(zip(lines[0], map(float, line), strict=True)) for line in lines[1:]]


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open(newline="", encoding="utf-8") as opened:
            return list(csv.reader(opened))
    except OSError:
        return []


def confusion(answers: Sequence[Answered], classes: int) -> list[list[int]]:
    """Confusion matrix: pictures by true class (rows) and answer (columns)."""
    counts = [[0] * classes for _ in range(classes)]
    for each in answers:
        counts[each.label][each.predicted] += 1
    return counts


def wrong(answers: Sequence[Answered]) -> list[Answered]:
    """Wrong answers, the most confident first."""
    return sorted((a for a in answers if a.label != a.predicted), key=lambda a: -a.probability)
