"""The arithmetic of quantisation: a number is (whole number - zero point) x scale.

Ranges -> scales and zero points as onnxruntime's quantiser computes them, to the last bit
(``tests/oracle/test_quantize.py``): in double precision, the scale rounded to single at the end.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from viz.net.scheme import Scheme

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[Any]


class Grid(NamedTuple):
    """The whole numbers from ``low`` to ``high``; ``symmetric``: zero stands in the middle."""

    low: int
    high: int
    symmetric: bool = False

    @property
    def steps(self) -> int:
        """Between the ends."""
        return self.high - self.low


class Affine(NamedTuple):
    """Scales (float32) and zero points, each an array of one number or of one for each channel."""

    scale: Floats
    zero: Numbers


def weight_grid(scheme: Scheme) -> Grid:
    """The whole numbers that weights may be: signed; without the lowest where symmetric."""
    half = 2 ** (scheme.bits - 1)
    if scheme.reduce_range:
        return Grid(-half // 2, half // 2, scheme.symmetric)
    return Grid(1 - half if scheme.symmetric else -half, half - 1, scheme.symmetric)


def map_grid(scheme: Scheme) -> Grid:
    """The whole numbers that values of maps may be."""
    half = 2 ** (scheme.bits - 1)
    return Grid(-half, half - 1) if scheme.signed else Grid(0, 2 * half - 1)


def affine_of(low: npt.ArrayLike, high: npt.ArrayLike, grid: Grid) -> Affine:
    """Scale and zero point of each range (float32), which is widened to hold 0."""
    least = np.minimum(np.asarray(low, np.float32), np.float32(0)).astype(np.float64)
    most = np.maximum(np.asarray(high, np.float32), np.float32(0)).astype(np.float64)
    if grid.symmetric:
        most = np.maximum(-least, most)
        least = -most
    exact = (most - least) / grid.steps
    is_flat = exact < np.finfo(np.float32).tiny
    safe = np.where(is_flat, 1.0, exact)
    middle = np.full_like(safe, (grid.low + grid.high) / 2)
    zero = np.round(middle if grid.symmetric else grid.low - least / safe)
    return Affine(safe.astype(np.float32), np.where(is_flat, 0, zero).astype(np.int32))


def weights_affine(weights: Floats, scheme: Scheme, axis: int = 0) -> Affine:
    """Of a layer's weights, by tensor or for each channel of ``axis``."""
    grid = weight_grid(scheme)
    if not scheme.per_channel:
        return affine_of(weights.min(), weights.max(), grid)
    rest = tuple(place for place in range(weights.ndim) if place != axis)
    return affine_of(weights.min(rest), weights.max(rest), grid)


def quantised(values: Floats, how: Affine, grid: Grid, axis: int = 0) -> Numbers:
    """The nearest whole numbers, halves to the even one, cut off at the grid's ends."""
    scale, zero = (_along(part, values.ndim, axis) for part in how)
    whole = np.round(values.astype(np.float32) / scale) + zero
    return np.clip(whole, grid.low, grid.high).astype(np.int32)


def dequantised(whole: Numbers, how: Affine, axis: int = 0) -> Floats:
    """What whole numbers stand for, in single precision."""
    scale, zero = (_along(part, whole.ndim, axis) for part in how)
    found: Floats = (whole - zero).astype(np.float32) * scale
    return found


def _along(part: Numbers, rank: int, axis: int) -> Numbers:
    """Numbers for each channel as an array that meets one of this rank."""
    if part.size == 1:
        return part.reshape(())
    return part.reshape([-1 if place == axis else 1 for place in range(rank)])


def decibels(signal: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Signal to error, 20 log10(|signal| / |signal - other|); 6 dB are one bit.

    As ``qdq_loss_debug`` of onnxruntime has it; no error at all gives some 300.
    """
    left = np.asarray(signal, np.float64).ravel()
    least = np.finfo(np.float64).eps
    norm = max(float(np.linalg.norm(left)), least)
    error = max(float(np.linalg.norm(left - np.asarray(other, np.float64).ravel())), least)
    return float(20 * np.log10(norm / error))
