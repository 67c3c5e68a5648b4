"""Zeros that a step of its own puts around a map belong to the convolution that reads it."""

from collections.abc import Sequence

from viz.reading.graphs.nodes import Node, Window, readers_of

PAD = "pad"  # the function of such a step; its numbers are above, left, below, right


def without_pads(nodes: Sequence[Node], outputs: Sequence[str]) -> list[Node]:
    """The nodes with every such step taken into its only reader, where that is a convolution."""
    pads = {node.name: node for node in nodes if node.function == PAD}
    convs = {node.name for node in nodes if node.kind == "conv"}
    readers = readers_of(nodes, outputs)
    gone = {n for n in pads if len(readers.get(n, ())) == 1 and readers[n] <= convs}
    return [
        _padded(node, pads[node.inputs[0]]) if gone & set(node.inputs) else node
        for node in nodes
        if node.name not in gone
    ]


def _padded(conv: Node, pad: Node) -> Node:
    window = conv.window or Window((1, 1))
    top, left, bottom, right = (
        own + int(more) for own, more in zip(window.padding, pad.number, strict=True)
    )
    return conv._replace(
        inputs=pad.inputs, window=window._replace(padding=(top, left, bottom, right))
    )
