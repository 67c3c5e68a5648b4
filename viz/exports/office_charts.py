"""The data of charts as CSV, and charts on slides of PowerPoint's."""

import io
from collections.abc import Iterator
from typing import Any

from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Pt

from viz.charts.chart import Chart
from viz.charts.drawable import unmarked
from viz.charts.matplotlib import drawn
from viz.exports.native_charts import add_native, is_native
from viz.exports.presentation import (
    HEIGHT,
    WIDTH,
    bare,
    describe,
    place_title,
    presentation,
    rgb,
    saved,
    titled_slide,
)
from viz.facts.rows import csv_lines
from viz.text import printable, shortened, size_for
from viz.theme import FONT, PALETTES

TITLE, LEAST, SOURCE = 24, 14, 12  # points
SIDE = Emu(250_000)
_ACROSS = Emu(WIDTH - 2 * SIDE)
TITLE_PLACE = (SIDE, Emu(150_000), _ACROSS, Emu(600_000))
CHART_PLACE = (SIDE, Emu(800_000), _ACROSS, Emu(HEIGHT - 1_150_000))
SOURCE_PLACE = (SIDE, Emu(HEIGHT - 330_000), _ACROSS, Emu(230_000))


def csv_of(chart: Chart) -> bytes:
    """Series, x, y; for a heat map its values by column and row."""
    titles = [chart.axis(which)["title"]["text"] or which for which in ("x", "y")]
    return csv_lines([("series", *titles), *_points(chart)]).encode()


def _points(chart: Chart) -> Iterator[tuple[object, object, object]]:
    for trace in chart.data:
        if trace["type"] == "heatmap":
            columns, rows = (chart.axis(which)["ticktext"] for which in ("x", "y"))
            for name, row in zip(rows, trace["customdata"], strict=True):
                yield from ((name, x, value) for x, value in zip(columns, row, strict=True))
        else:
            pairs = zip(trace["x"], trace["y"], strict=True)
            yield from ((trace.get("name"), _bare(x), y) for x, y in pairs if y is not None)


def _bare(name: object) -> object:
    """A name without the blanks that keep bars of one name apart."""
    return name.rstrip() if isinstance(name, str) else name


def pptx_of(chart: Chart, title: str = "", source: str = "") -> bytes:
    """A slide with the chart: PowerPoint's own where it has such a one, else a picture of it."""
    text = " · ".join(dict.fromkeys(part for part in (title, title_of(chart)) if part))
    deck = presentation(text)
    add_chart(titled_slide(deck, text), chart, source)
    return saved(deck)


def title_of(chart: Chart) -> str:
    """The chart's title, or nothing."""
    return str(chart.layout.get("title", {}).get("text", ""))


def add_chart(slide: Any, chart: Chart, source: str = "") -> None:
    """Add a chart that fills a slide which has a title; the slide has the chart's ground."""
    palette, title = PALETTES[chart.mode], slide.shapes.title.text_frame.text
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = rgb(palette.paper)
    if is_native(chart):
        points = size_for(title, TITLE, TITLE_PLACE[2] / Pt(1), bold=True, least=LEAST)
        slide.shapes.title.text_frame.text = shortened(title, points, TITLE_PLACE[2] / Pt(1))
        place_title(slide, TITLE_PLACE, points, palette.text)
        shape = add_native(slide, chart, CHART_PLACE)
        _add_source(slide, source, palette.muted)
    else:
        untitled = chart.copy()
        untitled.layout.pop("title", None)  # the slide's title says it
        picture = io.BytesIO(drawn(untitled, "png", scale=2, title=title, source=source))
        shape = slide.shapes.add_picture(picture, 0, 0, WIDTH, HEIGHT)
    describe(shape, _description(chart, title))


def _description(chart: Chart, title: str) -> str:
    """Description of a chart in one sentence."""
    names = ", ".join(dict.fromkeys(t["name"] for t in chart.data if t.get("name")))
    x, y = (unmarked(chart.axis(which)["title"]["text"]) for which in ("x", "y"))
    axes = f"{y} against {x}" if x and y else y or x
    details = "; ".join(part for part in (axes, f"series: {names}" if names else "") if part)
    return f"{title}: {details}." if details else title


def _add_source(slide: Any, source: str, colour: str) -> None:
    if not source:
        return
    box = slide.shapes.add_textbox(*SOURCE_PLACE)
    bare(box.text_frame)
    box.text_frame.word_wrap = True  # else its middle is the place
    paragraph = box.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    run = paragraph.add_run()
    run.text, run.font.size, run.font.name = printable(source), Pt(SOURCE), FONT
    run.font.color.rgb = rgb(colour)
