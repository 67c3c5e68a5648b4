"""Files as other programs read them: every format of the registry, for every network."""

import csv
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import openpyxl
import pypdf
import pytest
import resvg_py
import torch
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Emu
from safetensors.torch import load

import viz
from viz.commands import main
from viz.drawing.scene import Shape
from viz.exports import EXPORTS, NEEDS_TORCH, file_name, request_of, spec
from viz.exports.deck import DECKS
from viz.exports.lecture import TOPICS, Lecture, lecture_of
from viz.exports.pictures import as_png, largest_scale
from viz.facts.tables import operation_rows
from viz.net.operations import JOINS
from viz.net.zoo import ZOO
from viz.pytorch.files import module_of

KINDS = [(what, kind) for what, formats in EXPORTS.items() for kind in formats]
ODD = {"width": "0.75", "resolution": "96", "theme": "dark", "scale": "1"}


def made(network: str, what: str, kind: str, **chosen: str) -> bytes:
    return EXPORTS[what][kind].make(request_of(network, chosen))


@pytest.mark.parametrize(("what", "kind"), KINDS)
def test_same_input_same_bytes(what, kind):
    assert made("v3-small", what, kind, **ODD) == made("v3-small", what, kind, **ODD)


@pytest.mark.parametrize(("what", "kind"), [k for k in KINDS if k[1] not in NEEDS_TORCH])
def test_every_format_is_made_for_every_network(network, what, kind):
    content = made(network, what, kind)
    assert len(content) > 80
    name = file_name(request_of(network, {}), what, kind)
    assert name.startswith(network)
    assert name.endswith(EXPORTS[what][kind].suffix)


# Pictures


def test_pdf_is_one_page_whose_text_is_text(network):
    page = pypdf.PdfReader(io.BytesIO(made(network, "diagram", "pdf"))).pages[0]
    assert (page.mediabox.width, page.mediabox.height) == (1920, 1080)
    text = page.extract_text()
    for block in viz.trace(network).blocks:
        assert block.name in text
    assert "/XObject" not in page["/Resources"], "a picture of pixels"


@pytest.mark.parametrize("theme", ["light", "dark", "transparent"])
def test_another_renderer_draws_the_svg(theme):
    content = made("v3-small", "diagram", "svg", theme=theme).decode()
    picture = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=content))))
    assert picture.size == (1920, 1080)
    red, green, blue, alpha = picture.convert("RGBA").getpixel((5, 5))
    assert alpha == (0 if theme == "transparent" else 255)
    if theme != "transparent":
        assert (red + green + blue > 384) == (theme == "light")


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_png_has_the_scale_that_was_asked_for(scale):
    picture = Image.open(io.BytesIO(made("v1", "diagram", "png", scale=str(scale))))
    assert picture.size == pytest.approx((1920 * scale, 1080 * scale), abs=scale)


def shapes_of(content: bytes, number: int = 0):
    """Shapes of a slide by name, those in groups too, with their places."""
    slide = Presentation(io.BytesIO(content)).slides[number]
    found = {}
    for shape in slide.shapes:
        members = (
            shape.shapes if shape.shape_type is not None and shape.shape_type == 6 else [shape]
        )
        found |= {member.name: member for member in members}
    return slide, found


