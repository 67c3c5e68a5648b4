"""Names in other scripts are drawn in files of charts, or the file says that no font has them."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image
from torch import nn

import viz
import viz.charts.fonts
from viz.charts.drawable import FontWarning
from viz.charts.fonts import fonts_for
from viz.charts.matplotlib import drawn
from viz.charts.training import confusion_chart
from viz.exports import EXPORTS
from viz.exports.request import Request

FLOWERS = ("雏菊", "郁金香", "玫瑰")
LATIN = ("daisy", "tulip", "rose")
COUNTS = [[5, 1, 0], [0, 4, 2], [1, 0, 6]]
has_chinese = pytest.mark.skipif(
    bool(fonts_for("".join(FLOWERS)).lacking), reason="no font with Chinese here"
)


def chart(names):
    return confusion_chart(COUNTS, names, "light")


@pytest.fixture
def no_other_fonts(monkeypatch):
    """A machine with matplotlib's own fonts only."""
    monkeypatch.setattr(viz.charts.fonts, "_others", lambda: ())
    fonts_for.cache_clear()
    yield
    fonts_for.cache_clear()


def ink(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L")) < 128


@has_chinese
def test_chinese_names_are_drawn_each_as_itself():
    """A box is the same whatever it stands for; signs differ."""
    one, other = (ink(drawn(chart((name, "b", "c")), "png")) for name in ("雏", "菊"))
    box = ink(drawn(chart(("\ufffd", "b", "c")), "png"))
    assert (one != other).sum() > 20
    assert (one != box).sum() > 20


@has_chinese
@pytest.mark.skipif(not shutil.which("pdffonts"), reason="no poppler here")
def test_chinese_names_are_text_in_the_pdf_and_their_font_is_inside(tmp_path):
    content = drawn(chart(FLOWERS), "pdf")
    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    assert all(name in page.extract_text() for name in FLOWERS)
    (tmp_path / "x.pdf").write_bytes(content)
    done = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, text=True)
    lines = done.stdout.splitlines()[2:]
    assert len(lines) > 1
    assert all(" yes " in line for line in lines)
    assert "TrueType" in lines[0]  # the machine's font for Chinese may be of another kind


def test_without_such_a_font_the_file_and_a_warning_say_so(no_other_fonts, recwarn):
    with pytest.warns(FontWarning, match=r"7 characters.*雏.*SVG"):
        said = drawn(chart(FLOWERS), "pdf")
    text = pypdf.PdfReader(io.BytesIO(said)).pages[0].extract_text()
    assert "no font on this machine has" in text.lower()
    assert "\ufffd\ufffd" in text
    assert not [each for each in recwarn if "Glyph" in str(each.message)]


def test_the_svg_keeps_the_names_whatever_fonts_there_are(no_other_fonts, recwarn):
    text = drawn(chart(FLOWERS), "svg").decode()
    assert all(name in text for name in FLOWERS)
    assert not [each for each in recwarn if each.category is FontWarning]


def test_names_that_the_usual_font_has_need_no_other():
    assert fonts_for("".join(LATIN) + "×→é✓α") == (("DejaVu Sans",), frozenset())


SHELL = """
import sys
import viz.charts.fonts, viz.exports.charts
from viz.charts.training import confusion_chart
from viz.exports import EXPORTS
from viz.exports.request import Request
from viz.cli.main import main
viz.charts.fonts._others = lambda: ()
made = confusion_chart([[1, 0], [0, 1]], ("雏菊", "玫瑰"), "light")
viz.exports.charts.chart_of = lambda request: made
sys.exit(main(["export", "v2", "--what", "chart", "--output", sys.argv[1]]))
"""


@pytest.mark.parametrize(("kind", "lines"), [("png", 1), ("pdf", 1), ("svg", 0)])
def test_the_shell_says_it_in_a_sentence(kind, lines, tmp_path):
    command = [sys.executable, "-c", SHELL, str(tmp_path / f"x.{kind}")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert not done.returncode, done.stderr
    assert len(done.stderr.splitlines()) == lines
    assert ("No font on this machine" in done.stderr) == bool(lines)
    assert ".py" not in done.stderr


class Plain(nn.Module):
    """A convolution."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, image):
        return self.conv(image)


def picture_of(name: str) -> np.ndarray:
    """A network's picture, under the name of its class."""
    traced = viz.read(type(name, (Plain,), {})().eval(), 32)
    content = EXPORTS["diagram"]["png"].make(Request(traced.config, scale=1))
    assert Image.open(io.BytesIO(content)).size == viz.diagram(traced).scene.size
    return ink(content)


@has_chinese
def test_a_networks_picture_as_png_has_each_chinese_name_as_itself():
    one, other, box = map(picture_of, ("雏", "菊", "\U0010fffd"))
    assert (one != other).sum() > 20
    assert (one != box).sum() > 20


def test_without_such_a_font_a_networks_picture_says_so(no_other_fonts):
    with pytest.warns(FontWarning, match=r"1 character .*雏.*SVG"):
        picture_of("雏")
