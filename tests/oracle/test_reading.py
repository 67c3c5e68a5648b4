"""Files of others: what they hold is read, and what means harm is one sentence."""

import argparse
import json
import resource
import time
import zipfile
from pathlib import Path

import h5py
import hostile
import keras
import numpy as np
import onnx
import pytest
import safetensors.torch
import torch
import torchvision
from onnx import helper

from viz.pytorch import checkpoints
from viz.reading import limits
from viz.reading.process import read
from viz.reading.tensors import ReadError


@pytest.fixture(scope="module")
def weights():
    return torchvision.models.mobilenet_v3_small(width_mult=0.5, num_classes=3).state_dict()


def shapes(content):
    return {tensor.name: tensor.shape for tensor in content.tensors}


def refusal(path):
    """The sentence with which a file is refused."""
    with pytest.raises(ReadError) as caught:
        read(path)
    return one_sentence(path, str(caught.value))


def refusal_in_this_process(path):
    """The same without the seconds that another process needs for torch: its reader alone."""
    with pytest.raises(ReadError) as caught:
        checkpoints.read(path)
    return one_sentence(path, f"{path.name}: {caught.value}.")


def one_sentence(path, sentence):
    assert sentence.startswith(f"{path.name}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300
    return sentence


BOXES = {
    "plain": lambda weights: weights,
    "state_dict": lambda weights: {"epoch": 3, "state_dict": weights, "best_acc1": 0.5},
    "model": lambda weights: {"model": weights, "optimizer": {"state": {0: weights}}},
    "ema": lambda weights: {"ema": {"model_state_dict": weights}, "args": argparse.Namespace(lr=1)},
    "unknown": lambda weights: {"mine": weights, "meta": {"mean": torch.zeros(3)}},
}


@pytest.mark.parametrize("box", BOXES)
def test_a_checkpoint_is_read_out_of_any_box(tmp_path, weights, box):
    torch.save(BOXES[box](weights), tmp_path / "file.pt")
    assert shapes(checkpoints.read(tmp_path / "file.pt")) == {
        n: tuple(v.shape) for n, v in weights.items()
    }


def test_a_checkpoint_from_before_zip_files_is_read(tmp_path, weights):
    torch.save(weights, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    content = read(tmp_path / "old.pth")
    assert [t.name for t in content.tensors] == list(weights)
    assert content.tensors[0].dtype == "float32"


def test_safetensors_are_read_whatever_the_file_is_called(tmp_path, weights):
    safetensors.torch.save_file(weights, tmp_path / "renamed.pth")
    content = read(tmp_path / "renamed.pth")
    assert content.format == "safetensors"
    assert shapes(content) == {n: tuple(v.shape) for n, v in weights.items()}


@pytest.mark.parametrize("name", ["m.h5", "m.keras", "m.weights.h5"])
def test_keras_files_are_read_without_building_the_model(tmp_path, name):
    model = keras.applications.MobileNetV2((96, 96, 3), 0.35, weights=None, classes=4)
    (model.save_weights if "weights" in name else model.save)(tmp_path / name)
    content = read(tmp_path / name)
    assert content.layout == "keras"
    assert sorted(t.shape for t in content.tensors) == sorted(tuple(w.shape) for w in model.weights)
    if name != "m.weights.h5":  # which has no names
        paths = [weight.path for weight in model.weights]
        assert sorted(t.name for t in content.tensors) == sorted(paths)


def test_a_nested_keras_model_keeps_its_layers_names(tmp_path):
    inner = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3, name="c"), keras.layers.ReLU()],
        name="inner",
    )
    model = keras.Sequential([keras.Input((8, 8, 3)), inner, keras.layers.Conv2D(2, 1, name="d")])
    model.save(tmp_path / "nested.keras")
    found = shapes(read(tmp_path / "nested.keras"))
    assert found["inner/c/kernel"] == (3, 3, 3, 4)
    assert found["d/kernel"] == (1, 1, 4, 2)


