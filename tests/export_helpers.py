"""Exported files, made and read, for the tests of every format."""

import io
import re
import shutil
import subprocess
from functools import lru_cache

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from viz.exports import EXPORTS, request_of

OFFICE = shutil.which("soffice")
POPPLER = shutil.which("pdftotext")
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<')


def made(network: str, what: str, kind: str, **chosen: str) -> bytes:
    return EXPORTS[what][kind].make(request_of(network, chosen))


kept = lru_cache(maxsize=64)(made)  # the same file for several tests that read it


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
    """Pictures of pixels on a slide: diagrams have none."""
    return [shape for shape in shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def words_on_paper(path):
    """(left, top, right, bottom, text) of every word, as poppler places it."""
    done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True)
    page = re.search(r'<page width="([\d.]+)"', done.stdout.decode())
    scale = 1920 / float(page.group(1))
    return [
        (*(scale * float(n) for n in match.groups()[:4]), match.group(5))
        for match in WORD.finditer(done.stdout.decode())
    ]
