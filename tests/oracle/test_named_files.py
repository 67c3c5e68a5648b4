"""Files that are not weights, errors of other libraries, modules without Python: each is named."""

import json

import numpy as np
import pytest
import safetensors.torch
import torch
import torchvision

import viz
from viz.cli.main import main

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 14212972\n" % (
    b"0" * 64
)
INDEX = json.dumps({"metadata": {"total_size": 9}, "weight_map": {"a.weight": "m-1.bin"}}).encode()
STRANGERS = {
    "pointer.pth": (POINTER, "Git LFS pointer"),
    "page.pth": (b"\n<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
    "pytorch_model.bin.index.json": (INDEX, "several files"),
    "m.pdparams": (b"\x80\x04\x95" + b"\0" * 600, "PaddlePaddle"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_file_that_holds_no_weights_is_named(tmp_path, name):
    content, said = STRANGERS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(viz.ReadError, match=said):
        viz.identify(tmp_path / name)


def test_numpy_s_archive_is_named(tmp_path):
    np.savez(tmp_path / "m.npz", a=np.zeros((3, 3)))
    with pytest.raises(viz.ReadError, match=r"NumPy archive \(\.npz\)"):
        viz.identify(tmp_path / "m.npz")


def test_one_of_several_files_is_said_to_be_one(tmp_path):
    weights = torchvision.models.mobilenet_v2().state_dict()
    path = tmp_path / "model-00001-of-00003.safetensors"
    safetensors.torch.save_file(dict(list(weights.items())[:60]), path)
    assert any("part 1 of 3" in note for note in viz.identify(path).notes)


@pytest.mark.parametrize("name", ["m.ckpt", "m.PTH"])
def test_endings_do_not_matter(tmp_path, name, capsys):
    module = torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=3)
    torch.save({"state_dict": module.state_dict()}, tmp_path / name)
    told = ["--network", "v2", "--width", "1", "--set", "width_rule=torchvision", "--classes", "3"]
    (tmp_path / "x.png").write_bytes(b"")
    assert main(["predict", str(tmp_path / "x.png"), "--weights", str(tmp_path / name), *told]) == 2
    said = capsys.readouterr().err
    assert "they are of MobileNetV2 · width 0.5 · 3 classes, not MobileNetV2 · width 1.0" in said


def test_modules_without_python_and_int8_ones_are_said_to_be_such():
    module = torchvision.models.mobilenet_v2().eval()
    traced = torch.jit.trace(module, torch.zeros(1, 3, 64, 64))
    with pytest.raises(viz.ReadError, match=r"MobileNetV2 is a traced or scripted module"):
        viz.read(traced)
    if "qnnpack" in torch.backends.quantized.supported_engines:
        torch.backends.quantized.engine = "qnnpack"
        int8 = torchvision.models.quantization.mobilenet_v2(weights=None, quantize=True)
        with pytest.raises(viz.ReadError, match=r"quantized to int8: read the float module"):
            viz.read(int8)


ERRORS = {  # as these libraries print them
    "While copying": (
        'While copying the parameter named "conv1.weight", whose dimensions in the model are '
        "torch.Size([64, 3, 7, 7]) and whose dimensions in the checkpoint are "
        "torch.Size([64, 1, 7, 7]), an exception occurred : ('x',).",
        "for 1 input channel, the model for 3 input channels",
    ),
    "TensorFlow": (
        "InvalidArgumentError: Assign requires shapes of both tensors to match. lhs shape= "
        "[1,1,1024,5] rhs shape= [1,1,1024,1001] [[{{node save/Assign_12}}]]",
        "1×1×1024×1001 in the file, 1×1×1024×5 in the model",
    ),
    "Keras 2": (
        "ValueError: Layer weight shape (3, 3, 3, 32) not compatible with provided weight shape "
        "(3, 3, 3, 16).",
        "3×3×3×16 in the file, 3×3×3×32 in the model",
    ),
    "Keras 2, a checkpoint": (
        "ValueError: Cannot assign value to variable ' predictions/kernel:0': Shape mismatch.The "
        "variable shape (1280, 5), and the assigned value shape (1280, 1000) are incompatible.",
        "'predictions/kernel:0': 1280×1000 in the file, 1280×5 in the model",
    ),
    "Keras 3": (
        "The shape of the target variable and the shape of the target value in "
        "`variable.assign(value)` must match. variable.shape=(1280, 5), Received: "
        "value.shape=(1280, 1000). Target variable: <Variable path=predictions/kernel, shape=x>",
        "'predictions/kernel': 1280×1000 in the file, 1280×5 in the model",
    ),
    "layers": (
        "ValueError: Layer count mismatch when loading weights from file. Model expected 157 "
        "layers, found 155 saved layers.",
        "The file has 155 layers with weights, the model 157",
    ),
    "mmcv": (
        "unexpected key in source state_dict: head.fc.weight, head.fc.bias\n\nmissing keys in "
        "source state_dict: neck.conv.weight\n",
        "lacks 'neck.conv.weight' and has 'head.fc.weight'",
    ),
    "SSD": (
        "size mismatch for head.classification_head.module_list.0.1.weight: copying a param with "
        "shape torch.Size([126, 672, 1, 1]) from checkpoint, the shape in current model is "
        "torch.Size([18, 672, 1, 1]).",
        "With 6 boxes a place, 126 and 18 filters are 21 and 3 classes",
    ),
}


@pytest.mark.parametrize("library", ERRORS)
def test_errors_of_other_libraries_are_read(library):
    text, said = ERRORS[library]
    assert said in " ".join(viz.identify_error(text).advice)


def test_strict_is_not_advised_where_layers_in_the_middle_would_stay_random():
    weights = torchvision.models.mobilenet_v2().state_dict()
    del weights["features.3.conv.1.1.bias"]
    with pytest.raises(RuntimeError) as caught:
        torchvision.models.mobilenet_v2().load_state_dict(weights)
    assert "strict=False" not in " ".join(viz.identify_error(str(caught.value)).advice)
