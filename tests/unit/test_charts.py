"""Charts: what Plotly's schema accepts, and nothing of it lost when they are drawn to a file."""

import io
import re
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import chain

import plotly.graph_objects as go
import pytest
from charts_of_the_atlas import charts
from PIL import Image

from viz.charts.drawable import DRAWN, UndrawableError, texts_of
from viz.charts.matplotlib import drawn
from viz.charts.slide import enlarged
from viz.charts.traces import plain
from viz.text import without_results
from viz.theme import PALETTES

CHARTS = charts()
DARK = charts("dark")


@lru_cache
def file_of(name: str) -> bytes:
    """A chart as a file that stands alone."""
    return drawn(CHARTS[name], "svg", title="A title", source="a source")


def words_in(svg: bytes) -> str:
    return " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())


@pytest.mark.parametrize("name", CHARTS)
def test_plotlys_schema_accepts_the_chart_and_its_slide(name):
    go.Figure(CHARTS[name].figure())  # raises for an attribute or a value that Plotly lacks
    go.Figure(enlarged(CHARTS[name], "A title").figure())


@pytest.mark.parametrize("name", CHARTS)
def test_every_text_and_every_colour_of_the_chart_is_in_the_file(name):
    """Plotly's own reading of the figure says which texts there are."""
    found = words_in(file_of(name))
    for text in texts_of(CHARTS[name]):
        assert " ".join(plain(text).split()) in found, text
    assert "A title" in found
    assert "a source" in found
    figure = go.Figure(CHARTS[name].figure())
    shown = [t for t in figure.data if t.name and t.showlegend is not False]
    for trace in shown if figure.layout.showlegend is not False else []:
        assert trace.name in found
    for trace in CHARTS[name].data:
        colours = [trace.get("line", {}).get("color"), trace.get("marker", {}).get("color")]
        for colour in colours:
            if isinstance(colour, str) and trace["x"]:
                assert colour in file_of(name).decode()


@pytest.mark.parametrize("name", [name for name in DARK if not name.startswith("deck")])
def test_dark_files_have_light_texts(name):
    svg = drawn(DARK[name], "svg", title="A title", source="a source").decode()
    assert "#000000" not in svg
    assert PALETTES["light"].text not in svg
    assert PALETTES["dark"].text in svg


def test_nothing_drawable_is_lost_in_silence():
    for name, chart in CHARTS.items():
        odd = chart.copy()
        odd.data[0]["stackgroup"] = "one"
        with pytest.raises(UndrawableError, match="stackgroup"):
            drawn(odd, "svg")
        odd = chart.copy()
        odd.axis("x")["rangeslider"] = {}
        with pytest.raises(UndrawableError, match="rangeslider"):
            drawn(odd, "svg")
        assert {t["type"] for t in chart.data} <= set(DRAWN), name


ODD = {  # each is a chart that Plotly takes
    "marker.opacity": ("family", {"data": {"marker": {"opacity": 0.2}}}),
    "marker.symbol": ("family", {"data": {"marker": {"symbol": "hourglass"}}}),
    "line.dash": ("sweep", {"data": {"line": {"dash": "5px 2px"}}}),
    "line.shape": ("sweep", {"data": {"line": {"shape": "spline"}}}),
    "fill": ("difference", {"data": {"fill": "tonexty"}}),
    "textposition": ("squeeze", {"data": {"textposition": "inside"}}),
    "title.font.color": ("sweep", {"axis": {"title": {"font": {"color": "#ff0000"}}}}),
    "type": ("sweep", {"axis": {"type": "date"}}),
    "line.simplify": ("sweep", {"data": {"line": {"simplify": False}}}),
}
NOTES = {
    "showarrow": {"text": "here", "x": 1, "y": 1},  # Plotly's own default draws an arrow
    "yshift": {"text": "here", "x": 1, "y": 1, "showarrow": False, "yshift": 30},
    "xref": {"text": "here", "x": 1, "y": 1, "showarrow": False, "xref": "x domain"},
}
SHAPES = {
    "shape.type": {"type": "circle", "x0": 0, "x1": 1, "y0": 0, "y1": 1},
    "a line": {"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1},  # neither across nor up
    "a rect": {"type": "rect", "x0": 0, "x1": 1, "y0": 0, "y1": 1, "fillcolor": "#ff0000"},
}


def merged(fields, more):
    for name, value in more.items():
        fields[name] = merged(fields.get(name, {}), value) if isinstance(value, dict) else value
    return fields


@pytest.mark.parametrize("message", ODD)
def test_no_attribute_of_an_attribute_and_no_value_is_lost_in_silence(message):
    name, more = ODD[message]
    odd = CHARTS[name].copy()
    merged(odd.data[0], more.get("data", {}))
    merged(odd.axis("x"), more.get("axis", {}))
    go.Figure(odd.figure())
    with pytest.raises(UndrawableError, match=re.escape(message)):
        drawn(odd, "svg")


@pytest.mark.parametrize(
    ("kind", "message", "item"),
    [
        *(("annotations", message, item) for message, item in NOTES.items()),
        *(("shapes", message, item) for message, item in SHAPES.items()),
    ],
)
def test_no_note_and_no_shape_is_drawn_as_another(kind, message, item):
    odd = CHARTS["sweep"].copy()
    odd.layout[kind] = [item]
    go.Figure(odd.figure())
    with pytest.raises(UndrawableError, match=message):
        drawn(odd, "svg")


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("difference", "fill-opacity: 0.35"),  # the area between curve and axis
        ("ratio", "opacity: 0.25"),  # the band of 1/8 to 1/9
        ("grid", PALETTES["light"].marked),  # the frame of the choice
        ("squeeze", PALETTES["light"].marked),  # the line at a quarter
        ("sweep", PALETTES["light"].muted),  # the line at the chosen width
    ],
)
def test_shapes_and_fills_are_drawn(name, mark):
    assert mark in file_of(name).decode()


