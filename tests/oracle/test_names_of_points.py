"""Names beside points: in the drawn file none covers another one, as poppler finds them."""

from itertools import combinations

import pytest
from export_helpers import POPPLER, words_on_paper

from viz.charts.hardware import latency_chart
from viz.charts.labels import sides
from viz.charts.matplotlib import drawn
from viz.hardware.latency import SHOWN_PARADOXES, devices, latency_rows, paradoxes


def ink(word):
    """Where the letters are: poppler's boxes are as high as a line."""
    left, top, right, bottom, _text = word
    quarter = (bottom - top) / 4
    return left, top + quarter, right, bottom - quarter


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.skipif(not POPPLER, reason="no poppler here")
@pytest.mark.parametrize("device", devices())
def test_no_name_covers_another(device, tmp_path):
    rows = latency_rows(device)
    chart = latency_chart(rows, paradoxes(rows)[:SHOWN_PARADOXES], "light")
    path = tmp_path / "chart.pdf"
    path.write_bytes(drawn(chart, "pdf", title="A title"))
    words = words_on_paper(str(path))
    names = {word for row in rows for word in row.network.split()}
    assert names <= {word[4] for word in words}
    for one, other in combinations([word for word in words if word[4] in names], 2):
        assert not overlap(ink(one), ink(other)), (one[4], other[4])


def test_a_name_goes_where_there_is_room():
    assert sides([(0.5, 0.5)], ["a"]) == ["top center"]
    beside = [(0.5, 0.5), (0.5, 0.53)]
    assert sides(beside, ["lower", "upper"]) == ["bottom center", "top center"]
    across = [((0.3, 0.55), (0.7, 0.55)), ((0.3, 0.45), (0.7, 0.45))]
    assert sides([(0.5, 0.5)], ["between two lines"], across)[0].startswith("middle")
