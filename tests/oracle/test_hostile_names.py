"""Names that mean harm stay names in every file: as other programs read it, nothing comes alive."""

import csv
import html
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import lxml.etree
import lxml.html
import mistune
import openpyxl
import pandas
import pypdf
import pytest
import yaml
from export_helpers import OFFICE, POPPLER
from hostile_names import NAMES, module, onnx_file
from markdown_it import MarkdownIt
from pptx import Presentation

import viz
from viz.charts.chart import Chart
from viz.charts.matplotlib import drawn
from viz.charts.network import share_chart
from viz.charts.training import confusion_chart
from viz.exports import EXPORTS, Request
from viz.exports.office_charts import csv_of, pptx_of
from viz.facts.rows import Table, csv_text, markdown, shown
from viz.facts.tables import block_rows
from viz.net.design import design
from viz.net.trace import Trace
from viz.reading.graphs.network import trace_of
from viz.reading.graphs.nodes import Graph, Node
from viz.text import printable

# A machine may have no font for one of the names, which is said.
pytestmark = pytest.mark.filterwarnings("ignore::viz.charts.drawable.FontWarning")

FORMULA = tuple("=+-@\t\r")
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
ALIVE = ("script", "img", "iframe", "object", "foreignObject")
MERMAID = os.environ.get("ATLAS_MERMAID", "")


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> dict[str, Trace]:
    file = onnx_file(tmp_path_factory.mktemp("hostile"))
    return {"onnx": viz.read(file, 8), "module": viz.read(module(), 8)}


@pytest.fixture(params=["onnx", "module"])
def traced(request, read) -> Trace:
    return read[request.param]


def file_of(traced: Trace, what: str, kind: str, **chosen: str | int) -> bytes:
    return EXPORTS[what][kind].make(Request(traced.config, **chosen))


def called(name: str) -> Trace:
    """A network of one layer which has this name itself."""
    node = Node("layer", "activation", name[:200], ("",), (3, 8, 8), function="relu")
    return trace_of(Graph(name, name, (3, 8, 8), (node,), ("layer",)))


def paths(traced: Trace) -> list[str]:
    return [operation.path for operation in traced.operations]


def spaced(texts) -> list[str]:
    return [" ".join(text.split()) for text in texts]


def test_the_names_reach_the_networks(read):
    assert len(NAMES) == 40
    for traced in read.values():
        found = paths(traced)
        assert len(found) >= 40
        assert all(map(str.isprintable, found))
        assert {"=1+1", "<img src=x onerror=alert(1)>", "a|b|c"} <= set(found)


def same_but_for_the_mark(cells, names) -> bool:
    return [cell.removeprefix("'") for cell in cells] == [name.removeprefix("'") for name in names]


def test_no_cell_of_a_csv_file_is_a_formula(traced):
    content = file_of(traced, "table", "csv")
    frame = pandas.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    assert same_but_for_the_mark(frame["path"], paths(traced))
    assert not [cell for cell in frame["path"] if cell.lstrip(" ").startswith(FORMULA)]
    assert len({len(line) for line in csv.reader(io.StringIO(content.decode(), newline=""))}) == 1


def test_numbers_below_nothing_stay_numbers_in_csv():
    assert csv_text(Table(("a", "b"), ((-1, -2.5),))) == "a,b\n-1,-2.5\n"


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(traced):
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(traced, "table", "xlsx"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert [str(row[0].value) for row in sheet.iter_rows(min_row=2)] == paths(traced)


@pytest.mark.skipif(not OFFICE, reason="no LibreOffice here")
def test_libreoffice_computes_nothing_in_csv_and_excel(read, tmp_path):
    made = []
    for source, traced in read.items():
        for kind in ("csv", "xlsx"):
            made.append(tmp_path / f"{source}-{kind}.{kind}")
            made[-1].write_bytes(file_of(traced, "table", kind))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, made)], check=True, capture_output=True, timeout=180)
    for path in made:
        text = path.with_suffix(".fods").read_text(encoding="utf-8")
        assert "1+1" in text
        assert not re.search(r"table:formula=.of:=(?!TRUE|FALSE).{0,80}|<text:a .{0,80}", text)


