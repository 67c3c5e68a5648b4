"""A bias that a step of its own adds belongs to the layer before it, as ONNX files write it."""

from collections import Counter
from collections.abc import Sequence

from viz.reading.graphs.nodes import Node

BIAS = "bias"  # the function of such a step


def with_biases(nodes: Sequence[Node], outputs: Sequence[str]) -> list[Node]:
    """The nodes with every such addition taken into its layer, under the addition's reader."""
    found = {node.name: node for node in nodes}
    reads = Counter(name for node in nodes for name in node.inputs)
    reads.update(outputs)
    renamed: dict[str, str] = {}
    made: dict[str, Node] = {}
    for node in nodes:
        inputs = tuple(renamed.get(name, name) for name in node.inputs)
        layer = made.get(inputs[0]) if len(inputs) == 1 else None
        if layer and _is_bias(node, layer) and reads[found[node.name].inputs[0]] == 1:
            made[layer.name] = layer._replace(params=layer.params + node.params)
            renamed[node.name] = layer.name
        else:
            made[node.name] = node._replace(inputs=inputs)
    return list(made.values())


def _is_bias(node: Node, layer: Node) -> bool:
    return (
        node.function == BIAS
        and layer.kind in ("linear", "conv")
        and layer.params == layer.weights
        and node.shape == layer.shape
    )
