"""A chart is drawn as a picture and native on a slide, with the same numbers."""

import csv
import io

import pytest
from export_helpers import made
from PIL import Image
from pptx import Presentation


@pytest.mark.parametrize("chart", ["costs", "width"])
def test_charts_are_drawn_and_native(chart):
    picture = Image.open(io.BytesIO(made("v2", "chart", "png", chart=chart, scale="1")))
    assert picture.size == (1920, 1080)
    assert "<text" in made("v2", "chart", "svg", chart=chart).decode()
    deck = Presentation(io.BytesIO(made("v2", "chart", "pptx", chart=chart)))
    (shape,) = [s for s in deck.slides[0].shapes if s.has_chart]
    rows = list(csv.reader(io.StringIO(made("v2", "chart", "csv", chart=chart).decode())))[1:]
    first = shape.chart.plots[0].series[0]
    own = [float(row[2]) for row in rows if row[0] == rows[0][0]]
    assert list(first.values) == pytest.approx(own, abs=1e-3)
