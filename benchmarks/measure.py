"""Pairs of timings, taken in turn so that both meet the same machine."""

import time
from collections.abc import Callable
from statistics import median


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Time of one call, averaged over ``repeats``."""
    start = time.perf_counter()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - start) / repeats


def paired(
    ours: Callable[[], float], theirs: Callable[[], float], pairs: int = 7
) -> tuple[float, float, float]:
    """Medians of our times, their times, and of their ratio (theirs / ours), pair by pair."""
    ours(), theirs()  # warm up
    timings = [(ours(), theirs()) for _ in range(pairs)]
    return (
        median(a for a, _ in timings),
        median(b for _, b in timings),
        median(b / a for a, b in timings),
    )


def milliseconds(value: float) -> str:
    """A time for people."""
    return f"{value * 1e3:,.3g} ms" if value < 1 else f"{value:.2f} s"
