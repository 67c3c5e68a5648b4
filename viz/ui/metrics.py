"""Numbers that an operator can watch. Modules name them here; they are read when somebody asks.

Naming one costs nothing: no library is imported, and no page does anything for it. Names are those
of Prometheus, and no number says who a reader is.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Read = Callable[[], float | Mapping[str, float]]
WANTED = "ATLAS_METRICS"


@dataclass(frozen=True, slots=True)
class Reading:
    """A number, or one for each value of a label, and how it is read."""

    kind: Literal["gauge", "counter"]
    about: str
    read: Read
    label: str = ""


class CacheInfo(Protocol):
    """What ``cache_info()`` of an ``lru_cache`` says."""

    @property
    def hits(self) -> int:
        """How often it had what was asked for."""

    @property
    def misses(self) -> int:
        """How often it had not."""

    @property
    def currsize(self) -> int:
        """How many entries it has."""


READINGS: dict[str, Reading] = {}
CACHES: dict[str, Callable[[], CacheInfo]] = {}


def is_on() -> bool:
    """Whether the operator wants them: ``ATLAS_METRICS=1``."""
    return os.environ.get(WANTED, "0") not in ("", "0")


def gauge(name: str, about: str, read: Read, label: str = "") -> None:
    """Name a number that rises and falls."""
    READINGS[name] = Reading("gauge", about, read, label)


def counter(name: str, about: str, read: Read, label: str = "") -> None:
    """Name a number that only rises; ``name`` is without its ending ``_total``."""
    READINGS[name] = Reading("counter", about, read, label)


def cache(name: str, info: Callable[[], CacheInfo]) -> None:
    """Name a cache, such as ``cache("traces", trace.cache_info)``."""
    CACHES[name] = info
