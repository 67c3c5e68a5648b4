"""Which networks, at which widths, have the most layers of a file: the best first.

Every channel count grows with the width (rounding keeps order), so that a network at both ends of
an interval of widths bounds what it can be within. Intervals are halved, the most promising first,
until no other can be better than what was found.
"""

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from viz.net.operations import Role
from viz.reading.layers import Kernel, KernelShape
from viz.reading.specs import WIDTHS, Candidate, Spec, specs_at

MOST_STEPS = 500  # for files that are like nothing we know; a MobileNet takes about 100


class Found(NamedTuple):
    """A candidate at a width in hundredths, and how well it fits: see ``score``."""

    score: int
    candidate: Candidate
    width: int


class Shapes:
    """The shapes of a file's kernels, to be asked for again and again.

    With ``is_part`` the file may have more layers than these: what is not among them costs nothing.
    """

    def __init__(self, kernels: Iterable[Kernel], *, is_part: bool = False) -> None:
        self.is_part = is_part
        self.counts = Counter(kernel.shape for kernel in kernels)
        # Window -> inputs -> outputs from few to many.
        self.by_window: dict[tuple[int, int], dict[int, list[int]]] = {}
        self.asked: dict[tuple[KernelShape, KernelShape], bool] = {}
        for out, inside, height, width in sorted(self.counts):
            self.by_window.setdefault((height, width), {}).setdefault(inside, []).append(out)

    def has_between(self, low: KernelShape, high: KernelShape) -> bool:
        """Whether a kernel lies between two shapes of one window, ends included."""
        ends = low, high
        if ends not in self.asked:
            self.asked[ends] = self._has_between(low, high)
        return self.asked[ends]

    def _has_between(self, low: KernelShape, high: KernelShape) -> bool:
        for inside, outs in self.by_window.get(low[2:], {}).items():
            if low[1] <= inside <= high[1]:
                nearest = bisect_left(outs, low[0])
                if nearest < len(outs) and outs[nearest] <= high[0]:
                    return True
        return False


class Between(NamedTuple):
    """A candidate between two widths: its layers' shapes at both, and how many layers have them.

    ``hidden`` layers of the head cost nothing; ``optional`` ones, as an expansion that one of the
    two widths does not need, may be there.
    """

    body: tuple[tuple[KernelShape, KernelShape, int], ...]
    optional: int
    hidden: int


def score(shapes: Shapes, specs: Sequence[Spec]) -> int:
    """Layers that the file has, less layers that it lacks; a head that it lacks costs nothing."""
    body = Counter(spec.shape for spec in specs if not spec.in_head)
    found = sum(min(number, shapes.counts[shape]) for shape, number in body.items())
    if shapes.is_part:
        return found
    return 2 * found - body.total() + sum(spec.shape in shapes.counts for spec in _hidden(specs))


def _hidden(specs: Iterable[Spec]) -> list[Spec]:
    return [spec for spec in specs if spec.in_head and spec.role is not Role.CLASSIFIER]


def best(shapes: Shapes, candidates: Sequence[Candidate]) -> list[Found]:
    """Everything that fits as well as the best; empty for no candidates."""
    numbers = count()
    whole = [(_bound(shapes, c, *WIDTHS), next(numbers), c, *WIDTHS) for c in candidates]
    heap = [(-bound, number, c, low, high) for bound, number, c, low, high in whole]
    heapq.heapify(heap)
    found: list[Found] = []
    for _ in range(MOST_STEPS):
        if not heap or (found and -heap[0][0] < found[0].score):
            break
        bound, _number, candidate, low, high = heapq.heappop(heap)
        if low == high:
            found.append(Found(-bound, candidate, low))
            continue
        middle = (low + high) // 2
        for start, stop in ((low, middle), (middle + 1, high)):
            likely = _bound(shapes, candidate, start, stop)
            heapq.heappush(heap, (-likely, next(numbers), candidate, start, stop))
    return found or _closest(shapes, heap)


def _closest(shapes: Shapes, heap: list[tuple[int, int, Candidate, int, int]]) -> list[Found]:
    """Where the search was given up: the best middle of the intervals that are left."""
    likely = heapq.nsmallest(20, heap)
    middles = [(candidate, (low + high) // 2) for _, _, candidate, low, high in likely]
    fits = [Found(score(shapes, specs_at(c, width)), c, width) for c, width in middles]
    return [max(fits, key=lambda fit: fit.score)] if fits else []


def _bound(shapes: Shapes, candidate: Candidate, low: int, high: int) -> int:
    """The most that ``score`` can be between two widths."""
    if low == high:
        return score(shapes, specs_at(candidate, low))
    between = _between(candidate, low, high)
    found = sum(number for *ends, number in between.body if shapes.has_between(*ends))
    if shapes.is_part:
        return min(found + between.optional, shapes.counts.total())
    layers = sum(number for _, _, number in between.body)
    return 2 * found - layers + between.optional + between.hidden


@lru_cache(maxsize=2048)  # one file needs some hundreds, and the next one mostly the same
def _between(candidate: Candidate, low: int, high: int) -> Between:
    narrow, wide = _by_role(specs_at(candidate, low)), _by_role(specs_at(candidate, high))
    body = [key for key, spec in wide.items() if not spec.in_head and key in narrow]
    ends = Counter((narrow[key].shape, wide[key].shape) for key in body)
    listed = tuple((*both, number) for both, number in ends.items())
    return Between(listed, len(narrow.keys() ^ wide.keys()), len(_hidden(wide.values())))


def _by_role(specs: Iterable[Spec]) -> dict[tuple[int, str, int], Spec]:
    """Layers by block, role and number, which widths do not change."""
    seen: Counter[tuple[int, str]] = Counter()
    keyed = {}
    for spec in specs:
        place = (spec.block, str(spec.role))
        keyed[(*place, seen[place])] = spec
        seen[place] += 1
    return keyed
