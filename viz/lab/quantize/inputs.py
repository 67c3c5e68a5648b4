"""Which inputs a network is calibrated with, and measured on: words, checked before any work."""

from pathlib import Path
from typing import NamedTuple

from viz.lab.errors import RunError
from viz.lab.picture_files import pictures_in
from viz.lab.sample_data import KINDS
from viz.net.fields import Number

FLOWERS, NOISE = "flowers", "noise"
PICTURES, MEASURED, SCORED = Number(1, 1_000, 32), Number(1, 1_000, 16), Number(0, 1_000, 0)


class Inputs(NamedTuple):
    """So many drawn flowers, seeded inputs of noise, or pictures of a folder.

    ``purpose`` is 0 to calibrate and 1 to measure: the seed of noise, the split of flowers.
    """

    source: str
    number: int
    purpose: int = 0
    paths: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """In words."""
        if self.paths:
            return f"{self.number} pictures in {self.source}"
        if self.source == NOISE:
            return f"{self.number} inputs of normal noise, seed {self.purpose}"
        return f"{self.number} drawn flowers ({('train', 'val')[self.purpose]}, seed 0)"


def inputs_of(source: str, count: int, purpose: int, field: str) -> Inputs:
    """What ``--calibrate`` or ``--measure`` (the ``field``) says. Raises ``RunError``."""
    if source in (FLOWERS, NOISE):
        return Inputs(source, count, purpose)
    folder = Path(source)
    if not folder.is_dir():
        raise RunError(f"{field} {source}: no such folder, and neither {FLOWERS} nor {NOISE}.")
    paths = pictures_in(folder)
    if not paths:
        raise RunError(f"{field} {source}: no pictures in it.")
    # evenly through a folder of classes, from its front to calibrate and from its end to measure
    step = max(len(paths) // count, 1)
    chosen = (paths if purpose == 0 else paths[::-1])[::step][:count]
    return Inputs(source, len(chosen), purpose, tuple(chosen))


def flower(number: int) -> tuple[str, int]:
    """Kind and number of the n-th drawn flower: kinds take turns."""
    return KINDS[number % len(KINDS)], number // len(KINDS)
