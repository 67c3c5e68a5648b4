"""A chart in the one form that Streamlit hands on to Plotly as it is."""

import base64
from typing import Any

import numpy as np
import pandas  # noqa: F401 - plotly breaks when another thread is halfway through importing it
from plotly.basedatatypes import BaseFigure

from viz.charts.chart import Chart, Json

MANY, MOST = 200, 5_000  # numbers from which they are packed; points that SVG draws at most


class PlotlyFigure(BaseFigure):  # type: ignore[misc]  # plotly has no hints
    """A chart without Plotly's validation, which takes longer than all else; tests have done it."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        """The figure as plain data; long lines are packed, and very many points are WebGL's."""
        figure = self._chart.figure()
        points = sum(len(trace["x"]) for trace in figure["data"] if trace.get("mode") == "markers")
        # All of them are WebGL's, or none: its own lie above the others.
        kind = "scattergl" if points > MOST else "scatter"
        return figure | {"data": [_packed(trace, kind) for trace in figure["data"]]}


def _packed(trace: Json, kind: str) -> Json:
    """The trace with many numbers as bytes, which takes a tenth of the time of JSON."""
    if trace["type"] != "scatter" or "text" in trace.get("mode", ""):
        return trace
    if len(trace["x"]) < MANY:
        return trace | {"type": kind}
    return trace | {"type": kind, "x": _floats(trace["x"]), "y": _floats(trace["y"])}


def _floats(values: list[float | None]) -> Json:
    """Plotly's form of an array of float32; a gap is NaN."""
    content = np.asarray(values, np.float32).tobytes()
    return {"dtype": "f4", "bdata": base64.b64encode(content).decode()}
