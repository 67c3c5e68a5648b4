"""What is said of a file: the network that it is, and how well that holds."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from viz.net.config import Config

Shape = tuple[int, ...]


class Named(NamedTuple):
    """A tensor by name and shape, in the layout of where it lies."""

    name: str
    shape: Shape


class Difference(NamedTuple):
    """A layer that both have, with two shapes: (out, in / groups, height, width)."""

    what: str
    file: Shape
    network: Shape


class NameRow(NamedTuple):
    """One tensor under the file's name, ours, and torchvision's (empty where it has none)."""

    theirs: str
    ours: str
    torchvision: str
    shape: Shape


class Close(NamedTuple):
    """The network that comes nearest, with the share of its layers that the file has."""

    config: Config
    share: float


@dataclass(frozen=True, slots=True)
class Identification:
    """Which network a file is.

    ``exact``: every layer of ``match`` before its head is in the file, and nothing else among them.
    ``match`` is None where the file is not a network the Atlas knows (docs/identification.md);
    ``nearest`` is what comes nearest to it among the other ones. ``explained`` is the share of the
    file's parameters that belong to the match. ``widths`` are the least and the largest
    width, in steps of 0.01, that give the same shapes; ``rules`` the width rules that do.
    ``prefix`` is what stands before the network's own names. ``folded`` says that batch norms have
    gone into kernels. ``missing`` has our names, ``unexpected`` the file's.
    """

    format: str
    tensors: int
    params: int
    exact: bool
    explained: float
    match: Config | None
    nearest: Close | None
    prefix: str
    dialect: str
    widths: tuple[float, float]
    rules: tuple[str, ...]
    folded: bool
    differences: tuple[Difference, ...]
    missing: tuple[Named, ...]
    unexpected: tuple[Named, ...]
    names: tuple[NameRow, ...]
    notes: tuple[str, ...] = ()
    published: str = ""

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON holds it."""
        return {
            "format": self.format,
            "tensors": self.tensors,
            "params": self.params,
            "exact": self.exact,
            "explained": round(self.explained, 4),
            "match": _said(self.match) if self.match else None,
            "nearest": _said(self.nearest.config) if self.nearest else None,
            "prefix": self.prefix,
            "differences": [row._asdict() for row in self.differences],
            "missing": [row._asdict() for row in self.missing],
            "unexpected": [row._asdict() for row in self.unexpected],
        }


def _said(config: Config) -> dict[str, Any]:
    return {"variant": config.variant, "config": config.arguments()}
