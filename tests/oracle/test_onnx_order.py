"""ONNX files whose nodes stand out of order, and protobufs that are no ONNX."""

import random

import onnx
import onnxruntime
import pytest
from onnx import helper
from onnxruntime.transformers.float16 import convert_float_to_float16

import viz
from viz.exports import EXPORTS, Request
from viz.net.config import configure
from viz.reading.tensors import ReadError


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "m.onnx"
    path.write_bytes(EXPORTS["model"]["onnx"].make(Request(configure("v3-small", width=0.5))))
    return onnx.load(path)


def saved(model, path):
    onnx.save(model, path)
    return path


def facts(path):
    traced = viz.read(path)
    found = viz.identify(path)
    return traced.params, traced.macs, [b.kind for b in traced.blocks], found.match, found.exact


def test_a_float16_file_of_onnxruntimes_converter_is_read(model, tmp_path):
    """It puts the cast of the answer before what it casts."""
    before = facts(saved(model, tmp_path / "before.onnx"))
    half = convert_float_to_float16(onnx.ModelProto.FromString(model.SerializeToString()))
    path = saved(half, tmp_path / "half.onnx")
    onnxruntime.InferenceSession(path)  # which puts nodes in order, too
    assert facts(path) == before


@pytest.mark.parametrize("seed", range(3))
def test_nodes_in_any_order_are_one_graph(model, tmp_path, seed):
    before = facts(saved(model, tmp_path / "before.onnx"))
    shuffled = onnx.ModelProto.FromString(model.SerializeToString())
    nodes = list(shuffled.graph.node)
    random.Random(seed).shuffle(nodes)
    del shuffled.graph.node[:]
    shuffled.graph.node.extend(nodes)
    after = facts(saved(shuffled, tmp_path / "after.onnx"))
    assert (after[0], after[1], sorted(after[2])) == (before[0], before[1], sorted(before[2]))


def test_a_value_that_nothing_makes_is_named(tmp_path):
    image = helper.make_tensor_value_info("image", 1, [1, 3, 8, 8])
    answer = helper.make_tensor_value_info("b", 1, None)
    nodes = [helper.make_node("Add", ["image", "lost"], ["b"], name="sum")]
    path = saved(
        helper.make_model(helper.make_graph(nodes, "g", [image], [answer])), tmp_path / "m"
    )
    with pytest.raises(ReadError, match=r"'sum' reads 'lost', which nothing makes"):
        viz.read(path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        # specificationVersion = 5, description (Model.proto of CoreML)
        ("m.mlmodel", b"\x08\x05\x12\x06\x0a\x04\x0a\x02ab", "it is a CoreML model, not ONNX"),
        # saved_model_schema_version = 1, meta_graphs (saved_model.proto of TensorFlow)
        ("saved_model.pb", b"\x08\x01\x12\x04\x0a\x02ab", "it is TensorFlow's graph, not ONNX"),
        ("m.bin", b"\x08\x05\x12\x02ab", "it is a protobuf of another kind, not ONNX"),
    ],
)
def test_other_protobufs_are_named(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    for read in (viz.read, viz.identify):
        with pytest.raises(ReadError, match=sentence):
            read(path)
