"""TikZ as TeX sets it: every label, in its place, as wide as was asked for."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest
from hostile_names import NAMES
from PIL import Image
from svg import folded_in

import viz
from viz.cli.main import main
from viz.drawing.engine import png
from viz.drawing.scene import Box, Scene, words
from viz.exports import EXPORTS, request_of
from viz.exports.figures import FIGURES, figure_of, kinds_of, made
from viz.exports.tikz import scene_tikz
from viz.net.fields import ConfigError
from viz.net.zoo import ZOO
from viz.text import printable

needs_tex = pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("pdftoppm")), reason="no TeX or poppler here"
)
START = r"""\documentclass{article}
\usepackage[paperwidth=%smm,paperheight=%smm,margin=0mm]{geometry}
\usepackage{tikz}\pagestyle{empty}\parindent0pt\topskip0pt
\begin{document}
"""


def set_by_tex(pictures: list[str], folder: Path, width: float = 160) -> Path:
    """A PDF with a page for each picture."""
    text = START % (width, 2 * width) + "\\newpage\n".join(pictures) + "\\end{document}\n"
    (folder / "x.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "x"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-600:]
    assert b"Overfull" not in done.stdout
    return folder / "x.pdf"


@needs_tex
def test_tex_sets_every_network_with_every_name(tmp_path):
    pictures = [EXPORTS["diagram"]["tikz"].make(request_of(key, {})).decode() for key in ZOO]
    pages = pypdf.PdfReader(set_by_tex(pictures, tmp_path)).pages
    assert len(pages) == len(ZOO)
    for key, page in zip(ZOO, pages, strict=True):
        names = [block.name for block in viz.trace(key).blocks]
        assert folded_in(page.extract_text(), names) == set(names)


@needs_tex
def test_tex_sets_every_figure_that_is_a_picture_and_every_level(tmp_path):
    figures = [figure_of(name, {}) for name in FIGURES if name != "excitation"]
    figures += [figure_of("v3-large,v3-small", {"theme": "dark"})]
    pictures = [made(each, "tikz").decode() for each in figures if "tikz" in kinds_of(each)]
    for level in ("block", "operation"):
        asked = request_of("v3-small", {"level": level, "block": "5"})
        pictures.append(EXPORTS["diagram"]["tikz"].make(asked).decode())
    assert len(pictures) > 8
    assert len(pypdf.PdfReader(set_by_tex(pictures, tmp_path)).pages) == len(pictures)


def apart(theirs: Image.Image, dot: str) -> float:
    """Mean difference of the grey values."""
    ours = Image.open(io.BytesIO(png(dot))).convert("L").resize(theirs.size)
    pairs = zip(ours.get_flattened_data(), theirs.get_flattened_data(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (theirs.width * theirs.height)


@needs_tex
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tex_draws_what_graphviz_draws(theme, tmp_path):
    request = request_of("v3-large", {"theme": theme, "width_mm": "200"})
    set_by_tex([EXPORTS["diagram"]["tikz"].make(request).decode()], tmp_path, 200)
    command = ["pdftoppm", "-r", "61", "-png", "-singlefile", "x.pdf", "x"]
    subprocess.run(command, cwd=tmp_path, check=True)
    theirs = Image.open(tmp_path / "x.png").convert("L")
    theirs = theirs.crop((0, 0, 480, 270))
    other = request_of("v3-small", {"theme": theme})
    same, unlike = (apart(theirs, each.diagram.dot) for each in (request, other))
    assert same < 10  # of 255: the letters are TeX's
    assert unlike > 1.4 * same


@needs_tex
def test_tex_sets_hostile_names_as_they_are(tmp_path):
    latin = [printable(name)[:60] for name in NAMES if printable(name).isascii()]
    scene = Scene((1920, 60 * len(latin)), "light")
    for number, name in enumerate(latin):
        box = Box(960, 60 * number + 30, 1900, 50)
        scene.box(f"b{number}", box, ("#ffffff", "#000000"), (words(name),), 24)
        scene.text(f"t{number}", name, 10, 60 * number + 30, 24)
    page = set_by_tex([scene_tikz(scene, NAMES[20])], tmp_path)
    said = subprocess.run(["pdftotext", "-raw", page, "-"], capture_output=True).stdout.decode()
    assert "\\input{/etc/passwd}" in said
    assert "root:" not in said
    assert "<img src=x onerror=alert(1)>" in said


def test_the_shell_and_figures_write_tikz_and_charts_say_that_they_cannot(tmp_path):
    assert not main(["export", "v2", "--format", "tikz", "--output", f"{tmp_path}/a.tikz"])
    assert not main(["export", "residual", "--output", f"{tmp_path}/b.tikz"])
    assert (tmp_path / "b.tikz").read_text(encoding="utf-8").count("tikzpicture") == 2
    with pytest.raises(ConfigError, match="svg, png, pdf"):
        made(figure_of("family", {}), "tikz")
