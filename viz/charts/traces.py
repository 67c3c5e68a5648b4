"""Traces of a chart as matplotlib draws them: points and lines, bars, waterfalls, heat maps."""

import re
from collections.abc import Sequence
from typing import Any

from matplotlib.colors import ListedColormap

from viz.charts.chart import Chart, Json
from viz.charts.drawable import DASHES, HEIGHTS, MARKERS, SIDES, STEPS, is_named, unmarked
from viz.theme import PALETTES

LARGER = 1.25  # a slide's points against the page's


def plain(text: str) -> str:
    """Plotly's markup as lines of plain text."""
    return unmarked(text)


class TracePainter:
    """Draws the traces of one panel onto its axes."""

    shift = 0.0  # of the middle of a cell, where Plotly has the cell's number

    def __init__(self, axes: Any, chart: Chart, traces: Sequence[Json]) -> None:
        self.axes, self.chart, self.traces = axes, chart, traces
        self.palette = PALETTES[chart.mode]

    def paint(self) -> None:
        """Draw every trace."""
        for trace in self.traces:
            getattr(self, f"_{trace['type']}")(trace)

    def label(self, trace: Json) -> str | None:
        """Legend entry of a trace."""
        shown = trace.get("showlegend", True) and self.chart.layout.get("showlegend", True)
        return plain(trace["name"]) if shown and trace.get("name") else None

    @property
    def names(self) -> list[str]:
        """The names that traces stand over, in order."""
        return list(
            dict.fromkeys(n for t in self.traces if is_named(t.get("x", ())) for n in t["x"])
        )

    @property
    def are_bars(self) -> bool:
        """Whether all stand over names of their own, which need no lines of a grid."""
        return all(trace["type"] in ("bar", "waterfall") for trace in self.traces)

    def _of_type(self, kind: str) -> list[Json]:
        return [trace for trace in self.traces if trace["type"] == kind]

    def _places(self, trace: Json) -> list[float]:
        """Numbers for the values on the x axis; names stand at 0, 1, 2, ..."""
        if not is_named(trace["x"]):
            return list(trace["x"])
        return [float(self.names.index(name)) for name in trace["x"]]

    def _scatter(self, trace: Json) -> None:
        mode = trace["mode"]
        line, marker = trace.get("line", {}), trace.get("marker", {})
        xs, ys = self._offset(trace), [float("nan") if y is None else y for y in trace["y"]]
        colour = line.get("color") or _single(marker.get("color"))
        if "error_y" in trace:
            spread = [trace["error_y"]["arrayminus"], trace["error_y"]["array"]]
            self.axes.errorbar(xs, ys, spread, fmt="none", ecolor=colour, capsize=5, elinewidth=2)
        if trace.get("fill") == "tozeroy":
            self.axes.fill_between(xs, ys, 0, **_rgba(trace["fillcolor"]), linewidth=0)
        if "lines" in mode:
            self.axes.plot(
                xs,
                ys,
                label=None if "markers" in mode else self.label(trace),
                color=colour,
                linestyle=DASHES[line.get("dash", "solid")],
                linewidth=line.get("width", 2),
                drawstyle=STEPS[line.get("shape", "linear")],
                alpha=trace.get("opacity"),
            )
        if "markers" in mode:
            self._markers(trace, xs, ys)
        if "text" in mode:
            self._texts(trace, xs, ys)

    def _offset(self, trace: Json) -> list[float]:
        """Places, moved apart where points of several series share one."""
        places = self._places(trace)
        if self.chart.layout.get("scattermode") != "group":
            return places
        own = self.traces.index(trace)
        width = (1 - self.chart.layout["scattergap"]) / len(self.traces)
        return [place + (own - (len(self.traces) - 1) / 2) * width for place in places]

    def _markers(self, trace: Json, xs: Sequence[float], ys: Sequence[float]) -> None:
        marker = trace["marker"]
        colour, sizes = marker.get("color"), marker.get("size", 8)
        scale = {"c": colour, "cmap": marker["colorscale"].lower()} if _is_scale(marker) else {}
        edge = marker.get("line", {})
        lines = "lines" in trace["mode"]
        line = trace.get("line", {})
        self.axes.scatter(
            xs,
            ys,
            s=[(LARGER * size) ** 2 for size in sizes] if _many(sizes) else (LARGER * sizes) ** 2,
            marker=MARKERS[marker.get("symbol", "circle")],
            label=None if lines else self.label(trace),
            **(scale or {"color": colour or line.get("color")}),
            edgecolors=edge.get("color", "none"),
            linewidths=edge.get("width", 0),
            alpha=trace.get("opacity"),
            zorder=3,
        )
        if lines:  # one entry of the legend for line and points
            look = {"color": line.get("color"), "linestyle": DASHES[line.get("dash", "solid")]}
            symbol = MARKERS[marker.get("symbol", "circle")]
            self.axes.plot([], [], marker=symbol, label=self.label(trace), **look)

    def _texts(self, trace: Json, xs: Sequence[float], ys: Sequence[float]) -> None:
        places = trace["textposition"]
        for index, (x, y, text) in enumerate(zip(xs, ys, trace["text"], strict=True)):
            where = places[index] if _many(places) else places
            vertical, horizontal = where.split(" ")
            self.axes.annotate(
                plain(text),
                (x, y),
                (0, {"top": 9, "bottom": -9, "middle": 0}[vertical]),
                textcoords="offset points",
                ha=SIDES[horizontal],
                va=HEIGHTS[vertical],
                size=15,
                color=trace.get("textfont", {}).get("color", self.palette.text),
                annotation_clip=False,
            )

    def _bar(self, trace: Json) -> None:
        bars = self._of_type("bar")
        named = is_named(trace["x"])
        own, count = bars.index(trace), len(bars)
        gap = self.chart.layout.get("bargap", 0.2)
        shared = named and count > 1
        width = (1 - gap) / count if shared else 1 - gap
        shift = (own - (count - 1) / 2) * width if shared else 0.0
        places = [place + shift for place in self._places(trace)]
        marker = trace["marker"]
        self.axes.bar(
            places,
            trace["y"],
            width,
            label=self.label(trace),
            color=marker.get("color"),
            hatch=2 * marker.get("pattern", {}).get("shape", ""),  # not by colour alone
            edgecolor=self.palette.paper,
            linewidth=0,
        )
        for place, height, text in zip(places, trace["y"], trace.get("text", ()), strict=False):
            self._above(place, height, text)

    def _above(self, place: float, height: float, text: str) -> None:
        self.axes.annotate(
            plain(text),
            (place, height),
            (0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=13,
            color=self.palette.text,
        )

    def _waterfall(self, trace: Json) -> None:
        level = 0.0
        steps = zip(trace["y"], trace["measure"], trace["text"], strict=True)
        for place, (value, kind, text) in enumerate(steps):
            start = level if kind == "relative" else 0.0
            if place and kind == "relative":
                self._connect(trace, place, level)
            level = start + value
            key = "totals" if kind != "relative" else "decreasing" if value < 0 else "increasing"
            self.axes.bar(place, value, 0.75, bottom=start, color=trace[key]["marker"]["color"])
            self._above(place, max(start, level), text)
        self._connect(trace, len(trace["y"]) - 1, level)

    def _connect(self, trace: Json, place: int, level: float) -> None:
        line = trace["connector"]["line"]
        look = {"color": line["color"], "linestyle": DASHES[line["dash"]]}
        self.axes.plot([place - 1, place], [level, level], linewidth=line["width"], **look)

    def _heatmap(self, trace: Json) -> None:
        colours = ListedColormap([colour for _, colour in trace["colorscale"]][::2])
        self.axes.pcolormesh(
            trace["z"],
            cmap=colours,
            edgecolors=self.palette.paper,
            linewidth=trace["xgap"],
            shading="flat",
        )
        rows, columns = len(trace["z"]), len(trace["z"][0])
        self.axes.set(xlim=(0, columns), ylim=(0, rows))
        self.shift = 0.5


def _single(colour: object) -> str | None:
    return colour if isinstance(colour, str) else None


def _many(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _is_scale(marker: Json) -> bool:
    return _many(marker.get("color")) and "colorscale" in marker


def _rgba(text: str) -> Json:
    """``rgba(r,g,b,a)`` as matplotlib takes it."""
    red, green, blue, alpha = (float(part) for part in re.findall(r"[\d.]+", text))
    return {"color": (red / 255, green / 255, blue / 255), "alpha": alpha}
