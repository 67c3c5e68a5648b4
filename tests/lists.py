"""Long lists of cases: some of them run always, and all of them with ``pytest --whole``."""

from collections.abc import Container, Iterable, Iterator
from typing import Any

import pytest

from viz.net.zoo import ZOO


def _one_of_each_kind() -> Iterator[str]:
    met: set[str] = set()
    for key, network in ZOO.items():
        kinds = {row.kind.key for row in network.rows}
        if not kinds <= met:
            met |= kinds
            yield key


# The first networks of the zoo that have each kind of block, and the one that has SE for a norm.
EACH_KIND_OF_BLOCK = frozenset({*_one_of_each_kind(), "post-003-small"})


def some_of(cases: Iterable[Any], always: Container[Any]) -> Iterator[Any]:
    """All cases; those that do not run always are marked."""
    for case in cases:
        values = case if isinstance(case, tuple) else (case,)
        yield pytest.param(*values, marks=() if case in always else pytest.mark.whole)
