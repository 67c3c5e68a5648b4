"""A network's picture in every format."""

from viz.exports import mermaid
from viz.exports.order import Order


def as_svg(order: Order) -> bytes:
    """Text stays text; fonts have fallbacks of the same widths."""
    return order.diagram.svg().encode()


def as_png(order: Order) -> bytes:
    """``scale`` image pixels a slide pixel."""
    return order.diagram.png(order.scale)


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
