"""How many servers readers need: a model of some measured numbers, for ``docs/serving.md``.

Measure them anew (``python -m benchmarks class``) and write them here; the tables follow.
"""

import math
from collections.abc import Iterator, Sequence

STUDENTS = (200, 2_000, 20_000)
THINK = 5.5  # seconds between two changes of a student: 3 to 8
BUSY = 0.7  # share of its capacity that a server is to use
# `python -m benchmarks class`, one process on two cores: answers per second when nobody thinks.
ANSWERS = 21.1
# MB, resident, after the pages Architecture, Look inside and Time were used.
SERVER, TORCH, MEASURING, PROXY = 190, 780, 620, 50
SESSION = 0.13  # MB, of a reader who looks: `python -m benchmarks f`


def servers(students: int) -> int:
    """As many as answer this many, each no busier than ``BUSY``."""
    return math.ceil(students / THINK / (ANSWERS * BUSY))


def wait() -> float:
    """Seconds that an answer waits in the mean: one queue, equal work (M/D/1)."""
    return BUSY / (2 * (1 - BUSY)) / ANSWERS


def memory(students: int, torch: int = TORCH) -> float:
    """GB of all servers, each with one process of torch, and of their readers."""
    return (servers(students) * (SERVER + torch) + students * SESSION + PROXY) / 1_000


def inputs() -> Iterator[Sequence[str]]:
    """What was measured or chosen."""
    yield "T, seconds between two changes of a student", f"{THINK:g}", "chosen: 3 to 8"
    yield "u, share of its capacity that a server uses", f"{BUSY:g}", "chosen"
    measured = "`python -m benchmarks class`, last phase, one process"
    yield "a, answers per second of one server", f"{ANSWERS:g}", measured
    pages = "resident, after Architecture, Look inside and Time"
    yield "M, MB of a server", f"{SERVER}", pages
    yield "P, MB of its torch process", f"{TORCH}", pages
    yield "MB of the process that only measures, on Time", f"{MEASURING}", pages
    yield "m, MB of a reader who looks", f"{SESSION:g}", "`python -m benchmarks f`"


def needed() -> Iterator[Sequence[str]]:
    """What each number of students needs."""
    for students in STUDENTS:
        yield (
            f"{students:,}",
            f"{students / THINK:,.0f}",
            f"{servers(students):,}",
            f"{memory(students):,.1f} GB",
            f"{memory(students, 0):,.1f} GB",
        )
