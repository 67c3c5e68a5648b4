"""The hub: invariants of every trace, and figures that stand in papers and posts."""

import pytest
import timm
import torch

import viz
from viz.facts.tables import block_rows, operation_rows, stage_rows
from viz.net import cost
from viz.net.operations import CONVOLUTIONS

OPTION_SETS = [{}, {"width": 0.35, "resolution": 97}, {"width": 1.4, "classes": 7}]


@pytest.mark.parametrize("chosen", OPTION_SETS)
def test_each_operation_takes_what_its_inputs_gave(network, chosen):
    traced = viz.trace(network, **chosen)
    shapes = {"": (traced.config.in_channels, *traced.config.image)}
    for op in traced.operations:
        assert op.in_shapes == tuple(shapes[path] for path in op.inputs)  # all of them came before
        shapes[op.path] = op.out_shape


@pytest.mark.parametrize("chosen", OPTION_SETS)
def test_joins_meet_equal_shapes(network, chosen):
    traced = viz.trace(network, **chosen)
    shapes = {op.path: op.out_shape for op in traced.operations}
    joins = [op for op in traced.operations if op.kind in ("add", "scale")]
    for op in joins:
        assert len(op.inputs) > 1
        assert op.out_shape == shapes[op.inputs[-1]]
        if op.kind == "add":
            assert {*op.in_shapes} == {op.out_shape}


def test_paths_are_unique(network):
    paths = [op.path for op in viz.trace(network).operations]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize("column", ["params", "macs", "activation_bytes"])
def test_rows_sum_to_totals(network, column):
    traced = viz.trace(network, width=0.6)
    total = getattr(traced, column)
    for rows in (operation_rows(traced), stage_rows(traced)):
        assert sum(getattr(row, column) for row in rows) == total
    assert sum(getattr(facts, column) for facts in block_rows(traced)) == total


def test_doubling_the_resolution_quadruples_convolution_macs(network):
    small, large = (viz.trace(network, resolution=r) for r in (128, 256))
    for a, b in zip(small.operations, large.operations, strict=True):
        if a.kind in CONVOLUTIONS and a.in_shape[1:] != (1, 1):
            assert cost.macs(b) == 4 * cost.macs(a)


def test_depthwise_filter_costs_k_squared_per_channel(network):
    for op in viz.trace(network).operations:
        if op.kind == "depthwise":
            assert cost.weights(op) == op.kernel**2 * op.in_shape[0]


# Howard et al. 2017, section 3.2 ("MobileNet has 28 layers"); MathWorks's documentation of
# mobilenetv2 ("53 layers deep"); receptive fields: Araujo et al., "Computing Receptive Fields of
# Convolutional Neural Networks", Distill 2019, table of models.
@pytest.mark.parametrize(("key", "depth", "field"), [("v1", 28, 315), ("v2", 53, 491)])
def test_depth_and_receptive_field_are_the_published_ones(key, depth, field):
    traced = viz.trace(key)
    assert (traced.depth, traced.receptive_field) == (depth, field)


# Parameters of torchvision's modules, block by block, from the input to the last convolution.
SMALL = [464, 744, 3864, 5416, 13736, 57264, 57264, 21968, 29800, 91848, 294096, 294096, 56448]
LARGE = [464, 464, 3440, 4440, 10328, 20992, 20992, 32080, 34760, 31992, 31992, 214424, 386120]
LARGE += [429224, 797360, 797360, 155520]


@pytest.mark.parametrize(("key", "expected"), [("v3-small", SMALL), ("v3-large", LARGE)])
def test_parameters_of_every_block(key, expected):
    facts = block_rows(viz.trace(key))
    assert [block.params for block in facts][: len(expected)] == expected


SQUEEZES = {
    "v3-large": [24, 32, 32, 120, 168, 168, 240, 240],
    "v3-small": [8, 24, 64, 64, 32, 40, 72, 144, 144],
}


@pytest.mark.parametrize("key", SQUEEZES)
def test_squeeze_widths(key):
    facts = block_rows(viz.trace(key))
    assert [block.squeeze for block in facts if block.squeeze] == SQUEEZES[key]


def test_minimalistic_has_small_kernels_no_se_and_relu_only():
    for key in ("v3-large", "v3-small"):
        operations = viz.trace(key, minimalistic=True).operations
        assert {op.kernel for op in operations} <= {0, 1, 3}
        assert not any(op.role == "SE" for op in operations)
        assert {op.activation for op in operations} == {"", "relu"}


def test_stages_follow_the_papers_strides_even_when_dilated():
    plain, dilated = (viz.trace("v3-large", dilated=d) for d in (False, True))
    assert [b.stage for b in plain.blocks] == [b.stage for b in dilated.blocks]
    assert dilated.of_block(15)[-1].out_shape[1:] == (14, 14)


def test_height_and_width_are_apart():
    """MACs of V2 as fvcore and torchinfo count torchvision's class on (1, 3, 224, 448)."""
    wide = viz.trace("v2", resolution=(224, 448))
    assert wide.macs == 600_268_544
    assert viz.trace("v2", resolution="224x448").operations == wide.operations
    assert wide.operations[0].out_shape == (32, 112, 224)
    assert viz.configure("v2", resolution=(224, 224)) == viz.configure("v2")


def test_a_map_that_vanishes_is_named():
    """V1 under Keras pads stride-2 depthwise convolutions at the end only: one pixel is too few."""
    with pytest.raises(viz.ConfigError, match=r"resolution is '1'.* the map of sep 2 would vanish"):
        viz.trace("v1", width_rule="keras", resolution=1)


@pytest.mark.parametrize(
    ("variant", "theirs"),
    [
        ("v1", "mobilenetv1_100"),
        ("v2", "mobilenetv2_100"),
        ("v3-large", "mobilenetv3_large_100"),
        ("v3-small", "mobilenetv3_small_100"),
    ],
)
def test_no_classes_are_timms_features(variant, theirs):
    model = timm.create_model(theirs, num_classes=0)
    traced = viz.trace(variant, classes=0, width_rule="timm")
    assert traced.params == sum(p.numel() for p in model.parameters())
    with torch.no_grad():
        assert traced.operations[-1].out_shape == model.eval()(torch.zeros(1, 3, 64, 64)).shape[1:]