def test_constants_of_onnx_are_read_from_initialisers_and_nodes(tmp_path):
    kernel = onnx.numpy_helper.from_array(np.zeros((4, 3, 3, 3), np.float32), "kernel")
    later = onnx.numpy_helper.from_array(np.zeros((2, 4, 1, 1), np.float32))
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["a"]),
        helper.make_node("Constant", [], ["held"], value=later),
        helper.make_node("Conv", ["a", "held"], ["b"]),
    ]
    save_onnx(tmp_path / "m.onnx", nodes, [kernel])
    assert shapes(read(tmp_path / "m.onnx")) == {"kernel": (4, 3, 3, 3), "held": (2, 4, 1, 1)}


def save_onnx(path, nodes, initialisers):
    value = helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [1, 3, 8, 8])
    graph = helper.make_graph(nodes, "g", [value], [], initialisers)
    path.write_bytes(helper.make_model(graph).SerializeToString())


# What means harm


def test_names_cannot_move_a_terminal_s_cursor(tmp_path):
    torch.save({"a\x1b[2J\nb.weight": torch.zeros(2, 2)}, tmp_path / "m.pt")
    assert checkpoints.read(tmp_path / "m.pt").tensors[0].name == "a?[2J?b.weight"


def test_a_pickle_with_code_is_refused_and_its_code_not_run(tmp_path):
    mark = tmp_path / "touched"
    path = hostile.pickle_with_code(tmp_path / "evil.pt", mark)
    assert "would run code" in refusal(path)
    assert not mark.exists()


def test_a_whole_module_is_refused_with_what_to_save_instead(tmp_path):
    torch.save(torchvision.models.mobilenet_v2(), tmp_path / "whole.pt")
    assert "save model.state_dict() instead" in refusal_in_this_process(tmp_path / "whole.pt")
    torch.jit.trace(torch.nn.Conv2d(1, 1, 1), torch.zeros(1, 1, 2, 2)).save(tmp_path / "script.pt")
    assert "TorchScript" in refusal_in_this_process(tmp_path / "script.pt")


@pytest.mark.parametrize("name", ["m.pt", "m.safetensors", "m.h5", "m.keras", "m.onnx"])
def test_a_file_that_is_cut_off_is_refused(tmp_path, weights, name):
    path = tmp_path / name
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(64, 3)])
    kernel = onnx.numpy_helper.from_array(np.zeros((64, 3, 3, 3), np.float32), "kernel")
    {
        "m.pt": lambda: torch.save(weights, path),
        "m.safetensors": lambda: safetensors.torch.save_file(weights, path),
        "m.h5": lambda: model.save(path),
        "m.keras": lambda: model.save(path),
        "m.onnx": lambda: save_onnx(
            path, [helper.make_node("Conv", ["image", "kernel"], ["a"])], [kernel]
        ),
    }[name]()
    content = path.read_bytes()
    path.write_bytes(content[: int(0.9 * len(content))])
    refusal(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n", b"\x08"])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    (tmp_path / "weights.pth").write_bytes(content)
    refusal(tmp_path / "weights.pth")


@pytest.mark.parametrize("name", ["m.safetensors", "m.onnx", "m"])
def test_a_files_name_does_not_matter(tmp_path, weights, name):
    torch.save(weights, tmp_path / name)
    assert shapes(checkpoints.read(tmp_path / name)) == {n: v.shape for n, v in weights.items()}


def test_a_program_of_torch_export_is_said_to_be_one(tmp_path):
    program = torch.export.export(torch.nn.Conv2d(3, 4, 3), (torch.zeros(1, 3, 8, 8),))
    torch.export.save(program, tmp_path / "m.pt2")
    assert "a program of torch.export" in refusal_in_this_process(tmp_path / "m.pt2")


def test_a_renamed_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.pt", "w") as target:
        target.writestr("letter.txt", "hello")
    assert "no whole PyTorch checkpoint" in refusal_in_this_process(tmp_path / "m.pt")


def test_what_is_not_there_or_a_folder_is_refused(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.pt")
    assert "folder" in refusal(tmp_path)


@pytest.mark.parametrize("entry", ["archive/data.pkl", "model.weights.h5"])
def test_a_zip_bomb_costs_neither_time_nor_memory(tmp_path, monkeypatch, entry):
    monkeypatch.setattr(limits, "MEMORY_BYTES", 10**9)
    path = hostile.zip_bomb(tmp_path / "bomb.pt", entry, b"\x80\2(", b"N", 250)  # to 4 GB
    assert path.stat().st_size < 6_000_000
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    assert any(word in refusal(path) for word in ("memory", "grow"))
    assert time.monotonic() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 50_000  # KB


def test_a_file_that_takes_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 5.0)
    path = hostile.zip_bomb(tmp_path / "slow.pt", "archive/data.pkl", b"\x80\2(", b"N", 20)
    assert "more than 5 seconds" in refusal(path) or "too much time" in refusal(path)


def test_a_million_tensors_are_refused(tmp_path):
    entry = '"t{}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    for name, count in (("m.safetensors", 1_000_000), ("n.safetensors", 30_000)):
        header = "{" + ",".join(map(entry.format, range(count))) + "}"
        refusal(hostile.safetensors_of(tmp_path / name, header))


def test_a_tensor_that_claims_more_than_there_is_is_refused(tmp_path):
    torch.save({"w": torch.zeros(1).expand(10**18)}, tmp_path / "huge.pt")
    assert "1.0e+18 elements" in refusal_in_this_process(tmp_path / "huge.pt")
    with h5py.File(tmp_path / "huge.h5", "w") as target:
        target.create_dataset("w", (10**9, 10**9), "f4", chunks=(10, 10))
    assert "1.0e+18 elements" in refusal(tmp_path / "huge.h5")
    entry = {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 4]}
    refusal(
        hostile.safetensors_of(tmp_path / "huge.safetensors", json.dumps({"w": entry}), b"\0" * 4)
    )


