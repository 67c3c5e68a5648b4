"""ONNX files that onnxruntime has quantised or optimised are read as the file that it was given."""

import numpy as np
import onnxruntime
import pytest
import torch
import torchvision
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    quantize_dynamic,
    quantize_static,
)

import viz
from viz.net.notes import notes_of

SIDE = 64
KINDS = ("integers between", "integer operators", "dynamic", "fused")


class Pictures(CalibrationDataReader):
    """Two pictures of noise."""

    def __init__(self):
        chance = np.random.default_rng(0)
        shape = (1, 3, SIDE, SIDE)
        self.left = [{"input": chance.normal(size=shape).astype(np.float32)} for _ in range(2)]

    def get_next(self):
        return self.left.pop() if self.left else None


def with_distinct_norms(module):
    """Weights and norms with which no two biases are alike."""
    torch.manual_seed(0)
    for parameter in module.parameters():
        parameter.data.add_(0.01 * torch.randn_like(parameter))
    for norm in module.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            norm.running_mean.normal_(0, 0.1)
            norm.running_var.uniform_(0.8, 1.2)
    return module.eval()


@pytest.fixture(scope="module", params=["mobilenet_v2", "mobilenet_v3_small"])
def files(request, tmp_path_factory):
    """The module, its file, and what onnxruntime makes of it."""
    folder = tmp_path_factory.mktemp("lowered")
    module = with_distinct_norms(
        getattr(torchvision.models, request.param)(width_mult=0.5, num_classes=10)
    )
    whole = str(folder / "whole.onnx")
    torch.onnx.export(
        module, (torch.randn(1, 3, SIDE, SIDE),), whole, input_names=["input"], dynamo=False
    )
    found = {kind: str(folder / f"{number}.onnx") for number, kind in enumerate(KINDS)}
    between, operators = QuantFormat.QDQ, QuantFormat.QOperator
    quantize_static(whole, found[KINDS[0]], Pictures(), quant_format=between, per_channel=True)
    quantize_static(whole, found[KINDS[1]], Pictures(), quant_format=operators, per_channel=True)
    quantize_dynamic(whole, found[KINDS[2]])
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = found[KINDS[3]]
    onnxruntime.InferenceSession(whole, options, providers=["CPUExecutionProvider"])
    return request.param, module, whole, found


@pytest.mark.parametrize("kind", KINDS)
def test_counts_and_blocks_are_those_of_the_file_before(files, kind):
    _name, _module, whole, found = files
    before, after = viz.read(whole), viz.read(found[kind])
    assert (after.params, after.macs) == (before.params, before.macs)
    assert [b.name for b in after.blocks] == [b.name for b in before.blocks]
    assert [b.facts.residual for b in after.blocks] == [b.facts.residual for b in before.blocks]
    assert [b.out_shape for b in after.blocks] == [b.out_shape for b in before.blocks]
    notes = " ".join(notes_of(after.config))
    assert ("Its weights are quantised" in notes) == (kind != "fused")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_identified(files, kind):
    name, _module, _whole, found = files
    answer = viz.identify(found[kind])
    assert answer.exact
    assert answer.match.variant == name.replace("mobilenet_", "").replace("_", "-")
    assert (answer.match.width, answer.match.classes) == (0.5, 10)


@pytest.mark.parametrize("kind", KINDS)
def test_its_weights_answer_as_the_module(files, kind):
    """Within what eight bits leave of them; the file in floating point to rounding."""
    name, module, _whole, found = files
    target = getattr(torchvision.models, name)(width_mult=0.5, num_classes=10).eval()
    carried = viz.load(target, found[kind])
    picture = torch.randn(1, 3, SIDE, SIDE)
    with torch.no_grad():
        expected, given = module(picture), carried(picture)
    share = (given - expected).abs().max() / expected.abs().max()
    assert share < (1e-4 if kind == "fused" else 0.1)
    assert torch.cosine_similarity(given, expected).item() > 0.995
