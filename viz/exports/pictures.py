"""A network's picture in every format."""

from viz.exports import mermaid
from viz.exports.density import scene_png
from viz.exports.request import Request
from viz.exports.tikz import scene_tikz


def as_svg(request: Request) -> bytes:
    """Text stays text; fonts have fallbacks of the same widths."""
    return request.diagram.svg().encode()


def as_png(request: Request) -> bytes:
    """As many pixels as its size says. Raises ``ConfigError`` for a picture too large."""
    return scene_png(request.diagram, request.size)


def as_pdf(request: Request) -> bytes:
    """One page of vectors."""
    from viz.exports.pdf import scene_pdf

    return scene_pdf([request.diagram.scene], request.config.title, width_mm=request.width_mm)


def as_pptx(request: Request) -> bytes:
    """One slide of native shapes."""
    from viz.exports.slides import scene_pptx

    return scene_pptx(request.diagram.scene, request.config.title)


def as_dot(request: Request) -> bytes:
    """The source that Graphviz draws."""
    return request.diagram.dot.encode()


def as_tikz(request: Request) -> bytes:
    """A tikzpicture, to be included."""
    return scene_tikz(request.diagram.scene, request.config.title, request.width_mm).encode()


def as_mermaid(request: Request) -> bytes:
    """A flowchart of the blocks, whatever the level."""
    return mermaid.flowchart(request.traced, request.theme).encode()


def as_sequence(request: Request) -> bytes:
    """Blocks as participants, tensors as messages."""
    return mermaid.sequence(request.traced).encode()
