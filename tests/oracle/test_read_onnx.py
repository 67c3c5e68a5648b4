"""ONNX files as traces: counts are those of the module that was exported, by two exporters."""

import contextlib
import io
import math
import time

import numpy as np
import onnx
import packages
import pytest
import torch
from graphs_of_others import NAMES, macs_of, module_named, params_of, shaken
from lists import EACH_KIND_OF_BLOCK, some_of
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.fx.experimental.optimization import fuse

import viz
from viz.exports import EXPORTS, Request
from viz.net.config import configure
from viz.net.notes import notes_of
from viz.net.zoo import ZOO
from viz.reading import limits

IMAGE = torch.zeros(1, 3, 224, 224)


def exported(module, path, **more):
    """The module as a file, by PyTorch's own exporter."""
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(module, (IMAGE,), str(path), **more)
    return path


def bare(block):
    """What a file without batch norms can say of a block."""
    return block.kind, block.in_shape, block.out_shape, block.facts._replace(normed=True)


def learned_without_mean(module):
    """Parameters after convolutions have taken their norms in, which then have a bias."""
    return params_of(fuse(module))


@pytest.fixture(scope="module", params=NAMES)
def pair(request, tmp_path_factory):
    module = shaken(module_named(request.param))
    path = tmp_path_factory.mktemp("onnx") / f"{request.param}.onnx"
    exported(module, path, dynamo=False)
    return module, viz.read(path)


def test_counts_are_those_of_the_module_with_folded_norms(pair):
    module, traced = pair
    assert traced.macs == macs_of(module, IMAGE)
    assert traced.params == learned_without_mean(module)
    assert not traced.uncounted


def test_constants_that_layers_share_count_once_and_the_networks_own_number_is_said(tmp_path):
    """Fresh biases are all zero: the older exporter writes equal ones once."""
    path = exported(viz.build("v3-small", width=0.5), tmp_path / "m.onnx", dynamo=False)
    constants = onnx.load(path).graph.initializer
    (note,) = [note for note in notes_of(viz.read(path).config) if "share" in note]
    assert viz.read(path).params == sum(math.prod(held.dims) for held in constants)
    assert f"{learned_without_mean(viz.build('v3-small', width=0.5).eval()):,}" in note


def test_blocks_are_the_modules(pair):
    module, traced = pair
    assert list(map(bare, traced.blocks)) == list(map(bare, viz.read(module).blocks))
    assert traced.receptive_fields == viz.read(module).receptive_fields


@pytest.mark.parametrize(
    "name",
    some_of(("mobilenet_v3_large", "shufflenet_v2_x1_0", "convnext_tiny"), {"mobilenet_v3_large"}),
)
def test_the_newer_exporter_says_the_same(name, tmp_path):
    module = shaken(module_named(name))
    traced = viz.read(exported(module, tmp_path / "m.onnx", dynamo=True, external_data=False))
    theirs = viz.read(module)
    assert (traced.macs, traced.params) == (theirs.macs, learned_without_mean(module))
    kinds = [block.kind for block in traced.blocks if block.kind != "other"]
    assert kinds == [block.kind for block in theirs.blocks]
    weights = {op.path for op in theirs.operations if op.kernel}
    assert weights <= {op.path for op in traced.operations}  # the module's own names


# Blocks that the reader has no name for: their operations stand as branches.
UNNAMED = {"ghost", "shuffle", "mobileone", "repvit"}


@pytest.mark.parametrize(
    "network", some_of((key for key in ZOO if "hybrid" not in key), EACH_KIND_OF_BLOCK)
)
def test_a_network_that_went_through_onnx_is_still_itself(network, tmp_path):
    """Blocks as they were, and identified by its weights."""
    config = configure(network, resolution=96, width=0.5, classes=5)
    path = tmp_path / "mine.onnx"
    path.write_bytes(EXPORTS["model"]["onnx"].make(Request(config)))
    ours, traced = viz.trace(network, resolution=96, width=0.5, classes=5), viz.read(path, 96)
    assert traced.macs == ours.macs
    se_for_norm = network == "post-003-small"  # a block of its own then
    unnamed = {block.kind for block in ours.blocks} & UNNAMED
    assert unnamed or len(traced.blocks) == len(ours.blocks) + se_for_norm
    if not (se_for_norm or unnamed):
        assert list(map(bare, traced.blocks)) == list(map(bare, ours.blocks))
    found = viz.identify(path)
    if network == "post-000":  # four layers, which many networks begin with
        return
    if network == "repvit-m0-9":  # a third of its norms stay where the others are folded
        assert found.match.variant == network
        return
    assert found.exact
    assert viz.trace(found.match.variant, **found.match.arguments() | {"resolution": 96}).macs == (
        ours.macs
    )


def test_an_input_that_is_open_takes_the_size_that_is_asked(tmp_path):
    size = (96, 160)
    path = exported(
        module_named("mobilenet_v2"),
        tmp_path / "open.onnx",
        dynamo=False,
        input_names=["image"],
        dynamic_axes={"image": {0: "n", 2: "h", 3: "w"}},
    )
    traced = viz.read(path, size)
    assert traced.config.image == size
    assert traced.macs == viz.trace("v2", resolution=size).macs
    assert traced.config.title == "open · 96×160"