def markdown_tables(text: str) -> list[str]:
    commonmark = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    others = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "math"])
    return [commonmark.render(text), str(others(text))]


def test_a_markdown_cell_holds_its_name_and_nothing_else(traced):
    text = file_of(traced, "table", "md").decode()
    for page in markdown_tables(text):
        (table,) = lxml.html.fragments_fromstring(page)
        tags = {element.tag for element in table.iter()}
        assert tags == TABLE
        rows = [[cell.text_content() for cell in row.findall("td")] for row in table.iter("tr")][1:]
        assert spaced(row[0] for row in rows) == spaced(paths(traced))
        assert len({len(row) for row in rows}) == 1
    assert "{{" not in text


def test_ordinary_tables_have_no_sign_of_escaping(network):
    for rows in ("operation", "block", "stage", "paper"):
        request = Request(viz.configure(network), rows=rows)
        lines = EXPORTS["table"]["md"].make(request).decode().splitlines()
        assert not [line for line in lines if "\\" in line]
        table = Table(("x",), tuple((cell,) for cell in lines[2].strip("| ").split(" | ")))
        assert csv_text(table).replace('"', "").splitlines()[1:] == [str(c) for (c,) in table.lines]


# What a TeX name may not hold unless a backslash or a command stands for it.
COMMANDS = re.compile(
    r"\{[*[]\}|\\text(?:backslash|asciitilde|asciicircum|bar|less|greater)\{\}|\$\\\w+\$|\\[&%$#_{}]"
)


def test_a_latex_cell_starts_no_command(traced):
    lines = file_of(traced, "table", "tex").decode().splitlines()
    body = [line.removesuffix(r" \\") for line in lines if line.endswith(r" \\") and "&" in line]
    assert len(body) == len(paths(traced)) + 2
    assert len({COMMANDS.sub("", line).count("&") for line in body}) == 1
    assert not [line for line in body if re.search(r"[\\{}%$#_^~<>|]", COMMANDS.sub("", line))]
    caption = next(line for line in lines if "caption" in line)
    inner = re.fullmatch(r"\\caption\{(.*)\}\\label\{[\w:.-]+\}(\\\\)?", caption)
    assert inner
    assert not re.search(r"[\\{}%$#_^~<>|]", COMMANDS.sub("", inner[1]))


@pytest.mark.skipif(not (shutil.which("pdflatex") and POPPLER), reason="no TeX here")
def test_tex_sets_the_names_themselves(read, tmp_path):
    latin = [name for name in NAMES[:-1] if printable(name).isascii()]
    table = "\n\n".join(
        EXPORTS["table"]["tex"].make(Request(called(name).config)).decode() for name in latin
    )
    body = EXPORTS["table"]["tex"].make(Request(read["module"].config)).decode()
    body = re.sub(r"[^\x00-\x7f×]", "?", body)  # pdfTeX has no other scripts
    text = "\\documentclass[a3paper]{article}\\usepackage{booktabs,graphicx,longtable,amssymb}\n"
    text += "\\extrafloats{100}\\begin{document}\n"
    (tmp_path / "t.tex").write_text(text + table + body + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "t"]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-800:]
    read_back = subprocess.run(
        ["pdftotext", "-raw", "t.pdf", "-"], cwd=tmp_path, capture_output=True
    )
    words = read_back.stdout.decode()
    assert r"\input{/etc/passwd}" in words
    assert "root:" not in words
    assert "<img src=x onerror=alert(1)>" in words


def dead(document: str | bytes) -> lxml.etree._Element:
    """A strict reading of an SVG, in which nothing runs or leads away."""
    tree = lxml.etree.fromstring(document if isinstance(document, bytes) else document.encode())
    for element in tree.iter(lxml.etree.Element):
        tag = lxml.etree.QName(element).localname
        assert tag not in ALIVE
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert not name.endswith("href") or value.startswith("#")
    return tree


