"""Two networks beside each other: a picture with the differences marked, and the totals."""

from base64 import b64encode
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Unpack

from viz.drawing.diagrams import Diagram, draw_pair
from viz.drawing.look import Look
from viz.facts.compare import Pair, TotalRow, align, marks, total_rows
from viz.facts.diff import Edit, edits
from viz.net.choices import Choices
from viz.net.fields import ConfigError
from viz.net.notebook import Bundle, Sheet, html_of, text_of
from viz.net.trace import Trace, trace
from viz.net.zoo import Network
from viz.text import change

LABELS = {
    "params": "parameters",
    "macs": "MACs",
    "activation_bytes": "activation bytes",
    "depth": "depth",
    "receptive_field": "receptive field (px)",
}


@dataclass(frozen=True)
class Comparison:
    """Two traces. ``pairs`` has their blocks by stage, ``totals`` their costs."""

    left: Trace
    right: Trace

    @cached_property
    def pairs(self) -> list[Pair]:
        """Blocks that stand at the same place, and those without a counterpart."""
        return align(self.left, self.right)

    @cached_property
    def totals(self) -> list[TotalRow]:
        """Totals of both, with difference and ratio."""
        return total_rows(self.left, self.right)

    @cached_property
    def edits(self) -> list[Edit]:
        """What was added, removed, swapped and changed, whatever the stages."""
        return edits(self.left, self.right)

    @cached_property
    def diagram(self) -> Diagram:
        """Both on one slide, the blocks that differ marked."""
        return pair_diagram(self.left, self.right, Look())

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> Bundle:
        """The picture above the totals; a front end without HTML takes either."""
        sheet, bundle = self._sheet(), self.diagram._repr_mimebundle_()
        # As an image, so that the names in its SVG meet no others on the notebook's page.
        image = b64encode(bundle["image/svg+xml"].encode()).decode()
        source, title = f"data:image/svg+xml;base64,{image}", escape(sheet.title)
        picture = f'<img src="{source}" alt="{title}" style="max-width:100%">'
        return {
            **bundle,
            "text/html": f"<div>{picture}</div>\n{html_of(sheet)}",
            "text/plain": text_of(sheet),
        }

    def _sheet(self) -> Sheet:
        names = [side.config.title for side in (self.left, self.right)]
        lines = [
            (LABELS[row.name], row.left, row.right, row.difference, change(row.ratio))
            for row in self.totals
        ]
        return Sheet(" and ".join(names), ("", *names, "difference", "change"), tuple(lines))


def compare(
    left: str | Network | Trace, right: str | Network | Trace, **chosen: Unpack[Choices]
) -> Comparison:
    """Compare two networks, each a key of the zoo, a network or a trace.

    Further arguments, as for ``viz.trace``, are those of both networks; for others, give traces.
    Raises ``ConfigError``.
    """
    return Comparison(_traced(left, chosen), _traced(right, chosen))


def _traced(network: str | Network | Trace, chosen: Choices) -> Trace:
    if not isinstance(network, Trace):
        return trace(network, **chosen)
    for name, value in chosen.items():
        raise ConfigError(name, value, "left out: it is the trace's own")
    return network


def pair_diagram(left: Trace, right: Trace, look: Look) -> Diagram:
    """Two networks on one slide, differences marked."""
    pairs = align(left, right)
    looks = (replace(look, marks=marks(pairs, "left")), replace(look, marks=marks(pairs, "right")))
    return draw_pair(left, right, looks)
