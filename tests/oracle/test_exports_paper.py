"""Files for print: fonts inside, a page as large as the figure, pixels that say their density."""

import io
import re
import shutil
import subprocess
from functools import partial

import pypdf
import pytest
from PIL import Image

from viz.cli.main import main
from viz.exports import EXPORTS, request_of
from viz.exports.figures import FIGURES, figure_of, made
from viz.exports.pdf import _fonts
from viz.net.fields import ConfigError

needs_poppler = pytest.mark.skipif(not shutil.which("pdffonts"), reason="no poppler here")
KINDS = {"TrueType", "CID TrueType"}
MM = 72 / 25.4


def fonts_of(content: bytes, tmp_path) -> list[list[str]]:
    """(name, type, encoding, embedded, subset, unicode) of each font, as poppler finds it."""
    (tmp_path / "x.pdf").write_bytes(content)
    done = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, text=True)
    return [re.split(r"\s{2,}|(?<=\S) (?=yes|no)", line) for line in done.stdout.splitlines()[2:]]


def check_fonts(content: bytes, tmp_path) -> None:
    fonts = fonts_of(content, tmp_path)
    assert fonts
    for font in fonts:
        assert font[1] in KINDS, font
        assert font[3] == "yes", font


@needs_poppler
@pytest.mark.parametrize("network", ["v3-large", "ghostnet", "v4-hybrid-medium"])
@pytest.mark.parametrize("level", ["network", "block", "operation"])
def test_every_font_of_a_picture_is_truetype_and_embedded(network, level, tmp_path):
    request = request_of(network, {"level": level})
    check_fonts(EXPORTS["diagram"]["pdf"].make(request), tmp_path)


@needs_poppler
def test_a_machine_without_fonts_has_truetype_in_its_pdf_too(monkeypatch, tmp_path):
    monkeypatch.setattr("viz.exports.pdf._fonts", partial(_fonts, system=False))
    content = EXPORTS["diagram"]["pdf"].make(request_of("v3-large", {}))
    check_fonts(content, tmp_path)
    assert "DejaVuSans" in fonts_of(content, tmp_path)[0][0]


@needs_poppler
@pytest.mark.parametrize("chart", ["costs", "width"])
def test_every_font_of_a_chart_is_truetype_and_embedded(chart, tmp_path):
    request = request_of("v3-large", {"chart": chart})
    check_fonts(EXPORTS["chart"]["pdf"].make(request), tmp_path)


@needs_poppler
@pytest.mark.parametrize("name", [name for name in FIGURES if name != "excitation"])
def test_every_font_of_a_figure_is_truetype_and_embedded(name, tmp_path):
    check_fonts(made(figure_of(name, {}), "pdf"), tmp_path)


def page_of(content: bytes) -> tuple[float, float]:
    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    return float(page.mediabox.width), float(page.mediabox.height)


@pytest.mark.parametrize("width", [85, 174.5])
def test_a_page_is_as_wide_as_was_asked_for(width):
    asked = {"width_mm": str(width)}
    files = [
        EXPORTS["diagram"]["pdf"].make(request_of("v3-small", asked)),
        EXPORTS["chart"]["pdf"].make(request_of("v3-small", asked)),
        made(figure_of("v3-large,v3-small", asked), "pdf"),
        made(figure_of("family", asked), "pdf"),
    ]
    for content in files:
        assert page_of(content) == pytest.approx((width * MM, width * MM * 9 / 16), abs=0.1)
        (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
        assert "MACs" in page.extract_text()


@needs_poppler
def test_a_smaller_page_shows_the_same_picture(tmp_path):
    shown = []
    for width, dpi in (("", "72"), ("200", "243.84")):  # of the same 1920 pixels
        asked = {"width_mm": width} if width else {}
        (tmp_path / "x.pdf").write_bytes(EXPORTS["diagram"]["pdf"].make(request_of("v2", asked)))
        command = ["pdftoppm", "-r", dpi, "-png", "-singlefile", "x.pdf", "x"]
        subprocess.run(command, check=True, cwd=tmp_path)
        shown.append(Image.open(tmp_path / "x.png").convert("L").resize((480, 270)))
    assert shown[0].size == shown[1].size
    pairs = zip(shown[0].get_flattened_data(), shown[1].get_flattened_data(), strict=True)
    assert sum(abs(a - b) for a, b in pairs) / (480 * 270) < 4  # of 255


PNGS = {
    "picture": lambda asked: EXPORTS["diagram"]["png"].make(request_of("v2", asked)),
    "chart": lambda asked: EXPORTS["chart"]["png"].make(request_of("v2", asked)),
    "figure": lambda asked: made(figure_of("residual", asked), "png"),
    "figure's chart": lambda asked: made(figure_of("family", asked), "png"),
}


@pytest.mark.parametrize("name", PNGS)
def test_a_png_says_its_density(name):
    picture = Image.open(io.BytesIO(PNGS[name]({"dpi": "300"})))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    picture.load()
    as_wide = Image.open(io.BytesIO(PNGS[name]({"dpi": "300", "width_mm": "85"})))
    assert as_wide.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    assert as_wide.width == pytest.approx(85 / 25.4 * 300, abs=2)


def test_a_png_has_the_pixels_it_had_where_no_size_is_asked_for():
    plain, dense = (Image.open(io.BytesIO(PNGS["picture"](asked))) for asked in ({}, {"dpi": "72"}))
    assert plain.tobytes() == dense.tobytes()


@pytest.mark.parametrize(
    "asked",
    [
        {"width_mm": "5"},
        {"width_mm": "wide"},
        {"dpi": "0"},
        {"dpi": "1200", "width_mm": "1000"},
        {"dpi": "300", "width_mm": "85", "scale": "2"},
    ],
)
def test_a_size_that_cannot_be_is_refused_in_a_sentence_that_names_it(asked):
    with pytest.raises(ConfigError, match=r"width_mm|dpi|scale"):
        EXPORTS["diagram"]["png"].make(request_of("v2", asked))


def test_the_shell_takes_sizes(tmp_path):
    assert not main(
        ["export", "v2", "--width-mm", "85", "--dpi", "300", "--output", f"{tmp_path}/a.png"]
    )
    assert not main(["export", "v2", "--width-mm", "85", "--output", f"{tmp_path}/a.pdf"])
    assert not main(
        ["export", "v2", "--what", "chart", "--width-mm", "85", "--output", f"{tmp_path}/b.pdf"]
    )
    assert Image.open(tmp_path / "a.png").width == pytest.approx(1004, abs=2)
    for name in ("a.pdf", "b.pdf"):
        assert page_of((tmp_path / name).read_bytes())[0] == pytest.approx(85 * MM, abs=0.1)


def test_a_pdf_is_the_same_bytes_again():
    for what in ("diagram", "chart"):
        first, again = (
            EXPORTS[what]["pdf"].make(request_of("v2", {"width_mm": "85"})) for _ in range(2)
        )
        assert first == again
