"""The record of a post's claim, with computed evidence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["true", "imprecise", "false"]
Facts = dict[str, object]

VERDICTS: tuple[Verdict, ...] = ("true", "imprecise", "false")
POSTS = ("000", "001", "002", "003", "004")


@dataclass(frozen=True, slots=True)
class PostClaim:
    """A statement of one or more posts, in our words, with a verdict and evidence.

    ``evidence`` has a place for every number; ``facts`` computes them when it is called. ``page``
    and ``link`` lead to the control with which a reader tests the statement.
    """

    key: str
    where: tuple[str, ...]
    statement: str
    verdict: Verdict
    evidence: str
    facts: Callable[[], Facts]
    page: str
    link: Mapping[str, str] = field(default_factory=dict)

    @property
    def posts(self) -> tuple[str, ...]:
        """The posts that say so."""
        return tuple(dict.fromkeys(place.partition(":")[0] for place in self.where))

    def shown(self) -> str:
        """The evidence with its numbers, computed now."""
        return self.evidence.format(**self.facts())


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A statement that is not computed here, and why."""

    key: str
    where: tuple[str, ...]
    statement: str
    reason: str
