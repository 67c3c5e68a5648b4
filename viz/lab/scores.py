"""How well answers fit: accuracy, and precision, recall and F1 by class.

As in scikit-learn's ``classification_report`` with ``zero_division=0``: of the classes that occur,
as a label or as an answer.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from viz.lab.live import Answered, confusion


class Score(NamedTuple):
    """One class: the share of its answers that are right, the share of its pictures that are found,
    the harmonic mean of both, and the number of its pictures.
    """

    name: str
    precision: float
    recall: float
    f1: float
    pictures: int

    @property
    def shares(self) -> tuple[float, float, float]:
        """Precision, recall and F1."""
        return self.precision, self.recall, self.f1


class Scores(NamedTuple):
    """All classes; ``means`` are the plain one and that weighted by pictures.

    ``confusion`` counts pictures by true class (rows) and answer (columns), in the classes' order.
    """

    accuracy: float
    pictures: int
    classes: tuple[Score, ...]
    means: tuple[Score, ...]
    confusion: list[list[int]]


def scores_of(answers: Sequence[Answered], names: Sequence[str]) -> Scores:
    """The scores of at least one answer; ``names`` are those of the classes by number."""
    seen = sorted({each.label for each in answers} | {each.predicted for each in answers})
    place = {number: index for index, number in enumerate(seen)}
    shifted = [a._replace(label=place[a.label], predicted=place[a.predicted]) for a in answers]
    counts = confusion(shifted, len(seen))
    rows = tuple(_score(names[number], counts, place[number]) for number in seen)
    right, count = sum(counts[i][i] for i in range(len(seen))), len(answers)
    plain = _mean("macro average", rows, [1] * len(rows), count)
    weighted = _mean("weighted average", rows, [row.pictures for row in rows], count)
    return Scores(right / count, count, rows, (plain, weighted), counts)


def _score(name: str, counts: Sequence[Sequence[int]], index: int) -> Score:
    right, own = counts[index][index], sum(counts[index])
    said = sum(row[index] for row in counts)
    return Score(name, _share(right, said), _share(right, own), _share(2 * right, own + said), own)


def _mean(name: str, rows: Sequence[Score], weights: Sequence[int], pictures: int) -> Score:
    def mean(values: Iterable[float]) -> float:
        pairs = zip(weights, values, strict=True)
        return sum(weight * value for weight, value in pairs) / sum(weights)

    precision, recall = mean(row.precision for row in rows), mean(row.recall for row in rows)
    return Score(name, precision, recall, mean(row.f1 for row in rows), pictures)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
