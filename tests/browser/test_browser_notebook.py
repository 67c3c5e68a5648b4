"""Traces, diagrams and comparisons show themselves in a notebook: executed, converted, printed."""

import re
import subprocess
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from browser import FLAGS, chromium, in_a_browser
from lxml import html
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image
from pypdf import PdfReader

import viz

pytestmark = in_a_browser
NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"
SVG, PNG, HTML, TEXT = "image/svg+xml", "image/png", "text/html", "text/plain"


@pytest.fixture(scope="module")
def executed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": viz_folder()}})
    client.execute()  # raises CellExecutionError
    return notebook


def viz_folder() -> str:
    return str(Path(viz.__file__).parents[1])


@pytest.fixture(scope="module")
def page(executed, tmp_path_factory) -> Path:
    body, _ = HTMLExporter().from_notebook_node(executed)
    file = tmp_path_factory.mktemp("notebook") / "notebook.html"
    file.write_text(body, encoding="utf-8")
    return file


def shown(notebook, source: str) -> dict[str, str]:
    """What the cell with this source shows."""
    cell = next(cell for cell in notebook.cells if cell.source.startswith(source))
    return cell.outputs[-1].data


def rows(bundle) -> list[list[str]]:
    table = html.fromstring(bundle[HTML]).find(".//table")
    return [[cell.text_content() for cell in line] for line in table.iter("tr")]


def test_every_line_of_code_shows_something(executed):
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code if not cell.outputs] == ["import viz"]


def test_a_trace_is_a_table_whose_lines_add_up(executed):
    bundle = shown(executed, 'viz.trace("v3-large"')
    heading, *lines = rows(bundle)
    traced = viz.trace("v3-large", width=0.75)
    assert [line[0] for line in lines] == [block.name for block in traced.blocks]
    for name, total in (("params", traced.params), ("MACs", traced.macs)):
        column = heading.index(name)
        assert sum(int(line[column].replace(",", "")) for line in lines) == total
    assert f"{traced.params:,} parameters" in bundle[TEXT]
    assert bundle[TEXT].splitlines()[0] == traced.config.title


def test_a_long_network_says_how_many_blocks_are_left_out(executed):
    lines = rows(shown(executed, 'viz.trace("v4-conv-large"'))[1:]
    left_out = [line[0] for line in lines if line[0].startswith("…")]
    (number,) = re.findall(r"\d+", *left_out)
    assert len(lines) - 1 + int(number) == len(viz.trace("v4-conv-large").blocks)
    assert lines[-1][0] == viz.trace("v4-conv-large").blocks[-1].name


def test_a_diagram_is_vectors_and_pixels_of_one_shape(executed):
    bundle = shown(executed, 'viz.diagram("v3-large"')
    picture = ElementTree.fromstring(bundle[SVG])
    texts = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"bneck 15", "classifier"} <= texts
    image = Image.open(BytesIO(b64decode(bundle[PNG])))
    assert image.size == (1920, 1080)
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    assert (width, height) == image.size
    assert HTML not in bundle  # a front end would take it before the picture


def test_a_comparison_shows_both_and_their_totals(executed):
    bundle = shown(executed, "viz.compare")
    (source,) = html.fromstring(bundle[HTML]).xpath("//img/@src")
    picture = b64decode(source.removeprefix("data:image/svg+xml;base64,"))
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    totals = {line[0]: line[1:] for line in rows(bundle)}
    assert totals["parameters"][:3] == ["3,504,872", "5,483,032", "1,978,160"]
    assert {SVG, PNG, TEXT} <= set(bundle)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_nothing_shown_is_larger_than_a_screen(browser, page, width, height):
    opened = browser.new_page(viewport={"width": width, "height": height})
    opened.goto(page.as_uri())
    areas = [box.bounding_box() for box in opened.locator(".jp-OutputArea-output").all()]
    assert len(areas) > 5
    for area in areas:
        assert area["x"] + area["width"] <= width
    for area in (box.bounding_box() for box in opened.locator("table, .jp-OutputArea img").all()):
        assert area["x"] + area["width"] <= width
        assert area["height"] <= height
    opened.close()


def test_as_pdf_words_of_tables_and_pictures_stay_text(page, tmp_path):
    """By the browser's own printing: nbconvert's webpdf takes only a browser that it downloads."""
    file = tmp_path / "notebook.pdf"
    command = [chromium(), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--no-pdf-header-footer", f"--print-to-pdf={file}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = "\n".join(page.extract_text() for page in PdfReader(file).pages)
    for word in ("3,377,576 parameters", "10,010,112", "8.83 K parameters", "3.38 M parameters"):
        assert word in text
