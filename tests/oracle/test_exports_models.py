"""A network as a file, ONNX, Python, weights or specification, is the same network."""

import copy
import json
import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from export_helpers import made
from safetensors.torch import load

import viz
from viz.activations import Gate, Nonlinearity
from viz.exports import EXPORTS, request_of, spec
from viz.net.config import configure
from viz.net.kinds import KINDS
from viz.net.operations import CONVOLUTIONS, PRODUCTS, Role, Tape
from viz.net.trace import Trace
from viz.net.tree import is_uneven
from viz.pytorch.files import as_onnx, as_weights, module_of
from viz.pytorch.modules import build_trace
from viz.pytorch.onnx_graph import FORMS, onnx_model

MADE_OF_SEVERAL = PRODUCTS | {"shuffle"}  # nodes of ONNX

KERAS = [
    (network, {"width_rule": "keras", "resolution": size})
    for network in viz.ZOO
    if "keras" in [rule.name for rule in viz.ZOO[network].rules]
    for size in (97, 96, (64, 97))
]
CASES = KERAS + [
    (network, {**chosen, option: True})
    for network, chosen in KERAS
    for option in viz.ZOO[network].options
]
keras = pytest.mark.parametrize(
    ("network", "chosen"),
    CASES,
    ids=[
        "-".join([network, str(chosen["resolution"]), *list(chosen)[2:]])
        for network, chosen in CASES
    ],
)


@pytest.fixture(scope="module", params=list(viz.ZOO))
def network(request) -> str:
    """Every network; its tests run one after the other, and share its file."""
    return request.param


@lru_cache(maxsize=2)
def small(network):
    """A trace and its file."""
    traced = viz.trace(network, resolution=64)
    return traced, as_onnx(traced)


def test_onnx_gives_torchs_outputs(network):
    order = request_of(network, {"width": "0.5", "resolution": "64"})
    content = EXPORTS["model"]["onnx"].make(order)
    onnx.checker.check_model(onnx.load_from_string(content))
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        expected = module_of(order.traced)(image).numpy()
    (output,) = onnxruntime.InferenceSession(content).run(None, {"image": image.numpy()})
    np.testing.assert_allclose(output, expected, atol=1e-5 * float(np.abs(expected).max()))


def shaken(traced):
    """The network's module with biases and norms that do something, as training leaves them."""
    torch.manual_seed(0)
    module = build_trace(traced).eval()
    for name, values in module.state_dict().items():
        if name.endswith((".bias", ".running_mean")):
            values.normal_(0, 0.2)
        elif name.endswith(".running_var") or values.dim() == 1:  # a norm's own weight
            values.uniform_(0.5, 1.5)
    return module


def both(traced):
    """Torch's module with such weights, and ONNX's."""
    module = shaken(traced)
    weights = {name: value.numpy() for name, value in module.state_dict().items()}
    return module, onnx_model(traced, weights)


def difference(traced, module, model):
    """The largest between ONNX and torch for batches of 1 and 2, relative to torch's largest."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    found = []
    for batch in (1, 2):
        image = torch.randn(batch, *traced.operations[0].in_shape)
        with torch.no_grad():
            expected = module(image).numpy()
        (output,) = session.run(None, {"image": image.numpy()})
        assert output.shape == expected.shape
        found.append(float(np.abs(output - expected).max() / np.abs(expected).max()))
    return max(found)


def model_of(traced):
    return onnx.load_from_string(as_onnx(traced))


def folded(traced):
    """Paths of the convolutions that do their norm's work too, with the paths of those norms."""
    return {
        op.path: after.path
        for op, after in pairwise(traced.operations)
        if op.kind in CONVOLUTIONS and after.kind == "norm"
    }


