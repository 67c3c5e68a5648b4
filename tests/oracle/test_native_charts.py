"""Charts on slides of PowerPoint's: its own show all that the page shows, the rest are pictures."""

import io
import subprocess

import pytest
from charts_of_the_atlas import charts
from export_helpers import OFFICE, POPPLER, pixels
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation
from pptx.oxml.ns import qn

import viz
from viz.charts.chart import Chart
from viz.charts.drawable import is_named, texts_of, unmarked
from viz.charts.hardware import roofline_chart
from viz.exports.native_charts import is_native, ranked
from viz.exports.office_charts import pptx_of
from viz.hardware.roofline import roof_rows
from viz.theme import PALETTES

CHARTS = charts()
NATIVE = [name for name, chart in CHARTS.items() if is_native(chart)]


def slide_of(chart, **caption):
    return Presentation(io.BytesIO(pptx_of(chart, **caption))).slides[0]


def chart_on(slide):
    (shape,) = [shape for shape in slide.shapes if shape.has_chart]
    return shape.chart


def numbers(series, which):
    """What is written for a series, by the number of its point: blanks are left out."""
    points = series._element.find(qn(which)).iter(qn("c:pt"))
    return {int(pt.get("idx")): float(pt.findtext(qn("c:v"))) for pt in points}


@pytest.mark.parametrize("name", CHARTS)
def test_a_slide_has_one_chart_its_title_and_its_source(name):
    slide = slide_of(CHARTS[name], title="A title", source="a source")
    assert slide.shapes.title.text_frame.text.startswith("A title")
    frames = [shape for shape in slide.shapes if shape.has_chart]
    shown = frames if name in NATIVE else pixels(slide.shapes)
    assert len(shown) == 1
    assert shown[0]._element.xpath(".//p:cNvPr")[0].get("descr").startswith("A title")
    if frames:
        assert "a source" in [s.text_frame.text for s in slide.shapes if s.has_text_frame]


def test_most_charts_of_one_panel_are_powerpoints_own():
    """Not bands, fills, whiskers, marks on steps, ticks with names, too few powers of ten."""
    single = [name for name, chart in CHARTS.items() if chart.panels == 1]
    assert len(NATIVE) >= 0.5 * len(single)
    for name in (
        "memory",
        "difference",
        "ratio",
        "squeeze",
        "gates",
        "running",
        "compound",
        "ranking",
    ):
        assert name not in NATIVE


@pytest.mark.parametrize("name", NATIVE)
def test_every_point_is_written_and_gaps_stay_gaps(name):
    for trace, series in zip(
        ranked(CHARTS[name]), chart_on(slide_of(CHARTS[name])).series, strict=False
    ):
        if is_named(trace["x"]):
            assert list(series.values) == pytest.approx(list(trace["y"]), abs=1e-4)
            continue
        xs, ys = numbers(series, "c:xVal"), numbers(series, "c:yVal")
        if trace.get("line", {}).get("shape", "linear") == "linear":
            assert [xs[at] for at in range(len(xs))] == pytest.approx(list(trace["x"]))
            assert [ys.get(at) for at in range(len(xs))] == list(trace["y"])
            continue
        steps = list(zip(range(len(xs) - 1), range(1, len(xs)), strict=True))
        assert all(xs[a] == xs[b] or ys[a] == ys[b] for a, b in steps), "slanted"
        for x, y in zip(trace["x"], trace["y"], strict=True):
            assert any(xs[a] <= x <= xs[b] and y in (ys[a], ys[b]) for a, b in steps)


