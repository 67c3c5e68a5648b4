"""A graph -> the network and the trace that everything else reads."""

from dataclasses import replace
from hashlib import sha256

from viz.net.channels import WidthRule
from viz.net.config import configure
from viz.net.dialect import Norm
from viz.net.imported import KEY, Unrolled
from viz.net.trace import Trace, trace_config
from viz.net.zoo import Network
from viz.reading.graphs.activations import recognised
from viz.reading.graphs.biases import with_biases
from viz.reading.graphs.blocks import blocks_of
from viz.reading.graphs.heads import last_is_head
from viz.reading.graphs.nodes import Graph
from viz.reading.graphs.norms import NOTE, with_norms
from viz.reading.graphs.operations import operation
from viz.reading.graphs.padding import without_pads
from viz.reading.graphs.wiring import Wiring

AS_IT_IS = WidthRule("read", "the file", scales=False)


def trace_of(graph: Graph) -> Trace:
    """The graph as a trace."""
    return trace_config(configure(network_of(graph)))


def network_of(graph: Graph) -> Network:
    """The graph as a network that needs no unrolling."""
    plain = recognised(graph.nodes, graph.outputs)
    normed = with_norms(plain, graph.outputs)
    nodes = without_pads(with_biases(normed, graph.outputs), graph.outputs)
    notes = graph.notes if len(normed) == len(plain) else (*graph.notes, NOTE)
    wiring = Wiring(tuple(nodes), graph.in_shape, graph.outputs)
    drawn = blocks_of(wiring)
    operations = tuple(
        operation(wiring, place, block, drawn.blocks[block].stage, role)
        for place, (block, role) in enumerate(drawn.places)
    )
    unrolled = Unrolled(
        graph.in_shape, operations, drawn.blocks, _digest(graph), graph.source, notes
    )
    return Network(
        key=KEY,
        name=graph.name,
        year=0,
        paper=graph.source,
        table="as it was read",
        summary="",
        rows=(),
        rules=(AS_IT_IS,),
        claim_rule=AS_IT_IS.name,
        norm=Norm(1e-5, 0.1),
        dropout=0.0,
        group="posts",
        unrolled=unrolled,
        last_is_head=last_is_head(drawn.blocks),
    )


def _digest(graph: Graph) -> str:
    return sha256(repr(replace(graph, notes=())).encode()).hexdigest()
