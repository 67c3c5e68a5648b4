"""Patches against the whole network: the same numbers, and what is computed again."""

from math import prod

import pytest
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.facts.patches import most_blocks, patches_of
from viz.net.graph import IMAGE, sources_of
from viz.net.operations import CONVOLUTIONS

CASES = [
    ("v1", {"width": 0.25, "resolution": 64}, 5, 3),
    ("v2", {"width": 0.35, "resolution": 96}, 5, 4),
    ("v2", {"width": 0.25, "resolution": 50}, 7, 2),  # pieces that are not equal
    ("v4-conv-small", {"width": 0.5, "resolution": 64}, 3, 2),
    ("v3-large", {"width": 0.35, "resolution": 64, "minimalistic": True}, 3, 3),
]


def run(model, traced, operations, image, spans=None):
    """Operation by operation; with ``spans`` a piece, padded at the picture's edge only."""
    held = {IMAGE: image}
    for index, (op, read) in enumerate(zip(operations, sources_of(operations), strict=True)):
        inputs = [held[source] for source in read]
        if spans is not None and op.kind in CONVOLUTIONS:
            held[index] = convolved(model, op, inputs[0], read[0], index, spans)
            continue
        if spans is not None:  # a skip's piece may be larger than the sum's
            inputs = [cropped(x, s, index, spans) for x, s in zip(inputs, read, strict=True)]
        if op.kind in CONVOLUTIONS:
            sides = (*op.across, *op.padding)
            module = model.get_submodule(op.path)
            held[index] = functional.conv2d(
                functional.pad(inputs[0], sides),
                module.weight, module.bias, op.stride, 0, op.dilation, op.groups,
            )  # fmt: skip
        elif op.kind == "add":
            held[index] = sum(inputs[1:], inputs[0])
        else:
            held[index] = model.get_submodule(op.path)(inputs[0])
    return held[len(operations) - 1]


def cropped(values, source, index, spans):
    cut = [
        slice(side[index][0] - side[source][0], side[index][1] - side[source][0]) for side in spans
    ]
    return values[..., cut[0], cut[1]]


def convolved(model, op, values, source, index, spans):
    """The piece of a convolution's output, from the piece of its input."""
    sides = []
    for side, padding, size in zip(
        spans[::-1], (op.across, op.padding), op.in_shape[:0:-1], strict=True
    ):
        (start, stop), (first, behind) = side[index], side[source]
        wanted = start * op.stride - padding[0]
        end = (stop - 1) * op.stride - padding[0] + (op.kernel - 1) * op.dilation + 1
        assert first >= 0
        assert behind <= size
        sides += [first - wanted, end - behind]  # negative: more than this one needs
    module = model.get_submodule(op.path)
    return functional.conv2d(
        functional.pad(values, sides), module.weight, module.bias, op.stride, 0, op.dilation,
        op.groups,
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}-{case[3]}")
def test_stitched_pieces_are_the_whole_bit_for_bit(case):
    """Whole numbers as weights and pixels: sums in float64 are exact in any order."""
    key, chosen, blocks, cuts = case
    traced = viz.trace(key, **chosen)
    operations = traced.operations[: traced.blocks[blocks - 1].stop]
    torch.manual_seed(0)
    model = viz.build(key, **chosen).double().eval()
    with torch.no_grad():
        for name, values in model.state_dict().items():
            if values.is_floating_point() and "running_var" not in name:
                values.copy_(torch.randint(-1, 2, values.shape))
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eps = 0.0
    image = torch.randint(-8, 9, (1, 3, *traced.config.image)).double()
    pieces = patches_of(traced, blocks, cuts)
    rows_ = []
    with torch.no_grad():
        whole = run(model, traced, operations, image)
        with FlopCounterMode(display=False) as counted:
            for rows in pieces.rows:
                row = []
                for columns in pieces.columns:
                    (top, bottom), (left, right) = rows[IMAGE], columns[IMAGE]
                    piece = image[..., top:bottom, left:right]
                    row.append(run(model, traced, operations, piece, (rows, columns)))
                rows_.append(torch.cat(row, dim=3))
    assert torch.equal(torch.cat(rows_, dim=2), whole)
    assert whole.count_nonzero()
    assert counted.get_total_flops() == 2 * pieces.macs  # torch counts both, we multiply-adds
    assert pieces.extra_macs > 0


def test_mcunets_printed_peak_is_ours():
    """Lin et al., 2021, arXiv:2110.15352, Figure 1: MobileNetV2 in int8 has its peak at 1,372 kB,
    with 4 x 4 patches at 172 kB. That is a convolution's input and output behind the patches; the
    skip that is held meanwhile makes 196 of it, and the picture more while there are pieces.
    """
    traced = viz.trace("v2")
    live = traced.live_bytes(1, depthwise_in_place=True)
    assert max(live) // 1024 == 1372
    behind = traced.operations[traced.blocks[4].stop :]
    layers = [prod(op.in_shape) + prod(op.out_shape) for op in behind if op.kind == "pointwise"]
    assert round(max(layers) / 1024) == 172
    assert max(live[traced.blocks[4].stop :]) / 1024 == 196
    assert viz.arena("v2", depthwise_in_place=True, patches=(5, 4)).head == 312_816
    assert patches_of(traced, 5, 4).extra == pytest.approx(0.1, abs=0.01)  # "10 %"


@pytest.mark.parametrize("key", ["v1", "v3-large", "shufflenet-v2-x1", "v4-conv-medium"])
def test_patches_end_before_the_first_block_that_sees_all(key):
    traced = viz.trace(key)
    most = most_blocks(traced)
    assert all(op.kind != "pool" for op in traced.operations[: traced.blocks[most - 1].stop])
    with pytest.raises(viz.ConfigError, match="looks at whole maps"):
        patches_of(traced, most + 1, 2)


def test_one_piece_is_the_network_with_its_picture_kept():
    whole, piece = viz.arena("v2", resolution=96), viz.arena("v2", resolution=96, patches=(5, 1))
    assert piece.head >= whole.head
    assert viz.arena("v2", resolution=96, patches=(5, 4)).head < whole.head


@pytest.mark.parametrize("patches", [(0, 2), (99, 2), (5, 0), (5, 99)])
def test_pieces_that_cannot_be_are_refused(patches):
    with pytest.raises(viz.ConfigError, match="patches is"):
        viz.arena("v2", patches=patches)
