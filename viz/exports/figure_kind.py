"""A figure with an address: one entry each, of its function, fields, title and source."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from viz.activations import Gate
from viz.charts.chart import Chart
from viz.drawing.diagrams import Diagram, Look
from viz.net.config import Config
from viz.net.fields import Field
from viz.net.trace import trace_config

Excite = Callable[[Config, Gate, int], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Input of a maker: the figure's values, a configuration if it has one, its look.

    ``excite`` runs a picture through a network: here, or in a server's worker.
    """

    values: Mapping[str, Any]
    config: Config | None
    look: Look
    excite: Excite

    @property
    def about(self) -> Config:
        """The configuration of a figure that has one."""
        assert self.config is not None  # the kind of figure says that it has one
        return self.config


Maker = Callable[[Setting], Diagram | Chart]


@dataclass(frozen=True, slots=True)
class Kind:
    """Fields and maker; ``default`` is the network that a figure about one starts with.

    ``title`` and ``source`` stand in the files of charts; pictures say both themselves.
    ``all_sizes`` marks a figure that shows a network at many widths and resolutions.
    """

    fields: Mapping[str, Field]
    make: Maker
    default: str = ""
    title: str = ""
    source: str = ""
    all_sizes: bool = False

    def titled(self, config: Config | None) -> str:
        """The title with its subject."""
        if config is None:
            return self.title
        about = config.title_of_all_sizes if self.all_sizes else config.title
        return f"{self.title}: {about}"


FIGURES: dict[str, Kind] = {}  # by name, in the order in which they are defined


def figure(
    name: str,
    fields: Mapping[str, Field] | None = None,
    *,
    default: str = "",
    title: str = "",
    source: str = "",
    all_sizes: bool = False,
) -> Callable[[Maker], Maker]:
    """Give the function below an address, ``/figure/NAME.svg``."""

    def enter(make: Maker) -> Maker:
        FIGURES[name] = Kind(fields or {}, make, default, title, source, all_sizes)
        return make

    return enter


def in_process(config: Config, gate: Gate, seed: int) -> Sequence[Mapping[str, Any]]:
    """Run torch here; a server asks its worker instead."""
    from viz.pytorch.excitations import excitations

    return excitations(trace_config(config), gate, seed)