def pixels(shapes):
    """Pictures, which none of our slides should have."""
    return [shape for shape in shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def test_slide_has_a_native_shape_for_every_block_and_glued_arrows(network):
    slide, shapes = shapes_of(made(network, "diagram", "pptx"))
    traced = viz.trace(network)
    identifiers = {}
    for block in traced.blocks:
        shape = shapes[f"block-{block.index}"]
        identifiers[shape.shape_id] = block.index
        assert block.name in shape.text_frame.text
    joints = [
        (int(ends[0].get("id")), int(ends[1].get("id")))
        for ends in (
            (s._element.find(".//{*}stCxn"), s._element.find(".//{*}endCxn")) for s in slide.shapes
        )
        if ends[0] is not None
    ]
    flow = [(identifiers[a], identifiers[b]) for a, b in joints]
    assert flow == [(i, i + 1) for i in range(len(traced.blocks) - 1)]
    assert not [shape for shape in shapes.values() if shape.shape_type == MSO_SHAPE_TYPE.PICTURE], (
        "a picture"
    )


def test_slide_boxes_stand_where_the_picture_has_them():
    from svg import Drawing

    order = request_of("v3-large", {})
    boxes = Drawing(order.diagram.svg()).boxes("cell")
    _slide, shapes = shapes_of(made("v3-large", "diagram", "pptx"))
    scale = Emu(12_192_000) / 1920
    for key, box in boxes.items():
        left, top = shapes[key].left / scale, shapes[key].top / scale
        assert left == pytest.approx(box.left, abs=1.5)
        assert top == pytest.approx(1080 + box.top, abs=1.5)


@pytest.mark.parametrize("kind", ["mermaid", "sequence"])
def test_mermaid_names_every_block(network, kind):
    text = made(network, "diagram", kind).decode()
    for block in viz.trace(network).blocks:
        assert re.search(rf"\bb{block.index}\b", text)
        assert block.name in text


# Tables


def test_csv_json_and_excel_hold_the_traces_rows(network):
    rows = operation_rows(viz.trace(network))
    from_csv = list(csv.DictReader(io.StringIO(made(network, "table", "csv").decode())))
    from_json = json.loads(made(network, "table", "json"))
    sheet = openpyxl.load_workbook(io.BytesIO(made(network, "table", "xlsx"))).active
    assert from_json["operations"] == json.loads(json.dumps([row._asdict() for row in rows]))
    assert sum(int(row["macs"]) for row in from_csv) == from_json["macs"] == viz.trace(network).macs
    heading, *lines = sheet.iter_rows(values_only=True)
    assert sum(line[heading.index("parameters")] for line in lines) == viz.trace(network).params
    assert len(from_csv) == len(lines) == len(rows)


class Cells(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows = 0

    def handle_starttag(self, tag, _attrs):
        self.rows += tag == "tr"


def test_html_and_latex_have_a_line_for_every_row(network):
    wanted = len(viz.trace(network).operations)
    parser = Cells()
    parser.feed(made(network, "table", "html").decode())
    assert parser.rows == wanted + 1
    latex = made(network, "table", "tex").decode()
    assert latex.count(r"\\") == wanted + 1
    assert not re.search(r"(?<!\\)[_%#]", latex)
    columns = {line.count("&") for line in latex.splitlines() if line.endswith(r"\\")}
    assert len(columns) == 1


def test_a_slide_table_holds_every_row(network):
    deck = Presentation(io.BytesIO(made(network, "table", "pptx", rows="block")))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    lines = sum(len(table.rows) - 1 for table in tables)
    assert lines == len(viz.trace(network).blocks)


# Charts


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


# Models


@pytest.mark.parametrize("width", ["0.5", "1.0"])
def test_onnx_gives_torchs_outputs(network, width):
    order = request_of(network, {"width": width, "resolution": "64"})
    content = EXPORTS["model"]["onnx"].make(order)
    onnx.checker.check_model(onnx.load_from_string(content))
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        expected = module_of(order.traced)(image).numpy()
    (output,) = onnxruntime.InferenceSession(content).run(None, {"image": image.numpy()})
    np.testing.assert_allclose(output, expected, atol=1e-5 * float(np.abs(expected).max()))


def test_python_file_and_weights_make_the_same_network(network):
    order = request_of(network, {"width": "0.75", "resolution": "64"})
    names: dict[str, object] = {"__name__": "exported"}
    exec(EXPORTS["model"]["py"].make(order).decode(), names)
    model = names["build"]().eval()
    weights = load(EXPORTS["model"]["safetensors"].make(order))
    model.load_state_dict(weights, strict=True)
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(model(image), module_of(order.traced)(image))


def test_python_file_imports_nothing_but_torch():
    text = made("post-004", "model", "py").decode()
    roots = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert roots == {"collections", "torch"}


@pytest.mark.parametrize("chosen", [{}, {"width": "0.35", "classes": "7"}])
def test_specification_reads_back(network, chosen):
    order = request_of(network, chosen)
    again = spec.read(EXPORTS["model"]["json"].make(order))
    assert again == order.traced
    assert again.params == order.traced.params


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "mobilenet-atlas", "version": 9}'])
def test_other_files_are_refused_in_one_sentence(text):
    with pytest.raises(viz.ConfigError):
        spec.read(text)


# Lecture


@pytest.fixture(scope="module")
def deck() -> bytes:
    return DECKS["pptx"](Lecture(), lambda _done, _all: None)


def test_default_deck_has_native_slides_with_notes(deck):
    slides = list(Presentation(io.BytesIO(deck)).slides)
    pages = Lecture().pages()
    assert len(slides) == len(pages) + 1
    for slide, page in zip(slides[1:], pages, strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        assert page.title in notes
        assert "http://localhost:8501/" in notes
        assert not [
            shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE
        ], "a picture"
    text = " ".join(slide.notes_slide.notes_text_frame.text for slide in slides[1:])
    for key in ("v1", "v2", "v3-large", "v3-small"):
        assert f"{viz.trace(key).params:,} parameters" in text


@pytest.mark.parametrize("kind", DECKS)
def test_a_deck_is_the_same_bytes_again(kind, deck):
    def again() -> bytes:
        return DECKS[kind](Lecture(("v1", "v3-small")), lambda _done, _all: None)

    assert again() == again()
    assert kind != "pptx" or zipfile.ZipFile(io.BytesIO(deck)).testzip() is None


def test_pdf_deck_has_a_page_for_every_page():
    seen: list[tuple[int, int]] = []
    content = DECKS["pdf"](Lecture(), lambda done, total: seen.append((done, total)))
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) == len(Lecture().pages())
    assert {(float(p.mediabox.width), float(p.mediabox.height)) for p in pages} == {(1920, 1080)}
    assert seen[-1] == (len(pages), len(pages))


@pytest.mark.parametrize("network", list(ZOO))
def test_a_lecture_about_any_single_network_can_be_made(network):
    assert DECKS["pptx"](lecture_of(network), lambda _done, _all: None)


def test_the_page_offers_the_topics_that_there_are():
    from viz.ui.parts import deck as decks

    assert list(decks.TOPICS) == list(TOPICS)
    assert set(decks.FORMATS) == set(DECKS)


# Command line


def test_command_writes_what_the_registry_makes(tmp_path):
    target = tmp_path / "picture.pdf"
    arguments = ["export", "v3-large", "--width", "0.75", "--format", "pdf"]
    assert main([*arguments, "--output", str(target)]) == 0
    assert target.read_bytes() == made("v3-large", "diagram", "pdf", width="0.75")
    assert [path.name for path in tmp_path.iterdir()] == ["picture.pdf"]


def test_files_are_overwritten_by_force_only(tmp_path, capsys):
    target = tmp_path / "t.csv"
    target.write_text("mine")
    arguments = ["export", "v2", "--what", "table", "--format", "csv", "--output", str(target)]
    assert main(arguments) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_text() == "mine"
    assert main([*arguments, "--force"]) == 0
    assert target.read_text().startswith("path,")


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch, capsys):
    def broken(self, _data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", broken)
    assert main(["export", "v2", "--format", "dot", "--output", str(tmp_path / "x.gv")]) == 2
    assert "No space left" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


BAD = [
    ["export", "v9"],
    ["export", "v2", "--format", "gif"],
    ["export", "v2", "--what", "model", "--format", "svg"],
    ["export", "v2", "--block", "99"],
    ["export", "v2", "--theme", "pink"],
    ["export", "v2", "--scale", "9"],
    ["export", "v2", "--width", "nan"],
    ["export", "v2,v9", "--what", "deck", "--format", "pptx"],
    ["export", "all", "--what", "deck", "--format", "svg"],
    ["export", "all", "--what", "deck", "--format", "pdf", "--topics", "weather"],
    ["export", "v2", "--output", "/nowhere/x.svg"],
]


@pytest.mark.parametrize("arguments", BAD)
def test_bad_command_lines_get_one_sentence(arguments, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("viz: ")


# Other people's programs, where they are installed

OFFICE = shutil.which("soffice")
POPPLER = shutil.which("pdftotext")
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<')


def words_on_paper(path):
    """(left, top, right, bottom, text) of every word, as poppler places it."""
    done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True)
    page = re.search(r'<page width="([\d.]+)"', done.stdout.decode())
    scale = 1920 / float(page.group(1))
    return [
        (*(scale * float(n) for n in match.groups()[:4]), match.group(5))
        for match in WORD.finditer(done.stdout.decode())
    ]


def labelled_boxes(network):
    items = request_of(network, {}).diagram.scene.items
    return [item.box for item in items if isinstance(item, Shape) and item.lines]


@pytest.mark.skipif(not (OFFICE and POPPLER), reason="no LibreOffice and poppler here")
def test_libreoffice_shows_every_network_with_no_text_outside_its_box(tmp_path):
    for network in ZOO:
        (tmp_path / f"{network}.pptx").write_bytes(made(network, "diagram", "pptx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    files = [str(path) for path in sorted(tmp_path.glob("*.pptx"))]
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=300)
    for network in ZOO:
        boxes = labelled_boxes(network)
        words = words_on_paper(str(tmp_path / f"{network}.pdf"))
        assert len(words) > 10
        for left, top, right, bottom, text in words:
            x, y = (left + right) / 2, 1080 - (top + bottom) / 2
            for box in boxes:
                if box.left < x < box.right and box.bottom < y < box.top:
                    assert left >= box.left - 1, (network, text)
                    assert right <= box.right + 1, (network, text)


@pytest.mark.skipif(not POPPLER, reason="no poppler here")
def test_poppler_finds_every_label_of_the_pdf_in_its_box(network, tmp_path):
    path = tmp_path / "picture.pdf"
    path.write_bytes(made(network, "diagram", "pdf"))
    boxes = [
        item.box
        for item in request_of(network, {}).diagram.scene.items
        if getattr(item, "lines", ())
    ]
    for left, top, right, bottom, text in words_on_paper(str(path)):
        x, y = (left + right) / 2, 1080 - (top + bottom) / 2
        for box in boxes:
            if box.left < x < box.right and box.bottom < y < box.top:
                assert left >= box.left - 1, text
                assert right <= box.right + 1, text


@pytest.mark.skipif(not OFFICE, reason="no LibreOffice here")
def test_libreoffice_reads_the_workbook(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(made("v3-small", "table", "xlsx", rows="block"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76"  # commas, quotes, UTF-8
    command = [OFFICE, profile, "--headless", "--convert-to", as_csv, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "t.xlsx")], check=True, capture_output=True)
    if not (tmp_path / "t.csv").exists():
        pytest.skip("LibreOffice without Calc")
    rows = list(csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8")))
    total = sum(int(row["parameters"].replace(",", "")) for row in rows)
    assert total == viz.trace("v3-small").params


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no TeX here")
def test_tex_sets_the_table(tmp_path):
    body = made("v3-small", "table", "tex", rows="block").decode()
    text = "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n"
    (tmp_path / "t.tex").write_text(text + body + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert (tmp_path / "t.pdf").stat().st_size > 1000


def test_joins_of_the_specification_are_skips(network):
    for op in viz.trace(network).operations:
        assert bool(op.joins) <= (op.kind in JOINS)


PARSER = """
import { JSDOM } from "jsdom"
import { readFileSync } from "node:fs"
const { window } = new JSDOM("")
Object.assign(globalThis, { window, document: window.document })
const { default: mermaid } = await import("mermaid")
for (const name of process.argv.slice(2)) {
  console.log((await mermaid.parse(readFileSync(name, "utf8"))).diagramType)
}
"""
MERMAID = os.environ.get("ATLAS_MERMAID", "")  # a folder where npm has installed mermaid and jsdom


@pytest.mark.skipif(not MERMAID, reason="ATLAS_MERMAID names no folder with mermaid and jsdom")
def test_mermaids_own_parser_reads_every_network(tmp_path):
    script = Path(MERMAID) / "parse.mjs"
    script.write_text(PARSER, encoding="utf-8")
    files = []
    for network in ZOO:
        for kind in ("mermaid", "sequence"):
            files.append(tmp_path / f"{network}.{kind}")
            files[-1].write_bytes(made(network, "diagram", kind))
    done = subprocess.run(
        ["node", str(script), *map(str, files)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["flowchart-v2", "sequence"] * len(ZOO)


def test_the_largest_scale_of_a_tall_picture_can_be_drawn():
    order = request_of("v3-large", {"level": "operation"})
    scale = largest_scale(order)
    assert 1 <= scale < 4
    assert as_png(replace(order, scale=scale))[:4] == b"\x89PNG"
