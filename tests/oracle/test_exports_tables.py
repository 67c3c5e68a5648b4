"""Tables as other programs read them hold every row of the trace."""

import csv
import html.parser
import io
import json
import re
import shutil
import subprocess

import openpyxl
import pytest
from export_helpers import OFFICE, made
from pptx import Presentation

import viz
from viz.exports.request import ROWS
from viz.facts.tables import operation_rows


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


@pytest.mark.parametrize(("rule", "padding"), [("torchvision", "1, 1"), ("keras", "0, 1")])
def test_padding_is_no_shape_and_every_table_for_readers_says_it(rule, padding):
    """Keras's ZeroPadding2D before the stem is ((0, 1), (0, 1)); torch's is 1 on both sides."""
    options = {"level": "operation", "width_rule": rule}
    rows = csv.DictReader(io.StringIO(made("v3-small", "table", "csv", **options).decode()))
    assert next(rows)["padding"] == padding
    lines = made("v3-small", "table", "md", **options).decode().splitlines()
    cells = dict(zip(lines[0].split(" | "), lines[2].split(" | "), strict=True))
    assert cells["padding"] == padding
    assert {"role", "dilation", "bias"} <= set(cells)


def test_kernels_of_a_block_are_no_shape():
    """Two depthwise convolutions of 5x5 and 3x3 follow each other: no kernel is 5 x 3."""
    rows = csv.DictReader(
        io.StringIO(made("v4-conv-medium", "table", "csv", rows="block").decode())
    )
    assert {"3, 5", "0, 0"} <= {row["kernels"] for row in rows}


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
    lines = [line for line in latex.splitlines() if line.endswith(r"\\") and "&" in line]
    assert len(lines) == wanted + 2  # a heading and a total
    assert f"{viz.trace(network).params:,} & {viz.trace(network).macs:,}" in lines[-1]
    assert ("longtable" in latex) == (wanted > 40)
    assert not re.search(r"(?<!\\)[_%#]", latex)
    columns = {line.count("&") for line in lines}
    assert len(columns) == 1


@pytest.mark.parametrize("kind", ["md", "html"])
def test_tables_for_readers_name_activations_as_the_pages_do(kind):
    table = made("v3-large", "table", kind, rows="block").decode()
    assert "h-swish" in table
    assert "ReLU" in table
    assert "hardswish" not in table
    assert "hardswish" in made("v3-large", "table", "csv", rows="block").decode()


@pytest.mark.parametrize("network", ["v3-large", "v4-hybrid-large", "post-000"])
@pytest.mark.parametrize("rows", ROWS)
def test_tables_on_slides_can_be_read_and_are_equally_full(network, rows):
    deck = Presentation(io.BytesIO(made(network, "table", "pptx", rows=rows)))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    full = [len(table.rows) for table in tables]
    assert full[-1] > full[0] - len(full)
    runs = [
        run.font.size.pt
        for table in tables
        for cell in table.iter_cells()
        for run in cell.text_frame.paragraphs[0].runs
    ]
    assert len(set(runs)) == 1
    assert runs[0] >= (10 if rows == "operation" else 13)
    assert "_" not in "".join(cell.text_frame.text for cell in next(iter(tables[0].rows)).cells)


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
@pytest.mark.parametrize("rows", ROWS)
def test_tex_sets_the_table(rows, tmp_path):
    body = made("v3-small", "table", "tex", rows=rows).decode()
    packages = "\\usepackage{booktabs,graphicx,longtable,amssymb}"
    text = f"\\documentclass[twocolumn]{{article}}{packages}\\begin{{document}}\n"
    text = text.replace("[twocolumn]", "") if "longtable}" in body else text  # it has none there
    (tmp_path / "t.tex").write_text(text + body + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    done = subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert (tmp_path / "t.pdf").stat().st_size > 1000
    assert b"Overfull" not in done.stdout


@pytest.mark.parametrize("rows", ["block", "stage", "paper"])
def test_a_tex_table_is_measured_before_it_is_set(rows):
    body = made("v3-large", "table", "tex", rows=rows).decode()
    assert body.index(r"\sbox{2}") < body.index(r"\begin{tabular}") < body.index(r"\ifdim\wd2>")
    assert body.count("{") == body.count("}")


def test_the_papers_table_is_in_every_format_as_v3_prints_it():
    """Table 1 of MobileNetV3, row 5: 56x56x24, bneck 5x5, exp 72, out 40, SE, RE, stride 2."""
    table = made("v3-large", "table", "md", rows="paper").decode().splitlines()
    assert table[0] == "| input | operator | exp size | t | #out | SE | NL | stride |"
    fifth = [cell.strip() for cell in table[2 + 4].strip("|").split("|")]
    assert fifth[0] == "56×56×24"
    assert "5×5" in fifth[1]
    assert fifth[2:] == ["72", "3", "40", "✓ 24", "RE", "2"]
    assert b"total" not in made("v3-large", "table", "tex", rows="paper")
    for kind in ("csv", "json", "xlsx", "html", "pptx"):
        assert made("v3-large", "table", kind, rows="paper")
