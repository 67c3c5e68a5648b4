"""Arithmetic that numbers share with arrays of them (``lanes``), where Python's own is for one.

numpy is not needed for numbers.
"""

from collections.abc import Callable
from typing import TypeVar

Number = TypeVar("Number", int, float)
NUMBERS = (int, float)


def larger(one: Number, other: Number) -> Number:
    """The larger of two; of arrays, place by place."""
    if isinstance(one, NUMBERS) and isinstance(other, NUMBERS):
        return other if other > one else one
    from numpy import maximum

    found: Number = maximum(one, other) if one is not other else one
    return found


def each(function: Callable[[int, int], int], one: int, other: int) -> int:
    """What a function of two whole numbers gives; of arrays, place by place."""
    if isinstance(one, NUMBERS) and isinstance(other, NUMBERS):
        return function(one, other)
    from numpy import vectorize

    found: int = vectorize(function, otypes=["int64"])(one, other)
    return found
