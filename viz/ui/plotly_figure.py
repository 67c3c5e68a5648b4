"""A chart in the one form that Streamlit hands on to Plotly as it is."""

import base64
from typing import Any

import numpy as np
import pandas  # noqa: F401 - plotly breaks when another thread is halfway through importing it
from plotly.basedatatypes import BaseFigure

from viz.charts.chart import Chart, Json

MANY, MOST = 1_000, 5_000  # points from which they are packed, and which SVG draws at most


class PlotlyFigure(BaseFigure):  # type: ignore[misc]  # plotly has no hints
    """A chart without Plotly's validation, which takes longer than all else; tests have done it."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        """The figure as plain data; many points are WebGL's, and packed."""
        figure = self._chart.figure()
        points = [trace for trace in figure["data"] if trace.get("mode") == "markers"]
        count = sum(len(trace["x"]) for trace in points)
        if count < MANY:
            return figure
        # All of them are WebGL's, or none: its own lie above the others.
        kind = "scattergl" if count > MOST else "scatter"
        packed = [_packed(trace, kind) if _is_bare(trace) else trace for trace in figure["data"]]
        return figure | {"data": packed}


def _is_bare(trace: Json) -> bool:
    return trace["type"] == "scatter" and "text" not in trace.get("mode", "")


def _packed(trace: Json, kind: str) -> Json:
    """The trace with its numbers in a quarter of the bytes of JSON."""
    return trace | {"type": kind, "x": _floats(trace["x"]), "y": _floats(trace["y"])}


def _floats(values: list[float]) -> Json:
    """Plotly's form of an array of float32."""
    content = np.asarray(values, np.float32).tobytes()
    return {"dtype": "f4", "bdata": base64.b64encode(content).decode()}
