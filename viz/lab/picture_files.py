"""Which files of a folder are pictures, by their names; none is opened."""

import os
from collections.abc import Iterator
from pathlib import Path

from viz.lab.files import run_errors

# Those that torchvision's ImageFolder takes.
KINDS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
SUFFIXES = frozenset(KINDS)


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder and those below it, also behind links, in ImageFolder's order."""
    with run_errors(folder):
        places = sorted((root, sorted(names)) for root, names in _walk(folder))
    paths = (Path(root, name) for root, names in places for name in names)
    return [path for path in paths if path.suffix.lower() in SUFFIXES]


def _walk(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Folders with the names of their files; a link to a folder above it is not followed."""
    for root, below, names in os.walk(folder, followlinks=True):
        above = {Path(root).resolve(), *Path(root).resolve().parents}
        below[:] = [name for name in below if Path(root, name).resolve() not in above]
        yield root, names
