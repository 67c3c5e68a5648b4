"""A Plotly figure as plain data, in the house style: our fonts and colours, legend on top.

Nothing is validated here, which would take longer than all the rest; the tests hold every chart
against Plotly's own schema.
"""

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from viz.text import printable, without_results
from viz.theme import FONT_STACK, PALETTES, Mode

Json = dict[str, Any]
_MARKUP = re.compile(r"&|<(?!/?(?:br?|extra)>)")  # all but what charts are written with
HEIGHT = 420
# Of points that may lie over one another; a dark ground takes more than light.
OPACITY: dict[Mode, float] = {"light": 0.75, "dark": 1.0}
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
DASHES = ("solid", "dash", "dot", "dashdot")
ACROSS, UP = 0.07, 0.34  # between panels, as shares of the chart
METRICS: dict[str, tuple[str, float]] = {
    "params": ("parameters (M)", 1e6),
    "macs": ("MACs (M)", 1e6),
    "activation_bytes": ("activation memory (MB)", 1e6),
}
SHORT: dict[str, str] = {
    "params": "parameters",
    "macs": "MACs",
    "activation_bytes": "activation memory",
}


@dataclass
class Chart:
    """Traces and layout, as Plotly's JSON has them; ``mode`` is the theme that it is drawn for."""

    mode: Mode
    data: list[Json] = field(default_factory=list)
    layout: Json = field(default_factory=dict)

    def figure(self) -> Json:
        """The figure as Plotly takes it, which reads its texts as markup."""
        return {"data": _each(self.data, _escaped), "layout": _each(self.layout, _escaped)}

    def spelled(self, change: Callable[[str], str]) -> "Chart":
        """A chart with every text of this one changed."""
        return Chart(self.mode, _each(self.data, change), _each(self.layout, change))

    def titled(self, text: str) -> "Chart":
        """The same chart under a title."""
        self.layout["title"] = {"text": text}
        return self

    def copy(self) -> "Chart":
        """A chart of its own, to be changed."""
        return Chart(self.mode, copy.deepcopy(self.data), copy.deepcopy(self.layout))

    def at_most(self, height: int) -> "Chart":
        """The chart, or a copy that is as high as that where it is higher, in pixels."""
        if self.layout["height"] <= height:
            return self
        lower = self.copy()
        lower.layout["height"] = height
        return lower

    def without_results(self) -> "Chart":
        """A copy that keeps its numbers to itself: marks, but no values beside or under them."""
        quiet = self.copy()
        for trace in quiet.data:
            trace.update(hoverinfo="skip", hovertemplate=None)
            if "text" in trace:
                trace["text"] = _each(trace["text"], without_results)
        for note in quiet.layout.get("annotations", []):
            note["text"] = without_results(note["text"])
        for name, axis in quiet.layout.items():
            if name.startswith(("xaxis", "yaxis")) and "ticktext" not in axis:
                axis["showticklabels"] = quiet._names_ticks(name)
        return quiet

    def _names_ticks(self, axis: str) -> bool:
        """Whether an axis has names in place of numbers."""
        which, number = axis[0], axis[len("xaxis") :]
        own = [t for t in self.data if t.get(f"{which}axis", which) == f"{which}{number}"]
        return any(isinstance(value, str) for trace in own for value in trace.get(which, ()))

    @property
    def panels(self) -> int:
        """How many panels stand beside each other."""
        return sum(name.startswith("xaxis") for name in self.layout)

    @property
    def title_lines(self) -> int:
        """Lines of the panels' titles."""
        notes = self.layout.get("annotations", [])
        titles = [note["text"] for note in notes if note.get("yref") == "paper"]
        return max((text.count("<br>") + 1 for text in titles), default=1)

    def axis(self, which: str, panel: int = 1) -> Json:
        """The ``x`` or ``y`` axis of a panel, counted from 1."""
        found: Json = self.layout[f"{which}axis{panel if panel > 1 else ''}"]
        return found

    def add(self, kind: str, *, panel: int = 1, **fields: Any) -> None:
        """Add a trace of Plotly's ``kind``."""
        suffix = str(panel) if panel > 1 else ""
        place = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"} if self.panels > 1 else {}
        self.data.append({"type": kind, **place, **fields})

    def line_at(
        self, *, x: float | None = None, y: float | None = None, below: bool = False, **line: Any
    ) -> None:
        """Add a line across the whole chart at one value."""
        layer = {"layer": "below"} if below else {}
        where: Json = (
            {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain", "xref": "x"}
            if y is None
            else {"y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "x domain", "yref": "y"}
        )
        self._shapes().append({"type": "line", **where, **layer, "line": line})

    def band(self, low: float, high: float, colour: str, opacity: float) -> None:
        """Shade the values from ``low`` to ``high``."""
        self._shapes().append(
            {
                "type": "rect",
                "xref": "x domain",
                "yref": "y",
                "x0": 0,
                "x1": 1,
                "y0": low,
                "y1": high,
                "fillcolor": colour,
                "opacity": opacity,
                "line": {"width": 0},
            }
        )

    def frame(self, corners: tuple[float, float, float, float], colour: str) -> None:
        """Draw a frame around (x0, y0, x1, y1)."""
        x0, y0, x1, y1 = corners
        self._shapes().append(
            {
                "type": "rect",
                "x0": x0,
                "y0": y0,
                "x1": x1,
                "y1": y1,
                "line": {"width": 4, "color": colour},
                "fillcolor": "rgba(0,0,0,0)",
            }
        )

    def image(self, png: str, panel: int = 1) -> None:
        """Fill the unit square of a panel with a picture, a PNG in base64."""
        suffix = str(panel) if panel > 1 else ""
        place = {"x": 0, "y": 1, "sizex": 1, "sizey": 1, "xref": f"x{suffix}", "yref": f"y{suffix}"}
        source = f"data:image/png;base64,{png}"
        look = {"source": source, "sizing": "stretch", "layer": "below"}
        self.layout.setdefault("images", []).append(place | look)

    def note(self, text: str, x: float, y: float, **look: Any) -> None:
        """Write a text at a place of the axes."""
        self.layout.setdefault("annotations", []).append(
            {"text": text, "x": x, "y": y, "showarrow": False, **look}
        )

    def _shapes(self) -> list[Json]:
        shapes: list[Json] = self.layout.setdefault("shapes", [])
        return shapes


def _escaped(text: str) -> str:
    """The text with every ``&`` and ``<`` that is no markup of ours as an entity."""
    return _MARKUP.sub(lambda sign: escape(sign[0]), printable(text))


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _each(each, change) for name, each in value.items()}
    if isinstance(value, list | tuple) and value and not isinstance(value[0], int | float):
        return [_each(each, change) for each in value]
    return value


def chart(mode: Mode, x: str, y: str, *, height: int = HEIGHT) -> Chart:
    """An empty chart with titles of its axes."""
    made = Chart(mode, layout=_layout(mode, height))
    made.layout |= {"xaxis": _axis(mode, x), "yaxis": _axis(mode, y)}
    return made


def panels(
    mode: Mode, titles: Sequence[str], x: str, *, height: int, rows: int = 1, up: float = UP
) -> Chart:
    """Empty panels in rows, each under its title; ``up`` is the share between rows."""
    made = Chart(mode, layout=_layout(mode, height))
    columns = -(-len(titles) // rows)
    for index, title in enumerate(titles):
        row, column = divmod(index, columns)
        across, high = _span(column, columns, ACROSS), _span(rows - 1 - row, rows, up)
        suffix = "" if index == 0 else str(index + 1)
        made.layout[f"xaxis{suffix}"] = _axis(mode, x) | {"domain": across, "anchor": f"y{suffix}"}
        made.layout[f"yaxis{suffix}"] = _axis(mode, "") | {"domain": high, "anchor": f"x{suffix}"}
        if not title:
            continue
        look = {"font": {"size": 16, "color": PALETTES[mode].text}, "yanchor": "bottom"}
        look |= {"xanchor": "center"}  # Plotly would set it at a side, left and right of the middle
        made.note(title, sum(across) / 2, high[1], xref="paper", yref="paper", **look)
    return made


def plain_steps(colours: Sequence[str]) -> list[list[object]]:
    """A heat map's scale of plain steps, so that the colour under a text is known."""
    edges = [index / len(colours) for index in range(len(colours) + 1)]
    pairs = zip(colours, edges, edges[1:], strict=False)
    return [[edge, colour] for colour, low, high in pairs for edge in (low, high)]


def _span(index: int, count: int, gap: float) -> list[float]:
    """Start and end of one of ``count`` equal parts with gaps between them."""
    size = (1 - gap * (count - 1)) / count
    start = index * (size + gap)
    return [round(start, 4), round(start + size, 4)]


def _layout(mode: Mode, height: int) -> Json:
    return {
        "font": {"family": FONT_STACK, "size": 15, "color": PALETTES[mode].text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 40, "b": 10},
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "font": {"size": 15},
        },
        "hoverlabel": {"font": {"family": FONT_STACK, "size": 14}},
        "barcornerradius": 3,
    }


def _axis(mode: Mode, title: str) -> Json:
    palette = PALETTES[mode]
    return {
        # With a distance, Plotly sets it beside the tick labels, however long these are.
        "title": {"text": title, "font": {"size": 16}, "standoff": 12},
        "tickfont": {"size": 14},
        "automargin": True,
        "gridcolor": palette.band if mode == "light" else "#2a3546",
        "zerolinecolor": palette.muted,
        "zerolinewidth": 1,
        "linecolor": palette.muted,
    }
