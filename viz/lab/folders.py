"""A folder of labelled pictures, checked before training starts.

``train`` and ``val`` hold a folder per class, the same ones, each with pictures that can be read.
"""

import hashlib
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from viz.lab.errors import RunError
from viz.lab.files import run_errors
from viz.lab.picture_files import KINDS, pictures_in
from viz.lab.pictures import open_picture
from viz.lab.sample_data import SPLITS

Sample = tuple[Path, int]


class Labelled(NamedTuple):
    """Class names in the order of their numbers, and (picture, number) of each split."""

    classes: tuple[str, ...]
    train: tuple[Sample, ...]
    val: tuple[Sample, ...]

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the pictures' names, sizes and classes."""
        found = hashlib.sha256()
        for path, number in (*self.train, *self.val):
            found.update(
                f"{path.parent.name}/{path.name} {number} {path.stat().st_size}\n".encode()
            )
        return found.hexdigest()[:16]


def labelled(folder: Path) -> Labelled:
    """The folder's classes and pictures, in ImageFolder's order. Raises ``RunError``.

    Classes must be the same in ``train`` and ``val``, two or more, and none may be empty. Pictures
    are not opened here.
    """
    for split in SPLITS:
        _check_split(folder, split)
    classes = {split: class_folders(folder / split) for split in SPLITS}
    for split, other in (SPLITS, SPLITS[::-1]):
        for name in classes[split]:
            if name not in classes[other]:
                raise RunError(f"{folder}: class {name} is in {split} but not in {other}.")
    names = classes["train"]
    if len(names) < 2:
        raise RunError(f"{folder / 'train'} has one class only, {names[0]}: two are needed.")
    train, val = (tuple(samples(folder / split, names)) for split in SPLITS)
    return Labelled(tuple(names), train, val)


def class_folders(folder: Path) -> list[str]:
    """The names of the folders in a folder, sorted. Raises ``RunError`` where there are none."""
    with run_errors(folder):
        names = sorted(place.name for place in folder.iterdir() if place.is_dir())
    if not names:
        raise RunError(f"{folder} has no folders: it needs one for each class.")
    return names


def _check_split(folder: Path, split: str) -> None:
    with run_errors(folder):
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise RunError(f"{folder} is a file, but must be a folder with train and val.")
    if not (folder / split).is_dir():
        raise RunError(
            f"{folder} has no folder {split}: it needs train and val, in each one folder per class."
        )


def samples(folder: Path, names: Sequence[str]) -> Iterator[Sample]:
    """The pictures of each class. Raises ``RunError`` for a class without any."""
    for number, name in enumerate(names):
        paths = pictures_in(folder / name)
        if not paths:
            raise RunError(f"{folder / name} has no pictures: they end in {', '.join(KINDS)}.")
        yield from ((path, number) for path in paths)


def check_pictures(found: Labelled) -> Iterator[Path]:
    """Open every picture, one after the other. Raises ``RunError`` at the first that is bad."""
    for path, _ in (*found.train, *found.val):
        open_picture(path)
        yield path


def in_both_halves(found: Labelled) -> list[tuple[Path, Path]]:
    """Pictures of ``val`` with the content of one in ``train``, as (train, val).

    Raises ``RunError``.
    """
    sizes = {_size(path) for path, _ in found.val}
    known = {_content(path): path for path, _ in found.train if _size(path) in sizes}
    pairs = ((known.get(_content(path)), path) for path, _ in found.val)
    return [(first, second) for first, second in pairs if first]


def _size(path: Path) -> int:
    with run_errors(path):
        return path.stat().st_size


def _content(path: Path) -> bytes:
    with run_errors(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
