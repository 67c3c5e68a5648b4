"""A network's picture in every format."""

from math import isqrt

from viz.exports import mermaid
from viz.exports.order import Order
from viz.net.config import ConfigError

MOST_PIXELS = 36_000_000  # a slide at four times its size, and what a small server can hold


def as_svg(order: Order) -> bytes:
    """Text stays text; fonts have fallbacks of the same widths."""
    return order.diagram.svg().encode()


def as_png(order: Order) -> bytes:
    """``scale`` image pixels a slide pixel. Raises ``ConfigError`` for a picture too large."""
    largest = largest_scale(order)
    if order.scale > largest:
        raise ConfigError("scale", order.scale, f"at most {largest} for so tall a picture")
    return order.diagram.png(order.scale)


def largest_scale(order: Order) -> int:
    """How large a PNG of this picture may be made."""
    width, height = order.diagram.scene.size
    return max(isqrt(MOST_PIXELS // (width * height)), 1)


def as_pdf(order: Order) -> bytes:
    """One page of vectors."""
    from viz.exports.pdf import scene_pdf

    return scene_pdf([order.diagram.scene], order.config.title)


def as_pptx(order: Order) -> bytes:
    """One slide of native shapes."""
    from viz.exports.slides import scene_pptx

    return scene_pptx(order.diagram.scene, order.config.title)


def as_dot(order: Order) -> bytes:
    """The source that Graphviz draws."""
    return order.diagram.dot.encode()


def as_mermaid(order: Order) -> bytes:
    """A flowchart of the blocks, whatever the level."""
    return mermaid.flowchart(order.traced, order.mode).encode()


def as_sequence(order: Order) -> bytes:
    """Blocks as participants, tensors as messages."""
    return mermaid.sequence(order.traced).encode()
