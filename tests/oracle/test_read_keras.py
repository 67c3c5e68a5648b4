"""ONNX files of Keras's networks: channels last, norms spelled out; by tf2onnx and by Keras itself.

``tests/tf2onnx`` holds what tf2onnx 1.17 made of Keras's applications under TensorFlow 2.21, for
images of 96 pixels and 7 classes, with constants of more than 64 numbers set to zero.
"""

import gzip
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

import viz
from viz.reading.graphs.norms import NOTE

FILES = Path(__file__).parents[1] / "tf2onnx"
SIZE, CLASSES = 96, 7
# File: our network and what Keras calls its options.
MADE_BY_TF2ONNX = {
    "mobilenet_0.25": ("v1", {"width": 0.25, "width_rule": "keras"}),
    "mobilenetv2_0.35": ("v2", {"width": 0.35, "width_rule": "keras"}),
    "mobilenetv3small_0.75": ("v3-small", {"width": 0.75, "width_rule": "keras"}),
    "mobilenetv3large_minimalistic": ("v3-large", {"minimalistic": True, "width_rule": "keras"}),
    "efficientnetb0": ("efficientnet-b0", {}),
}
KERAS = {"v1": ("MobileNet", 0.25), "v2": ("MobileNetV2", 0.35)}
# Steps that such a file has before the network's own: pictures are scaled within it.
SCALED = {"mobilenetv3small_0.75": 1, "mobilenetv3large_minimalistic": 1, "efficientnetb0": 2}


def values(block):
    """What a block is, without what a file may have folded or added at the end."""
    facts = block.facts._replace(normed=True)
    if block.kind == "classifier":
        facts = facts._replace(activation="")
    # A pooled map of one pixel is a vector, too.
    sides = [
        shape[:1] if shape[1:] == (1, 1) else shape for shape in (block.in_shape, block.out_shape)
    ]
    return block.kind, sides, facts


@pytest.fixture(params=MADE_BY_TF2ONNX)
def converted(request, tmp_path):
    """(our trace, the file); EfficientNet's mean and deviation are inputs of one pixel in it."""
    network, options = MADE_BY_TF2ONNX[request.param]
    path = tmp_path / f"{request.param}.onnx"
    path.write_bytes(gzip.decompress((FILES / f"{request.param}.onnx.gz").read_bytes()))
    return viz.trace(network, resolution=SIZE, classes=CLASSES, **options), path


def test_tensorflows_files_have_our_blocks_and_macs(converted):
    ours, path = converted
    traced = viz.read(path)
    assert traced.macs == ours.macs
    assert not traced.uncounted
    assert traced.config.network.unrolled.in_shape == (3, SIZE, SIZE)
    assert list(map(values, traced.blocks)) == list(map(values, ours.blocks))
    assert traced.receptive_fields == ours.receptive_fields
    assert NOTE in traced.config.network.unrolled.notes


def test_maps_of_many_channels_that_come_last_are_seen_through(tmp_path):
    """Thirteen channels of a satellite, say; and a map that only looks as if they came last."""
    weight = numpy_helper.from_array(np.ones((8, 13, 3, 3), np.float32), "w")
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, "h", "w", 13))
    made = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["t", "w"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "g", [given], [made], [weight])
    onnx.save(helper.make_model(graph), tmp_path / "last.onnx")
    traced = viz.read(tmp_path / "last.onnx", (64, 32), in_channels=13)
    assert [op.in_shape for op in traced.operations] == [(13, 64, 32)]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 64, 64, 32))
    weight = numpy_helper.from_array(np.ones((8, 64, 3, 3), np.float32), "w")
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"])]
    graph = helper.make_graph(nodes, "g", [given], [made], [weight])
    onnx.save(helper.make_model(graph), tmp_path / "first.onnx")
    traced = viz.read(tmp_path / "first.onnx")
    assert [op.in_shape for op in traced.operations] == [(64, 64, 32)]


def test_their_padding_is_kerass(converted):
    """TensorFlow pads before a stride, in a step of its own."""
    ours, path = converted
    if ours.config.rule.name != "keras":
        return  # torchvision's EfficientNet, which pads on both sides
    wide = [[op for op in each.operations if op.kernel > 1] for each in (ours, viz.read(path))]
    mine, theirs = ([(op.padding, op.across) for op in operations] for operations in wide)
    assert theirs == mine
    assert (0, 1) in dict(theirs)


def test_tensorflows_files_are_identified(converted):
    ours, path = converted
    found = viz.identify(path)
    assert found.exact
    assert (found.match.variant, found.match.classes) == (ours.config.variant, CLASSES)
    assert found.match.width == ours.config.width
    assert found.match.options == ours.config.options
    assert not found.missing
    assert len(found.unexpected) <= SCALED.get(path.stem, 0)


@pytest.fixture(params=KERAS)
def exported(request, tmp_path):
    """(our key, width, Keras's model with lively norms, its own ONNX file)"""
    keras = pytest.importorskip("keras")
    maker, width = KERAS[request.param]
    model = getattr(keras.applications, maker)(
        weights=None, alpha=width, input_shape=(SIZE, SIZE, 3), classes=CLASSES
    )
    chance = np.random.default_rng(0)
    for weight in model.weights:
        if any(part in weight.path for part in ("gamma", "beta", "moving", "bias")):
            weight.assign(chance.uniform(0.5, 1.5, weight.shape))
    model(np.zeros((1, SIZE, SIZE, 3), np.float32))
    path = tmp_path / "keras.onnx"
    model.export(str(path), format="onnx", verbose=False)
    return request.param, width, model, path


def test_kerass_own_files_have_our_blocks_and_its_weights_carry_over(exported):
    network, width, model, path = exported
    options = {"width": width, "classes": CLASSES, "width_rule": "keras"}
    ours, traced = viz.trace(network, resolution=SIZE, **options), viz.read(path, SIZE)
    assert traced.macs == ours.macs
    assert list(map(values, traced.blocks)) == list(map(values, ours.blocks))
    assert viz.identify(path).exact
    image = np.random.default_rng(1).uniform(-1, 1, (1, SIZE, SIZE, 3)).astype(np.float32)
    theirs = np.asarray(model(image).detach().cpu())[0]
    module = viz.load(viz.build(network, **options), path).eval()
    with torch.no_grad():
        mine = module(torch.tensor(image).permute(0, 3, 1, 2)).softmax(1).numpy()[0]
    assert np.abs(theirs - mine).max() < 1e-5 * theirs.max()