def texts(tree) -> str:
    """What is written, and what a pointer over it is told."""
    found = ["".join(element.itertext()) for element in tree.iter("{*}text", "{*}title")]
    found += [
        element.get("{http://www.w3.org/1999/xlink}title", "") for element in tree.iter("{*}a")
    ]
    return "\n".join(spaced(found))


@pytest.mark.parametrize("level", ["network", "operation"])
def test_a_picture_says_the_names_and_nothing_comes_alive(traced, level):
    diagram = Request(traced.config, level=level).diagram
    for document in (diagram.svg(), diagram.element):
        said = texts(dead(document))
        assert not re.search(r"&(lt|gt|amp|quot);(?!b&gt;| &)", said)
        if level == "operation":
            for name in ("=1+1", "<img src=x onerror=alert(1)>", "a|b|c", "\\input{/etc/passwd}"):
                assert name in said
            assert "a#quot;b #35; &quot; &lt;b&gt; &#60;" in said


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_network_of_any_name_is_drawn_under_its_name(name):
    diagram = Request(called(name).config).diagram
    wanted = " ".join(printable(name).split())[:20]
    for document in (diagram.svg(), diagram.element):
        assert wanted in texts(dead(document))


@pytest.mark.skipif(not shutil.which("dot"), reason="no Graphviz of the system here")
@pytest.mark.parametrize("level", ["network", "operation"])
def test_graphviz_reads_the_dot_file(traced, level):
    content = file_of(traced, "diagram", "dot", level=level)
    done = subprocess.run(["dot", "-Kneato", "-n2", "-Tjson"], input=content, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.decode().splitlines() if "too small" not in line]
    nodes = {node["name"] for node in json.loads(done.stdout)["objects"]}
    keys = {
        i.key for i in Request(traced.config, level=level).diagram.scene.items if hasattr(i, "key")
    }
    found = {html.unescape(name.replace("\\\\", "\\")) for name in nodes}
    own = {name for name in found | keys if name.startswith("%")}  # Graphviz gives such another
    assert found ^ keys <= own


def test_an_html_page_is_one_table(traced):
    tree = lxml.html.document_fromstring(file_of(traced, "table", "html").decode())
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags <= {
        *[
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        ]
    }
    cells = [
        row.findall("td")[0].text_content() for row in tree.iter("tr") if row.find("td") is not None
    ]
    assert cells == paths(traced)


PARSER = """
import { JSDOM } from "jsdom"
import { readFileSync } from "node:fs"
const { window } = new JSDOM("")
Object.assign(globalThis, { window, document: window.document })
const { default: mermaid } = await import("mermaid")
for (const name of process.argv.slice(2)) {
  await mermaid.parse(readFileSync(name, "utf8"))
  const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(readFileSync(name, "utf8"))
  const labels = type === "sequence"
    ? [...db.getActors().values()].map((actor) => actor.description)
    : [...db.getVertices().values()].map((vertex) => vertex.text)
  const { theme } = mermaid.mermaidAPI.getConfig()
  console.log(JSON.stringify({ type, labels, theme }))
}
"""


def decoded(label: str) -> str:
    """A label as Mermaid shows it."""
    marked = label.replace("ﬂ°°", "&#").replace("ﬂ°", "&").replace("¶ß", ";")
    return html.unescape(marked)