def test_onnx_folds_norms_exactly(network):
    """It is as near to torch in float64 as torch in float32 is, which processors decide.

    Of five images the median: with such weights RepViT multiplies the rounding of single ones.
    """
    traced = viz.trace(network, resolution=64)
    module, model = both(traced)
    exact = copy.deepcopy(module).double()
    session = onnxruntime.InferenceSession(model.SerializeToString())
    errors = []
    for image in torch.randn(5, 1, *traced.operations[0].in_shape):
        with torch.no_grad():
            single, wanted = module(image).numpy(), exact(image.double()).numpy()
        (output,) = session.run(None, {"image": image.numpy()})
        errors.append(
            [np.abs(each - wanted).max() / np.abs(wanted).max() for each in (single, output)]
        )
    own, theirs = np.median(errors, axis=0)
    assert theirs < max(1e-5, 5 * own)


@keras
def test_onnx_pads_and_dilates_as_torch_and_the_trace_do(network, chosen):
    traced = viz.trace(network, **chosen)
    module, model = both(traced)
    assert difference(traced, module, model) < 1e-5
    nodes = [node for node in model.graph.node if node.op_type == "Conv"]
    convolutions = [op for op in traced.operations if op.kind in CONVOLUTIONS]
    if chosen["resolution"] == 96:
        assert any(map(is_uneven, convolutions))
    for node, op in zip(nodes, convolutions, strict=True):
        given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        (above, below), (left, right) = op.padding, op.across
        assert node.name == op.path
        assert given["pads"] == [above, left, below, right]
        assert given["strides"] == [op.stride] * 2
        assert given["dilations"] == [op.dilation] * 2
        assert given["group"] == op.groups


def test_onnx_joins_and_norms_where_no_network_has_them():
    tape = Tape((4, 9, 9), same_padding=True)
    tape.open_block(KINDS["bneck"], new_stage=True)
    tape.norm("0", Role.CONV)
    tape.conv("1", 4, Role.CONV, kernel=3, bias=True)
    tape.add("add", "")
    tape.conv("2", 6, Role.CONV, kernel=3, stride=2)
    tape.norm("3.0", Role.CONV)
    tape.add("3.add", "features.0.2")
    tape.activation("4", "identity", Role.CONV)
    tape.conv("5", 3, Role.CONV, bias=True)
    tape.norm("6", Role.CONV)
    tape.dropout("7", Role.CONV)
    tape.close_block()
    traced = Trace(configure("v1"), tuple(tape.operations), tuple(tape.blocks))
    operators = [node.op_type for node in model_of(traced).graph.node]
    norm = "BatchNormalization"  # the second's input is also a shortcut: it cannot be folded
    assert operators == [norm, "Conv", "Add", "Conv", norm, "Add", "Conv"]
    assert difference(traced, *both(traced)) < 1e-5


def test_onnx_is_valid_and_has_the_traces_shapes(network):
    traced, content = small(network)
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    del model.graph.value_info[:]
    model.graph.output[0].type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
    shapes = {
        value.name: tuple(d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim)
        for value in (*inferred.value_info, *inferred.output)
    }
    expected = {op.path: ("batch", *op.out_shape) for op in traced.operations}
    for node in inferred.node:
        if node.name in expected:
            assert shapes[node.output[0]] == expected[node.name]


def test_onnx_has_one_node_an_operation_of_inference(network):
    traced, content = small(network)
    norms = folded(traced).values()
    nodes = onnx.load_from_string(content).graph.node
    wanted = [op.path for op in traced.operations if op.kind != "dropout" and op.path not in norms]
    assert [node.name for node in nodes if node.name in wanted] == wanted
    # swish, attention's products and a shuffle are no operators of ONNX
    made_of = [
        op.path for op in traced.operations if op.activation == "silu" or op.kind in MADE_OF_SEVERAL
    ]
    others = [node.name for node in nodes if node.name not in wanted]
    assert {name.rpartition(".")[0] for name in others} <= set(made_of)
    assert not {node.op_type for node in nodes} & {"Identity", "Pad", "Constant"}
    slices = [node.name for node in nodes if node.op_type == "Slice"]
    assert slices == [op.path for op in traced.operations if op.kind == "split"]


