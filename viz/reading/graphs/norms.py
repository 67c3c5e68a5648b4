"""Norms that a file spells out: a product and a sum with one number for each channel.

At inference a batch norm is no more than that. Exporters fold it into the convolution before it;
where they do not, as TensorFlow's behind a depthwise convolution, its steps stand in the file.
"""

from collections.abc import Mapping, Sequence

from viz.reading.graphs.biases import BIAS
from viz.reading.graphs.nodes import Node, readers_of

# What such a norm is called: like ONNX's own where it stands like one, with as many parameters.
WHOLE, PART = "BatchNormalization", "scale and shift"
BEFORE_WHOLE = ("conv", "linear", "concat", "add", "window", "activation")
NOTE = (
    "Batch norms are spelled out in the file, as a product and a sum for each channel; each is "
    "drawn as one step, with the parameters that stand in the file."
)


def with_norms(nodes: Sequence[Node], outputs: Sequence[str]) -> list[Node]:
    """The nodes with every such chain as one norm, under the name of its last step."""
    found = {node.name: node for node in nodes}
    readers = readers_of(nodes, outputs)
    gone: set[str] = set()
    for node in reversed(nodes):
        if node.name in gone or not _is_step(node):
            continue
        chain = _chain(node, found, readers)
        if _is_norm(chain, found):
            gone |= {step.name for step in chain[1:]}
            found[node.name] = _norm(chain, found)
    return [found[node.name] for node in nodes if node.name not in gone]


def _is_step(node: Node) -> bool:
    return node.kind == "gain" or node.function == BIAS


def _chain(end: Node, found: Mapping[str, Node], readers: Mapping[str, set[str]]) -> list[Node]:
    """The steps up to ``end``, last first, that nothing else reads."""
    chain = [end]
    while (
        (before := found.get(chain[-1].inputs[0]))
        and _is_step(before)
        and len(readers[before.name]) == 1
    ):
        chain.append(before)
    return chain


def _is_norm(chain: Sequence[Node], found: Mapping[str, Node]) -> bool:
    """A product among them; alone, it is a norm without a shift only behind a bare convolution."""
    kinds = {step.kind for step in chain}
    if "gain" not in kinds:
        return False
    before = found.get(chain[-1].inputs[0])
    is_bare = before is not None and before.kind == "conv" and before.params == before.weights
    return len(kinds) > 1 or is_bare


def _norm(chain: Sequence[Node], found: Mapping[str, Node]) -> Node:
    params = sum(step.params for step in chain)
    before = found.get(chain[-1].inputs[0])
    is_whole = params == 2 * chain[0].shape[0] and before and before.kind in BEFORE_WHOLE
    return chain[0]._replace(
        kind="norm",
        title=WHOLE if is_whole else PART,
        inputs=chain[-1].inputs,
        params=params,
        function="",
    )
