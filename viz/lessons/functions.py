"""Extremes of activation functions, and quantisation of a range."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from viz.activations import CURVES

Array = npt.NDArray[np.float64]

GRID = 20_001
KINKS = (-3.0, 0.0, 3.0, 6.0)


@lru_cache(maxsize=256)
def largest_gap(first: str, second: str, low: float, high: float) -> tuple[float, float]:
    """Position and size of the largest difference of two activations in [low, high].

    Read off a grid of 20,001 points, to which the family's kinks are added.
    """
    grid = np.linspace(low, high, GRID)
    x = np.concatenate([[kink for kink in KINKS if low <= kink <= high], grid])
    gap = CURVES[first].values(x) - CURVES[second].values(x)
    at = int(np.argmax(np.abs(gap)))
    return float(x[at]), float(gap[at])


@lru_cache(maxsize=256)
def lowest_point(key: str, low: float, high: float) -> tuple[float, float]:
    """Position and value of an activation's minimum in [low, high]."""
    x = np.linspace(low, high, GRID)
    y = CURVES[key].values(x)
    at = int(np.argmin(y))
    return float(x[at]), float(y[at])


def grid_step(top: float, bits: int = 8) -> float:
    """Distance between neighbouring levels when [0, top] is stored in unsigned ``bits``."""
    return float(top / (2**bits - 1))


def quantise(values: Array, top: float, bits: int = 8) -> Array:
    """Round to the nearest of the levels that divide [0, top]; values outside are cut off."""
    step = grid_step(top, bits)
    return np.clip(np.round(values / step), 0, 2**bits - 1) * step