def test_a_real_file_of_others(tmp_path):
    """PaddleOCR's classifier of text lines: V3-Small at 0.35, with strides of its own."""
    name = "ch_ppocr_mobile_v2.0_cls_infer.onnx"
    file = packages.file_of(
        "rapidocr-onnxruntime==1.4.4",
        f"rapidocr_onnxruntime/models/{name}",
        tmp_path,
        *packages.ANY_PYTHON,
    )
    traced = viz.read(file, (48, 192))
    paper = viz.trace("v3-small", width=0.35)
    body = [block for block in traced.blocks if block.kind == "bneck"]
    assert [(b.facts.kernels, b.facts.activation) for b in body] == [
        (b.facts.kernels, b.facts.activation) for b in paper.blocks if b.kind == "bneck"
    ]
    assert [bool(b.facts.squeeze) for b in body] == [
        bool(b.facts.squeeze) for b in paper.blocks if b.kind == "bneck"
    ]
    assert traced.blocks[-1].out_shape == (2,)
    assert not traced.uncounted


# Files that are made by hand


def saved(path, nodes, constants=(), shape=(1, 3, 8, 8), outputs=("out",), opset=17):
    """A file with these nodes; its input is ``image``."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)
    given = [helper.make_empty_tensor_value_info(name) for name in outputs]
    held = [numpy_helper.from_array(np.asarray(v), name) for name, v in dict(constants).items()]
    graph = helper.make_graph(nodes, "g", [image], given, held)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("custom", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets), path)
    return path


def node(kind, inputs, output="out", **more):
    return helper.make_node(kind, inputs, [output], name=f"the-{kind}", **more)


KERNEL = np.zeros((4, 3, 3, 3), np.float32)


def refusal(path, **more):
    with pytest.raises(viz.ReadError) as caught:
        viz.read(path, **more)
    text = str(caught.value)
    assert text.startswith(f"{path.name}: ")
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("side", "rule", "expected"),
    [(8, "SAME_UPPER", ((0, 1), 4)), (8, "SAME_LOWER", ((1, 0), 4)), (9, "VALID", ((0, 0), 4))],
)
def test_automatic_padding_is_that_of_the_standard(tmp_path, side, rule, expected):
    conv = node("Conv", ["image", "k"], strides=[2, 2], auto_pad=rule)
    path = saved(tmp_path / "m.onnx", [conv], {"k": KERNEL}, shape=(1, 3, side, side))
    (op,) = viz.read(path).operations
    assert (op.padding, op.out_shape[1]) == expected
    assert onnx_side(path, side) == op.out_shape[1]


def onnx_side(path, side):
    """What onnx's own reference gives."""
    from onnx.reference import ReferenceEvaluator

    (out,) = ReferenceEvaluator(str(path)).run(
        None, {"image": np.zeros((1, 3, side, side), np.float32)}
    )
    return out.shape[-1]


def test_an_operator_of_somebodys_own_is_named_and_not_counted(tmp_path):
    nodes = [
        node("Conv", ["image", "k"], "a", pads=[1] * 4),
        helper.make_node("Magic", ["a"], ["b"], domain="custom", name="spell"),
    ]
    path = saved(tmp_path / "m.onnx", nodes, {"k": KERNEL}, outputs=("b",))
    message = refusal(path)
    assert "the shape behind its node 'spell' (Magic) cannot be told" in message
    assert "custom's own; give the file as it was exported" in message
    nodes = [nodes[0], node("Einsum", ["a"], "out", equation="ncij->ncji")]
    (odd,) = viz.read(saved(path, nodes, {"k": KERNEL})).uncounted
    assert odd.read.title == "Einsum"


def test_two_images_or_none_are_refused(tmp_path):
    path = saved(tmp_path / "m.onnx", [node("Relu", ["image"])], shape=(1, 3))
    assert "it has no inputs that are images" in refusal(path)


def test_branches_of_control_are_refused(tmp_path):
    body = helper.make_graph([], "b", [], [helper.make_empty_tensor_value_info("x")])
    nodes = [node("If", ["image"], then_branch=body, else_branch=body)]
    assert "(If) has branches of its own" in refusal(saved(tmp_path / "m.onnx", nodes))


def test_shapes_that_do_not_fit_are_refused(tmp_path):
    wrong = {"k": np.zeros((4, 5, 3, 3), np.float32)}
    path = saved(tmp_path / "m.onnx", [node("Conv", ["image", "k"])], wrong)
    assert "'the-Conv' takes 5 channels and gets 3" in refusal(path)
    nodes = [node("Add", ["image", "k"])]
    assert "cannot be told" in refusal(saved(path, nodes, {"k": np.zeros((5, 7), np.float32)}))


def test_a_file_of_weights_is_sent_to_identify(tmp_path):
    path = tmp_path / "w.pth"
    torch.save(nn.Conv2d(3, 4, 3).state_dict(), path)
    assert "it holds weights only" in refusal(path)


def test_too_many_operations_are_refused_before_they_cost_anything(tmp_path):
    count = limits.NODES + 1
    nodes = [
        helper.make_node("Relu", [f"v{i}" if i else "image"], [f"v{i + 1}"]) for i in range(count)
    ]
    path = saved(tmp_path / "m.onnx", nodes, outputs=(f"v{count}",))
    started = time.monotonic()
    assert f"more than the {limits.NODES:,} that are read" in refusal(path)
    assert time.monotonic() - started < limits.SECONDS


def test_a_shape_that_claims_the_moon_is_refused(tmp_path):
    constants = {"s": np.array([1, 2**40, 2**20, 1], np.int64)}
    nodes = [node("Expand", ["image", "s"])]
    text = refusal(saved(tmp_path / "m.onnx", nodes, constants, shape=(1, 1, 1, 1)))
    assert "elements" in text