def test_a_matrix_of_confusion_names_its_classes_on_both_sides():
    """The axis of the truth goes downwards."""
    svg = file_of("confusion")
    texts = ["".join(each.itertext()) for each in ElementTree.fromstring(svg).iter() if each.text]
    for name in CHARTS["confusion"].axis("y")["ticktext"]:
        assert texts.count(name) >= 2, name


def test_spirals_keep_their_colours():
    picture = Image.open(io.BytesIO(drawn(CHARTS["spirals"], "png"))).convert("RGB")
    found = {picture.getpixel((x, y)) for x in range(0, 1920, 2) for y in range(0, 1080, 2)}
    assert len(found) > 100
    assert any(r > 200 and g > 200 and b < 100 for r, g, b in found)  # Viridis ends in yellow
    assert any(r < 90 and g < 60 and 60 < b < 120 for r, g, b in found)  # and begins in violet


def test_whiskers_of_gates_are_drawn():
    chart = CHARTS["gates"]
    bare = chart.copy()
    for trace in bare.data:
        del trace["error_y"]
    assert drawn(chart, "svg").count(b"<path") > drawn(bare, "svg").count(b"<path")


def test_two_files_at_once_are_what_each_is_alone():
    some = list(CHARTS)[::6]
    alone = {name: drawn(CHARTS[name], "svg") for name in some}
    with ThreadPoolExecutor(8) as pool:
        for name, made in zip(some, pool.map(lambda n: drawn(CHARTS[n], "svg"), some), strict=True):
            assert made == alone[name], name


def _luminance(colour: str) -> float:
    """Relative, as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, paper: str, share: float) -> str:
    pairs = ((int(colour[at : at + 2], 16), int(paper[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def test_points_stand_out_from_a_dark_paper():
    """WCAG 2.1 asks for 3:1 of what carries a meaning."""
    paper = PALETTES["dark"].paper
    found = set()
    for name, chart in DARK.items():
        for trace in chart.data:
            colour = trace.get("marker", {}).get("color")
            if (
                "markers" in trace.get("mode", "")
                and isinstance(colour, str)
                and "opacity" in trace
            ):
                seen = _mixed(colour, paper, trace["opacity"])
                found.add(name)
                assert (_luminance(seen) + 0.05) / (_luminance(paper) + 0.05) >= 3, (name, colour)
    assert found


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("44.35 M", "?"),
        ("-15.05 M", "-?"),
        ("<b>● 217</b>", "?"),
        ("41.3 K parameters · 128 M MACs", "? parameters · ? MACs"),
        ("n = 2<br>error 0.62<br>≥ 2 live: 20 %", "n = 2<br>error ?<br>≥ 2 live: ?"),
        ("1,234,567 MACs", "? MACs"),
        ("3×3, linear", "3×3, linear"),
        ("160×16×16", "160×16×16"),
        ("ReLU6, 160 → 640", "ReLU6, 160 → 640"),
        ("arXiv:1801.04381, Figure 3", "arXiv:1801.04381, Figure 3"),
    ],
)
def test_results_are_left_out_of_a_text_and_shapes_are_not(text, left):
    assert without_results(text) == left


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_without_results_is_one_that_plotly_accepts(name):
    quiet = CHARTS[name].without_results()
    go.Figure(quiet.figure())
    assert all(trace["hoverinfo"] == "skip" for trace in quiet.data)
    assert not any(re.search(r"(?<![\w.])\d+\.\d", text) for text in marks_of(quiet))


def marks_of(chart):
    notes = [note["text"] for note in chart.layout.get("annotations", [])]
    texts = [trace["text"] for trace in chart.data if "text" in trace]
    return [t for t in (*notes, *chain.from_iterable(texts)) if isinstance(t, str)]
