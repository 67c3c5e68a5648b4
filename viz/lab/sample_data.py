"""The drawn flowers as folders: ``train`` and ``val``, in each a folder per class, for ImageFolder.

A picture's seed is (the data set's seed, 0 for train or 1 for val, its number), so that a larger
data set begins with the smaller one, and no picture of one split is in the other.
"""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from viz.lab.files import new_folder, run_errors, write_whole
from viz.net.fields import Number

SPLITS = ("train", "val")
KINDS = ("daisy", "dandelion", "roses", "sunflower", "tulip")  # those of the posts
QUALITY = 90
FIELDS = {
    "train": Number(1, 100_000, 200),
    "val": Number(1, 100_000, 40),
    "side": Number(32, 1_024, 128),
    "seed": Number(0, 2**31 - 1, 0),
}
LICENCE = """\
These pictures of flowers were drawn by the program MobileNet Atlas (python -m viz sample-data).
They show no real flowers, and nobody's photograph went into them. They are in the public domain
under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/): use them for anything.
"""


class SampleData(NamedTuple):
    """Pictures per class in each split, the side of a picture in pixels, and the seed."""

    train: int = 200
    val: int = 40
    side: int = 128
    seed: int = 0

    @property
    def pictures(self) -> int:
        """All pictures of the data set."""
        return (self.train + self.val) * len(KINDS)


def draw(folder: Path, data: SampleData, done: Callable[[], object] = lambda: None) -> None:
    """Draw the whole data set into an empty or new folder, calling ``done`` after each picture.

    Nothing is left where drawing is interrupted. Raises ``RunError``.
    """
    new_folder(folder)
    partial = folder.with_name(f".{folder.name}.partial")
    with run_errors(folder):
        shutil.rmtree(partial, ignore_errors=True)
        try:
            for path, content in _files(data):
                (partial / path).parent.mkdir(parents=True, exist_ok=True)
                write_whole(partial / path, content)
                done()
            write_whole(partial / "LICENCE.txt", LICENCE.encode())
            folder.rmdir()  # it is empty
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _files(data: SampleData) -> Iterator[tuple[Path, bytes]]:
    """Every picture with its place below the folder."""
    for split, count in enumerate((data.train, data.val)):
        for kind in KINDS:
            for number in range(count):
                content = jpeg(kind, split, number, data.side, data.seed)
                yield Path(SPLITS[split], kind, f"{number:05}.jpg"), content


def jpeg(kind: str, split: int, number: int, side: int, seed: int = 0) -> bytes:
    """One picture of a data set as its file has it; ``split`` is 0 for train, 1 for val."""
    from viz.lab.scenery import picture  # numpy and Pillow: not for every command line

    target = io.BytesIO()
    picture(kind, (seed, split, number), side).save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
