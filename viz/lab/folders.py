"""A folder of labelled pictures, checked before training starts.

``train`` and ``val`` hold a folder per class, the same ones, each with pictures that can be read.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from viz.lab.errors import RunError
from viz.lab.files import run_errors
from viz.lab.pictures import open_picture
from viz.lab.sample_data import SPLITS

# Those that torchvision's ImageFolder takes.
KINDS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
SUFFIXES = frozenset(KINDS)

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
    classes = {split: _classes(folder / split) for split in SPLITS}
    for split, other in (SPLITS, SPLITS[::-1]):
        for name in classes[split]:
            if name not in classes[other]:
                raise RunError(f"{folder}: class {name} is in {split} but not in {other}.")
    names = classes["train"]
    if len(names) < 2:
        raise RunError(f"{folder / 'train'} has one class only, {names[0]}: two are needed.")
    train, val = (tuple(_samples(folder / split, names)) for split in SPLITS)
    return Labelled(tuple(names), train, val)


def _classes(folder: Path) -> list[str]:
    with run_errors(folder):
        names = sorted(place.name for place in folder.iterdir() if place.is_dir())
    if not names:
        raise RunError(f"{folder} has no folders: it needs one for each class.")
    return names


def _samples(folder: Path, names: list[str]) -> Iterator[Sample]:
    for number, name in enumerate(names):
        with run_errors(folder / name):
            paths = sorted(p for p in (folder / name).rglob("*") if p.suffix.lower() in SUFFIXES)
        if not paths:
            raise RunError(f"{folder / name} has no pictures: they end in {', '.join(KINDS)}.")
        yield from ((path, number) for path in paths)


def check_pictures(found: Labelled) -> Iterator[Path]:
    """Open every picture, one after the other. Raises ``RunError`` at the first that is bad."""
    for path, _ in (*found.train, *found.val):
        open_picture(path)
        yield path
