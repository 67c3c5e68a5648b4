"""Answers of a network on a folder of labelled pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from viz.lab.errors import RunError
from viz.lab.folders import class_folders, samples
from viz.lab.live import Answered
from viz.lab.pytorch.answers import answers
from viz.lab.pytorch.weights import Loaded
from viz.lab.sources import Source

MOST_NAMED = 20  # classes in a sentence


class Unread(NamedTuple):
    """A picture that cannot be read, and why."""

    picture: str
    problem: str


class Evaluated(NamedTuple):
    """Answers on the pictures that can be read, and the names of the classes by number.

    ``in_order``: the folders have other names and were taken as the classes in their order.
    """

    answers: tuple[Answered, ...]
    unread: tuple[Unread, ...]
    names: tuple[str, ...]
    in_order: bool


def evaluate(
    loaded: Loaded, folder: Path, done: Callable[[int], object] = lambda _count: None
) -> Evaluated:
    """Answer every picture of a folder with one folder per class; ``done`` gets how many there are.

    ``done`` is called after each picture. Raises ``RunError``.
    """
    folders = class_folders(folder)
    numbers = _numbers(loaded, folders, folder)
    found = list(samples(folder, folders))
    labels = [numbers[index] for _, index in found]
    asked = (Source(str(path), path) for path, _ in found)
    right, unread = list[Answered](), list[Unread]()
    for label, answer in zip(labels, answers(asked, loaded, 1), strict=True):
        done(len(found))
        if answer.problem:
            unread.append(Unread(answer.picture, answer.problem))
        else:
            top = answer.top[0]
            right.append(Answered(answer.picture, label, top.number, top.probability))
    if not right:
        raise RunError(f"{folder}: none of its {len(found):,} pictures can be read.")
    names = loaded.classes or tuple(folders)
    in_order = bool(loaded.classes) and folders[0] not in loaded.classes
    return Evaluated(tuple(right), tuple(unread), names, in_order)


def _numbers(loaded: Loaded, folders: Sequence[str], place: Path) -> list[int]:
    """The class of each folder: by its name, or all in their order where no name is known."""
    known, classes = loaded.classes, loaded.traced.config.classes
    unknown = [name for name in folders if name not in known]
    if len(unknown) == len(folders):
        if len(folders) == classes:
            return list(range(classes))
        if not known:
            raise RunError(f"{place} has {len(folders):,} folders for {classes:,} classes.")
    if unknown:
        some = ", ".join(known[:MOST_NAMED]) + ", ..." * (len(known) > MOST_NAMED)
        raise RunError(f"{place}: {unknown[0]} is no class of these weights, which know {some}.")
    return [known.index(name) for name in folders]