def test_onnx_holds_the_weights_file_where_nothing_is_folded(network):
    traced, content = small(network)
    weights = load(as_weights(traced))
    for held in onnx.load_from_string(content).graph.initializer:
        path, _, part = held.name.rpartition(".")
        if path in folded(traced):
            assert part in {"weight", "bias"}
        elif part == "gamma":
            np.testing.assert_array_equal(
                onnx.numpy_helper.to_array(held).squeeze(), weights[held.name]
            )
        elif path != "relu6" and held.name in weights:
            np.testing.assert_array_equal(onnx.numpy_helper.to_array(held), weights[held.name])


def test_onnx_says_what_it_is():
    traced = viz.trace("v3-small", resolution=96, minimalistic=True)
    model = model_of(traced)
    assert (model.producer_name, model.doc_string) == ("MobileNet Atlas", traced.config.title)
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", 17)]
    ends = (*model.graph.input, *model.graph.output)
    assert [value.name for value in ends] == ["image", "output"]
    assert {value.type.tensor_type.shape.dim[0].dim_param for value in ends} == {"batch"}


def test_onnx_is_the_same_file_every_time():
    assert as_onnx(viz.trace("v2", resolution=96)) == as_onnx(viz.trace("v2", resolution=96))


def test_onnx_has_an_operator_for_every_activation_of_a_network():
    assert {*get_args(Nonlinearity), *get_args(Gate)} <= set(FORMS)


def test_python_file_and_weights_make_the_same_network(network):
    order = request_of(network, {"width": "0.75", "resolution": "64"})
    names: dict[str, object] = {"__name__": "exported"}
    exec(EXPORTS["model"]["py"].make(order).decode(), names)
    model = names["build"]().eval()
    weights = load(EXPORTS["model"]["safetensors"].make(order))
    model.load_state_dict(weights, strict=True)
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(model(image), module_of(order.traced)(image))


def test_python_file_states_height_and_width():
    order = request_of("v3-small", {"width_rule": "keras", "resolution": "64x97"})
    text = EXPORTS["model"]["py"].make(order).decode()
    assert "Input (N, 3, 64, 97)." in text
    names: dict[str, object] = {"__name__": "exported"}
    exec(text, names)
    with torch.no_grad():
        last = names["build"]().eval().features(torch.zeros(1, 3, 64, 97))
    assert tuple(last.shape[2:]) == order.traced.blocks[-4].out_shape[1:]


def test_python_file_imports_nothing_but_torch():
    text = made("post-004", "model", "py").decode()
    roots = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert roots == {"collections", "torch"}


@pytest.mark.parametrize(
    "chosen", [{}, {"width": "0.35", "classes": "7"}, {"resolution": "65x32", "output_stride": "8"}]
)
def test_specification_reads_back(network, chosen):
    if not viz.ZOO[network].dilates:
        chosen = {name: value for name, value in chosen.items() if name != "output_stride"}
    order = request_of(network, chosen)
    again = spec.read(EXPORTS["model"]["json"].make(order))
    assert again == order.traced
    assert again.params == order.traced.params


def test_specifications_of_the_versions_before_are_read():
    """A file as version 3 wrote it; version 2 gave one padding for both axes."""
    traced = viz.trace("post-000")
    content = json.loads((Path(__file__).parents[1] / "specification_3.json").read_bytes())
    assert content["version"] == 3
    assert spec.read(json.dumps(content)) == traced
    content["version"] = 2
    for fields in content["operations"]:
        del fields["across"]
    assert spec.read(json.dumps(content)) == traced


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "mobilenet-atlas", "version": 9}'])
def test_other_files_are_refused_in_one_sentence(text):
    with pytest.raises(viz.ConfigError):
        spec.read(text)
