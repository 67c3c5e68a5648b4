"""A spiral through a random map, an activation and back: V2's Figure 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from viz.activations import CURVES
from viz.lessons.functions import Array

DIMENSIONS = (2, 3, 5, 15, 30)
POINTS = 400
TURNS = 2.0


@dataclass(frozen=True, slots=True)
class Passage:
    """The spiral after its way through ``dimensions`` and back, (2, points).

    ``error`` is its distance from the input over the input's size, both centred, after the best
    common enlargement: what is judged is the shape. ``live`` is the share of points with two or
    more coordinates at which the activation still has a slope; with fewer, two dimensions cannot
    be told apart.
    """

    dimensions: int
    back: Array
    error: float
    live: float


def spiral(radius: float) -> Array:
    """(2, points) of a spiral that ends at ``radius``."""
    share = np.arange(1, POINTS + 1) / POINTS  # not from 0, where no coordinate is alive
    angle = TURNS * 2 * np.pi * share
    turned: Array = radius * share * np.array([np.cos(angle), np.sin(angle)])
    return turned


def passage(dimensions: int, activation: str, seed: int, radius: float) -> Passage:
    """The spiral times a random (dimensions, 2) matrix, activated, times its pseudo-inverse."""
    x = spiral(radius)
    matrix = np.random.default_rng((seed, dimensions)).standard_normal((dimensions, 2))
    wide = matrix @ x
    function = CURVES[activation]
    back = _centred(np.linalg.pinv(matrix) @ function.values(wide))
    aim = _centred(x)
    back = back * _gain(back, aim)
    error = float(np.linalg.norm(back - aim) / np.linalg.norm(aim))
    alive = (function.derivative(wide) != 0) & (wide != 0)
    return Passage(dimensions, back, error, float((alive.sum(axis=0) >= 2).mean()))


def _centred(points: Array) -> Array:
    moved: Array = points - points.mean(axis=1, keepdims=True)
    return moved


def _gain(back: Array, x: Array) -> float:
    size = float((back * back).sum())
    return float((back * x).sum()) / size if size else 0.0


def passages(activation: str, seed: int, radius: float) -> list[Passage]:
    """One passage for each of the figure's numbers of dimensions."""
    return [passage(n, activation, seed, radius) for n in DIMENSIONS]


class PassageRow(NamedTuple):
    """Error and live share of one seed, with the medians over many."""

    dimensions: int
    error: float
    median_error: float
    live: float
    median_live: float


def passage_rows(activation: str, seed: int, radius: float, seeds: int = 100) -> list[PassageRow]:
    """One row per passage; medians are over the first ``seeds`` seeds."""
    return [_passage_row(p, activation, radius, seeds) for p in passages(activation, seed, radius)]


READABLE = 1 / 3  # of the spiral's size: the median error below which one can read it
GUESSES = (2, 5, 15, 30)


def readable_from(rows: Sequence[PassageRow]) -> PassageRow:
    """The first of ``GUESSES`` with a median error of less than a third, else the last."""
    guessed = [row for row in rows if row.dimensions in GUESSES]
    return next((row for row in guessed if row.median_error < READABLE), guessed[-1])


def _passage_row(this: Passage, activation: str, radius: float, seeds: int) -> PassageRow:
    many = [passage(this.dimensions, activation, s, radius) for s in range(seeds)]
    return PassageRow(
        dimensions=this.dimensions,
        error=this.error,
        median_error=float(np.median([p.error for p in many])),
        live=this.live,
        median_live=float(np.median([p.live for p in many])),
    )