@pytest.mark.parametrize("name", NATIVE)
def test_every_text_of_the_page_is_on_the_slide(name):
    slide = slide_of(CHARTS[name])
    xml = chart_on(slide)._chartSpace
    written = "".join(
        list(xml.itertext()) + [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    )
    for text in texts_of(CHARTS[name]):
        assert unmarked(text) in written


@pytest.mark.parametrize("name", NATIVE)
def test_axes_and_lines_are_the_pages(name):
    chart, made = CHARTS[name], chart_on(slide_of(CHARTS[name]))
    for axis, which in ((made.category_axis, "x"), (made.value_axis, "y")):
        is_log = axis._element.find(qn("c:scaling")).find(qn("c:logBase")) is not None
        assert is_log == (chart.axis(which).get("type") == "log")
    dashes = {"solid": "solid", "dash": "dash", "dot": "sysDot", "dashdot": "dashDot"}
    for trace, series in zip(ranked(chart), made.series, strict=False):
        if "lines" in trace.get("mode", ""):
            line = series._element.find(qn("c:spPr")).find(qn("a:ln"))
            wanted = trace["line"]
            assert line.find(qn("a:prstDash")).get("val") == dashes[wanted.get("dash", "solid")]
            assert int(line.get("w")) == 12_700 * wanted["width"]
        marks = series._element.find(qn("c:marker"))
        if trace["type"] == "scatter":
            has_marks = marks is not None and marks.find(qn("c:symbol")).get("val") != "none"
            assert has_marks == ("markers" in trace["mode"])
    hidden = list(made._chartSpace.iter(qn("c:legendEntry")))
    entries = [t for t in chart.data if t.get("name") and t.get("showlegend", True)]
    assert made.has_legend == (len(entries) > 1)
    if made.has_legend:
        assert len(list(made.series)) - len(hidden) == len(entries)


def bars_of(values, name="one"):
    chart = CHARTS["times"].copy()
    chart.data = [{**chart.data[0], "name": name, "y": values}]
    return chart


@pytest.mark.parametrize("ridge", [0.5, 31.2, 400.0])
def test_marks_of_any_size_are_drawn(ridge):
    """One operation may take most of the time; PowerPoint's marks end at 72 points."""
    rows = roof_rows(viz.trace("v3-small", classes=21_843), ridge)
    slide_of(roofline_chart(rows, ridge, "light"))


def test_nothing_but_zeros_are_bars_without_height():
    axis = chart_on(slide_of(bars_of([0.0, 0.0]))).value_axis
    assert (axis.minimum_scale, axis.maximum_scale) == (0, 1)


def test_a_name_is_no_formula():
    made = chart_on(slide_of(bars_of([1.0, 2.0], "=1+1")))
    book = load_workbook(io.BytesIO(made.part.chart_workbook.xlsx_part.blob))
    assert "f" not in [cell.data_type for row in book.active for cell in row]


def test_a_long_title_stays_on_its_slide():
    slide = slide_of(bars_of([1.0, 2.0]), title="A title " * 60)
    assert slide.shapes.title.text_frame.text.endswith("…")


def test_no_point_lies_on_the_end_of_an_axis():
    for name in NATIVE:
        made = chart_on(slide_of(CHARTS[name]))
        for trace in CHARTS[name].data:
            if "markers" not in trace.get("mode", ""):
                continue
            for axis, which in ((made.category_axis, "x"), (made.value_axis, "y")):
                if CHARTS[name].axis(which).get("type") == "log":
                    continue
                ends, values = (axis.minimum_scale, axis.maximum_scale), trace[which]
                assert all(v is None or v == 0 or ends[0] < v < ends[1] for v in values), name


def test_dark_slides_are_dark():
    dark = charts("dark")["curves"]
    slide = slide_of(dark, title="A title", source="a source")
    paper, text = (
        colour.lstrip("#").upper() for colour in (PALETTES["dark"].paper, PALETTES["dark"].text)
    )
    assert str(slide.background.fill.fore_color.rgb) == paper
    assert str(chart_on(slide).font.color.rgb) == text


def test_what_powerpoint_lacks_is_a_picture():
    chart = CHARTS["curves"].copy()
    assert is_native(chart)
    for change in (
        lambda c: c.data[0].update(fill="tozeroy", fillcolor="rgba(0,0,0,0.1)"),
        lambda c: c.data[0].update(error_y={"type": "data", "array": [1]}),
        lambda c: c.band(0, 1, "#000000", 0.5),
        lambda c: c.note("a note", 1, 1),
        lambda c: c.axis("x").update(tickvals=[1], ticktext=["one"]),
        lambda c: c.axis("x").update(type="log", range=[0.1, 0.9]),
        lambda c: c.data[0].update(unknown=1),
    ):
        other: Chart = chart.copy()
        change(other)
        assert not is_native(other)


@pytest.mark.skipif(not (OFFICE and POPPLER), reason="no LibreOffice and poppler here")
@pytest.mark.parametrize("name", ["accuracy", "roofline"])
def test_another_program_shows_every_series(name, tmp_path):
    """LibreOffice left out series that stand before a longer one."""
    chart = CHARTS[name]
    (tmp_path / "chart.pptx").write_bytes(pptx_of(chart))
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "chart.pptx")], capture_output=True, check=True)
    picture = tmp_path / "chart"
    draw = [
        "pdftoppm",
        "-r",
        "72",
        "-png",
        "-singlefile",
        str(tmp_path / "chart.pdf"),
        str(picture),
    ]
    subprocess.run(draw, check=True)
    image = Image.open(picture.with_suffix(".png")).convert("RGB")
    width, height = image.size
    plot = image.crop((0, round(0.22 * height), width, height))  # below the legend
    counts = {colour: count for count, colour in plot.getcolors(maxcolors=width * height)}
    for trace in chart.data:
        colour = trace.get("line", {}).get("color") or trace.get("marker", {}).get("color")
        if colour:
            assert counts.get(tuple(bytes.fromhex(colour.lstrip("#"))), 0) > 20, trace["name"]