@pytest.mark.parametrize("place", ["../secret", "/etc/passwd", "a/../../b", "C:\\secret"])
def test_onnx_weights_outside_the_file_s_folder_are_refused(tmp_path, place):
    kernel = onnx.TensorProto(name="kernel", data_type=1, dims=[4, 3, 3, 3], data_location=1)
    kernel.external_data.add(key="location", value=place)
    save_onnx(tmp_path / "m.onnx", [helper.make_node("Conv", ["image", "kernel"], ["a"])], [kernel])
    assert "outside its own folder" in refusal(tmp_path / "m.onnx")


def test_an_onnx_graph_with_a_cycle_is_refused(tmp_path):
    nodes = [helper.make_node("Add", ["image", "b"], ["a"]), helper.make_node("Relu", ["a"], ["b"])]
    save_onnx(tmp_path / "m.onnx", nodes, [])
    assert "cycle" in refusal(tmp_path / "m.onnx")


def test_links_out_of_an_hdf5_file_are_refused(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as target:
        target["w"] = np.zeros((3, 3))
    with h5py.File(tmp_path / "m.h5", "w") as target:
        target["w"] = h5py.ExternalLink("secret.h5", "w")
    assert "link to elsewhere" in refusal(tmp_path / "m.h5")
    with h5py.File(tmp_path / "n.h5", "w") as target:
        target.create_dataset("w", (4,), "f4", external=[(str(tmp_path / "secret.h5"), 0, 16)])
    assert "no data of this file" in refusal(tmp_path / "n.h5")


def test_an_hdf5_file_that_contains_itself_is_refused(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as target:
        group = target.create_group("a")
        group["a"] = group
    assert "too deeply" in refusal(tmp_path / "m.h5")


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_a_lambda_layer_is_named_and_not_run(tmp_path, name):
    mark, where = tmp_path / "touched", str(tmp_path / "touched")
    layers = [
        keras.Input((8, 8, 3)),
        keras.layers.Conv2D(4, 3),
        keras.layers.Lambda(lambda x: (x, Path(where).mkdir())[0], output_shape=(6, 6, 4)),
    ]
    model = keras.Sequential(layers)
    if mark.exists():
        mark.rmdir()
    model.save(tmp_path / name)
    content = read(tmp_path / name)
    assert "Lambda" in content.notes[0]
    assert len(content.tensors) == 2
    assert not mark.exists()
