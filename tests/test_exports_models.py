"""A network as a file, ONNX, Python, weights or specification, is the same network."""

import re

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from exported import made
from safetensors.torch import load

import viz
from viz.exports import EXPORTS, request_of, spec
from viz.net.operations import JOINS
from viz.pytorch.files import module_of


@pytest.mark.parametrize("width", ["0.5", "1.0"])
def test_onnx_gives_torchs_outputs(network, width):
    order = request_of(network, {"width": width, "resolution": "64"})
    content = EXPORTS["model"]["onnx"].make(order)
    onnx.checker.check_model(onnx.load_from_string(content))
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        expected = module_of(order.traced)(image).numpy()
    (output,) = onnxruntime.InferenceSession(content).run(None, {"image": image.numpy()})
    np.testing.assert_allclose(output, expected, atol=1e-5 * float(np.abs(expected).max()))


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


def test_python_file_imports_nothing_but_torch():
    text = made("post-004", "model", "py").decode()
    roots = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert roots == {"collections", "torch"}


@pytest.mark.parametrize("chosen", [{}, {"width": "0.35", "classes": "7"}])
def test_specification_reads_back(network, chosen):
    order = request_of(network, chosen)
    again = spec.read(EXPORTS["model"]["json"].make(order))
    assert again == order.traced
    assert again.params == order.traced.params


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "mobilenet-atlas", "version": 9}'])
def test_other_files_are_refused_in_one_sentence(text):
    with pytest.raises(viz.ConfigError):
        spec.read(text)


def test_joins_of_the_specification_are_skips(network):
    for op in viz.trace(network).operations:
        assert bool(op.joins) <= (op.kind in JOINS)
