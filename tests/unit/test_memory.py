"""Memory against a count by hand: tensors are kept and dropped one after the other."""

from math import prod

from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from viz.facts.memory import memory_rows
from viz.facts.tables import block_rows, operation_rows
from viz.net.zoo import ZOO

IN_PLACE = ("norm", "activation", "dropout", "flatten", "gain")


def counted(operations, in_place):
    """Run the network in thought: a dict of tensors that somebody still wants."""
    wanted = {}  # path -> how many operations have yet to read it
    reads = [op.inputs for op in operations]
    for path in (path for read in reads for path in read):
        wanted[path] = wanted.get(path, 0) + 1
    alive, found = {"": prod(operations[0].in_shape)}, []
    for op, read in zip(operations, reads, strict=True):
        for path in read:
            wanted[path] -= 1
        size = prod(op.out_shape)
        overwrites = op.kind in IN_PLACE or (in_place and op.kind == "depthwise")
        if overwrites and not wanted[read[0]]:
            found.append(sum(alive.values()))
            del alive[read[0]]
        else:
            found.append(sum(alive.values()) + size)
        alive[op.path] = size
        alive = {path: values for path, values in alive.items() if wanted.get(path)}
    return max(found), tuple(found)


@given(
    st.sampled_from(list(ZOO)),
    st.floats(0.1, 2),
    st.tuples(st.integers(32, 300), st.integers(32, 300)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_live_activations_are_those_that_somebody_still_wants(variant, width, size, in_place):
    traced = viz.trace(variant, width=width, resolution=size)
    peak, all_live = counted(traced.operations, in_place)
    assert traced.live_bytes(1, depthwise_in_place=in_place) == all_live
    assert traced.peak_bytes(1, depthwise_in_place=in_place) == peak


def test_v2_in_int8_as_mcunet_would_have_it():
    """In block 2: 96 maps of 112 x 112 and 96 of 56 x 56; in place 16 and 96 of 112 x 112."""
    traced = viz.trace("v2")
    assert traced.peak_bytes(1) == 96 * 112**2 + 96 * 56**2 == 1_505_280
    assert traced.peak_bytes(1, depthwise_in_place=True) == (16 + 96) * 112**2 == 1_404_928
    assert traced.peak_bytes(4, batch=8) == 32 * 1_505_280
    assert memory_rows(traced)[2].where == "bneck 2, depthwise"


def test_weights_are_their_count_times_their_size(network):
    traced = viz.trace(network)
    assert [row.weight_bytes for row in memory_rows(traced)] == [
        traced.params * size for size in (4, 2, 1)
    ]


def test_rows_say_what_is_alive_and_what_is_seen(network):
    """Rows of operations and of blocks agree with each other."""
    traced = viz.trace(network)
    operations, blocks = operation_rows(traced), block_rows(traced)
    for block in blocks:
        own = [row for row in operations if row.block == block.block]
        assert block.live_bytes == max(row.live_bytes for row in own)
        assert block.receptive_field == [r.receptive_field for r in own if r.receptive_field][-1]
    stem, (height, width) = operations[0], traced.config.image
    assert stem.receptive_field == traced.operations[0].kernel
    assert stem.live_bytes == 4 * (3 * height * width + prod(stem.out_shape))
