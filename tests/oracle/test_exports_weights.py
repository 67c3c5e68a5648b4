"""Trained weights leave as ONNX, safetensors and Python, and give the same answers there."""

import runpy
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import safetensors.torch
import torch
import torchvision
from graphs_of_others import shaken
from torch import Tensor, nn

import viz
from viz.cli.main import main
from viz.lab.cards import read_card
from viz.lab.choice import choice_of, config_for
from viz.lab.pytorch.weights import load

SIDE = 64
TORCHVISIONS = {
    "v2": "mobilenet_v2",
    "v3-large": "mobilenet_v3_large",
    "shufflenet-v2-x1": "shufflenet_v2_x1_0",
}


def module_of(name: str) -> nn.Module:
    """A module with weights that differ from layer to layer, torchvision's where it has it."""
    torch.manual_seed(0)
    if name in TORCHVISIONS:
        made = torchvision.models.get_model(TORCHVISIONS[name], weights=None)
    else:
        made = viz.build("mobileone-s0", fused=True, resolution=SIDE)
    return shaken(made).eval()


def chosen(name: str) -> list[str]:
    fused = ["--set", "fused=true"] if name == "mobileone-s0" else []
    return [name, "--resolution", str(SIDE), *fused]


def export(arguments: list[str], path: Path) -> Path:
    assert not main(["export", *arguments, "--what", "model", "--output", str(path)])
    return path


def answers_of(path: Path, image: Tensor, arguments: list[str]) -> Tensor:
    """What another program answers with this file."""
    if path.suffix == ".onnx":
        (found,) = onnxruntime.InferenceSession(path).run(None, {"image": image.numpy()})
        return torch.from_numpy(found)
    with torch.no_grad():
        if path.suffix == ".py":
            return runpy.run_path(str(path))["trained"]()(image)
        plain = path.with_suffix(".plain.py")
        names = runpy.run_path(str(plain if plain.exists() else export(arguments, plain)))
        model = names["build"]().eval()
        model.load_state_dict(safetensors.torch.load_file(path), strict=True)
        return model(image)


def is_equal(ours: Tensor, theirs: Tensor) -> bool:
    return float((ours - theirs).abs().max() / theirs.abs().max()) < 1e-5


@pytest.mark.parametrize("name", [*TORCHVISIONS, "mobileone-s0"])
def test_an_exported_file_answers_as_the_network_that_the_weights_are_of(name, tmp_path):
    theirs, image = module_of(name), torch.rand(2, 3, SIDE, SIDE)
    torch.save(theirs.state_dict(), tmp_path / "theirs.pth")
    with torch.no_grad():
        wanted = theirs(image)
    for kind in ("onnx", "safetensors", "py"):
        arguments = [*chosen(name), "--weights", str(tmp_path / "theirs.pth")]
        path = export(arguments, tmp_path / f"ours.{kind}")
        assert is_equal(answers_of(path, image, chosen(name)), wanted), kind


def test_the_shipped_weights_need_no_name_and_keep_their_classes(tmp_path):
    loaded = load(config_for(choice_of("atlas"), None, {}), choice_of("atlas"))
    image = torch.rand(2, *loaded.traced.operations[0].in_shape)
    with torch.no_grad():
        wanted = loaded.module(image)
    for kind in ("onnx", "py"):
        path = export(["--weights", "atlas"], tmp_path / f"ours.{kind}")
        assert is_equal(answers_of(path, image, []), wanted)
    path = export(["--weights", "atlas"], tmp_path / "ours.safetensors")
    card = read_card(path)
    assert card
    assert card.classes == loaded.classes
    again = load(config_for(choice_of(str(path)), None, {}), choice_of(str(path)))
    with torch.no_grad():
        assert torch.equal(again.module(image), wanted)


def test_the_same_weights_give_the_same_bytes(tmp_path):
    for kind in ("onnx", "safetensors", "py"):
        first = export(["--weights", "atlas"], tmp_path / f"a.{kind}")
        again = export(["--weights", "atlas"], tmp_path / f"b.{kind}")
        assert first.read_bytes() == again.read_bytes()
    first, again = (torch.load(tmp_path / f"{name}.pth", weights_only=True) for name in "ab")
    assert all(np.array_equal(first[name], again[name]) for name in first)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["v2", "--weights", "nonesuch", "--what", "model", "--format", "onnx"], "nonesuch"),
        (["v2", "--weights", "atlas"], "--weights"),
        (["v2", "--weights", "atlas", "--what", "model", "--format", "design"], "onnx"),
        (["v1", "--weights", "atlas", "--what", "model", "--format", "onnx"], "v1"),
        (["v2", "--weights", "atlas", "--what", "model", "--format", "py"], "--output"),
    ],
)
def test_what_cannot_be_is_one_sentence(arguments, named, capsys):
    assert main(["export", *arguments]) == 2
    told = capsys.readouterr().err
    assert named in told
    assert told.count("\n") == 1


def test_weights_beside_a_python_file_are_not_overwritten(tmp_path, capsys):
    (tmp_path / "net.pth").write_bytes(b"mine")
    line = ["export", "--weights", "atlas", "--what", "model", "--output", f"{tmp_path}/net.py"]
    assert main(line) == 2
    assert "net.pth" in capsys.readouterr().err
    assert not (tmp_path / "net.py").exists()
    assert (tmp_path / "net.pth").read_bytes() == b"mine"
    assert not main([*line, "--force"])