@pytest.mark.skipif(not MERMAID, reason="ATLAS_MERMAID names no folder with mermaid and jsdom")
def test_mermaid_reads_a_network_of_any_name(read, tmp_path):
    script = Path(MERMAID) / "labels.mjs"
    script.write_text(PARSER, encoding="utf-8")
    networks = [*read.values(), *map(called, NAMES)]
    files = []
    for number, traced in enumerate(networks):
        for kind in ("mermaid", "sequence"):
            files.append(tmp_path / f"{number}.{kind}")
            files[-1].write_bytes(file_of(traced, "diagram", kind))
    command = ["node", str(script), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-600:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for traced, flow, sequence in zip(networks, answers[::2], answers[1::2], strict=True):
        names = [block.name for block in block_rows(traced)]
        shown_names = [re.split(r"<br/?>", decoded(label))[0] for label in flow["labels"]]
        assert spaced(shown_names) == spaced(names)
        assert spaced(map(decoded, sequence["labels"][1:-1])) == spaced(names)
        assert "dark" not in (flow["theme"], sequence["theme"])
        for kind in ("mermaid", "sequence"):
            text = file_of(traced, "diagram", kind).decode()
            front = text.split("---\n")[1]
            assert yaml.safe_load(front) == {"title": printable(traced.config.title)}
            assert "%%" not in text


def test_powerpoint_holds_the_names_as_text(traced):
    for what, chosen in (("table", {}), ("diagram", {"level": "operation"})):
        deck = Presentation(io.BytesIO(file_of(traced, what, "pptx", **chosen)))
        said = []
        for slide in deck.slides:
            assert {rel.reltype.rpartition("/")[2] for rel in slide.part.rels.values()} == {
                "slideLayout"
            }
            said += [text.text or "" for text in slide.shapes._spTree.iter("{*}t")]
            said += [each.get("name") for each in slide.shapes._spTree.iter("{*}cNvPr")]
        assert {"=1+1", "<img src=x onerror=alert(1)>", "a|b|c"} <= {text.strip() for text in said}


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_network_of_any_name_has_every_file(name):
    traced = called(name)
    for what in ("diagram", "table", "chart"):
        for kind in EXPORTS[what]:
            small = {"scale": 1} if kind == "png" else {}
            content = file_of(traced, what, kind, **small)
            if kind == "pptx":
                assert Presentation(io.BytesIO(content)).slides
            if kind == "svg":
                dead(content)
    pages = pypdf.PdfReader(io.BytesIO(file_of(traced, "diagram", "pdf")))
    assert not any(page.get("/Annots") for page in pages.pages)


def class_charts() -> list[Chart]:
    classes = tuple(NAMES[:-1])
    counts = [[row == column for row in range(len(classes))] for column in range(len(classes))]
    rows = block_rows(viz.trace("v3-small"))
    named = [classes[place % len(classes)] for place in range(len(rows))]
    return [confusion_chart(counts, classes, "light"), share_chart(rows, named, "light", x="class")]


def test_classes_of_any_name_stay_names_in_a_charts_files():
    for chart in class_charts():
        said = texts(dead(drawn(chart, "svg", title=NAMES[10], source=NAMES[22])))
        for name in ("<img src=x onerror=alert(1)>", "$x^2$ $$y$$ \\$z", "=1+1"):
            assert name in said
        assert drawn(chart, "png")[:4] == b"\x89PNG"
        table = list(csv.reader(io.StringIO(csv_of(chart).decode(), newline="")))
        assert len({len(row) for row in table}) == 1
        cells = {cell for row in table for cell in row}
        assert not [cell for cell in cells if cell.lstrip(" ").startswith(FORMULA)]
        assert same_but_for_the_mark(["=1+1"] if "'=1+1" in cells else [], ["=1+1"])
        (slide,) = Presentation(io.BytesIO(pptx_of(chart, NAMES[0], NAMES[10]))).slides
        for shape in slide.shapes:
            if shape.has_chart:
                book = openpyxl.load_workbook(
                    io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)
                )
                own = [cell for row in book.active for cell in row]
                assert not [cell for cell in own if cell.data_type == "f" or cell.hyperlink]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_design_takes_no_row_of_such_a_name(name):
    with pytest.raises(viz.ConfigError) as refused:
        design([name], "v2")
    assert str(refused.value).count("\n") <= 1
    assert len(str(refused.value)) < 400


def test_cells_that_are_texts_are_printable_and_numbers_as_before():
    assert shown("a\0b\nc") == "a?b?c"
    assert shown(1234567) == "1,234,567"
    assert shown(True) == "yes"
    assert markdown(Table(("a_b",), (("features.1.conv_2",),))).endswith("| features.1.conv_2 |")
