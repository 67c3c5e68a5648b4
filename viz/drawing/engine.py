"""Graphviz: a scene in, SVG or PNG out, by the ``graphviz-pure`` program that pip installs."""

import re
import shutil
import subprocess
import sysconfig
import zlib
from base64 import b64encode
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from math import floor

from viz.drawing.dot import POINTS_PER_INCH, scene_dot
from viz.drawing.scene import Scene
from viz.drawing.svg import scene_svg
from viz.net.bounds import DRAWN_PIXELS
from viz.net.fields import ConfigError
from viz.theme import FONT, FONT_STACK

TIMEOUT_SECONDS = 30
LEAST = 0.01  # image pixels per slide pixel
SCREEN = 16 / 9

_NODE = re.compile(r'<g id="[^"]*" class="node.*?</g>', re.DOTALL)
_TEXT = re.compile(
    r'<text (?P<head>[^>]*?)text-anchor="start" x="[^"]*" y="(?P<y>[^"]*)"'
    r"(?P<look>[^>]*)>(?P<text>[^<]*)</text>\n?"
)
_FRAME = re.compile(r'width="([\d.]+)px" height="([\d.]+)px"\s+viewBox="[^"]*"')
_POINT_X = re.compile(r'(?:d="|points="| )[MC]?(-?[\d.]+),-?[\d.]+')


class DrawingError(RuntimeError):
    """Graphviz could not draw; the message says why in one sentence."""


@lru_cache(maxsize=1)
def _program() -> str:
    """The program, beside this Python or on PATH; the system's ``dot`` where it is missing."""
    beside = sysconfig.get_path("scripts")
    for name, folder in (("graphviz-pure", beside), ("graphviz-pure", None), ("dot", None)):
        if found := shutil.which(name, path=folder):
            return found
    raise DrawingError("Graphviz is missing: pip install graphviz-pure.")


def _run(dot: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [_program(), *arguments],
            input=dot.encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DrawingError(f"Graphviz took longer than {TIMEOUT_SECONDS} s.") from None
    if done.returncode or not done.stdout:
        reason = (done.stderr.decode(errors="replace").splitlines() or ["no output"])[-1]
        raise DrawingError(f"Graphviz could not draw this: {reason}")
    return done.stdout


@lru_cache(maxsize=256)
def svg(dot: str) -> str:
    """An SVG document, in pixels, whose fonts have fallbacks with the same widths."""
    text = _run(dot, "-Tsvg").decode()
    text = re.sub(r'(<svg width="[\d.]+)pt(" height="[\d.]+)pt', r"\1px\2px", text, count=1)
    text = text.replace(f'font-family="{FONT}"', f'font-family="{FONT_STACK}"')
    return _NODE.sub(_centred, text)


def _centred(node: re.Match[str]) -> str:
    """Anchor the lines of a box at its middle, each as one text.

    Graphviz guesses the width of signs such as the arrow, so its own places are a little off.
    """
    group = node.group(0)
    shape = re.search(r"<(?:path|polygon)[^>]*>", group)
    pieces = list(_TEXT.finditer(group))
    if shape is None or not pieces:
        return group
    xs = [float(x) for x in _POINT_X.findall(shape.group(0))]
    middle = (min(xs) + max(xs)) / 2
    lines = [_line(list(run), middle) for _, run in groupby(pieces, lambda piece: piece["y"])]
    return group[: pieces[0].start()] + "".join(lines) + group[pieces[-1].end() :]


def _line(pieces: list[re.Match[str]], middle: float) -> str:
    first = pieces[0]
    spans = "".join(f"<tspan{piece['look']}>{piece['text']}</tspan>" for piece in pieces)
    look, content = ("", spans) if len(pieces) > 1 else (first["look"], first["text"])
    place = f'text-anchor="middle" x="{middle:.2f}" y="{first["y"]}"'
    return f"<text {first['head']}{place}{look}>{content}</text>\n"


def _as_wide_as_its_place(frame: re.Match[str]) -> str:
    """A slide is wider than most notebooks; on a wide one nothing is taller than a screen."""
    width, height = map(float, frame.groups())
    return f'width="100%" viewBox="0 0 {max(width, height * SCREEN):.2f} {height:.2f}"'


def png(dot: str, scale: float = 1) -> bytes:
    """A PNG with ``scale`` image pixels per slide pixel."""
    return _run(dot, "-Tpng", f"-Gdpi={POINTS_PER_INCH * scale:g}")


def _check_scale(scale: float, size: tuple[int, int]) -> None:
    most = (DRAWN_PIXELS / (size[0] * size[1])) ** 0.5
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not LEAST <= scale <= most:
        allowed = f"a number from {LEAST:g} to {floor(most * 100) / 100:g} for so large a picture"
        raise ConfigError("scale", scale, allowed)


@dataclass(frozen=True)
class Diagram:
    """A picture: its scene, drawn on demand."""

    scene: Scene

    @cached_property
    def dot(self) -> str:
        """The picture as DOT source."""
        return scene_dot(self.scene)

    @cached_property
    def element(self) -> str:
        """The picture as an SVG element for a page, drawn without Graphviz."""
        return scene_svg(self.scene)

    @cached_property
    def packed(self) -> str:
        """``element`` deflated, as base64: a fifth of its length on the way to a browser."""
        return b64encode(zlib.compress(self.element.encode())).decode()

    def svg(self) -> str:
        """The picture as an SVG document, in pixels of a 1920 x 1080 slide at network level."""
        return svg(self.dot)

    def png(self, scale: float = 1) -> bytes:
        """The picture as PNG, ``scale`` image pixels per slide pixel. Raises ``ConfigError``."""
        _check_scale(scale, self.scene.size)
        return png(self.dot, scale)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """What a notebook shows; PNG is for front ends that trust no SVG, and for PDF."""
        width, height = self.scene.size
        return {
            "image/svg+xml": _FRAME.sub(_as_wide_as_its_place, self.svg(), count=1),
            "image/png": b64encode(self.png()).decode(),
            "text/plain": f"Diagram, {width} × {height} pixels",
        }
