"""A chart in the one form that Streamlit hands on to Plotly as it is."""

from typing import Any

import pandas  # noqa: F401 - plotly breaks when another thread is halfway through importing it
from plotly.basedatatypes import BaseFigure

from viz.charts.chart import Chart


class PlotlyFigure(BaseFigure):  # type: ignore[misc]  # plotly has no hints
    """A chart without Plotly's validation, which takes longer than all else; tests have done it."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        """The figure as plain data."""
        return self._chart.figure()
