"""A pasted error of load_state_dict: which network each side is, and what to change."""

import io
import json
import sys
from pathlib import Path

import pytest
import timm
import torch
import torchvision
from torchvision.models import mobilenet_v2, mobilenet_v3_large, mobilenet_v3_small, resnet18

import viz
from viz.commands import main

ROOT = Path(__file__).parents[1]


def made(function, *arguments, **keywords):
    with torch.device("meta"):
        return function(*arguments, **keywords)


def printed(model, weights):
    """What PyTorch prints when these weights do not fit this model."""
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(weights)
    return str(caught.value)


def answer_of(model, weights):
    return viz.identify_error(printed(model, weights))


def told(answer):
    return " ".join(answer.advice)


SIDES = [  # the file's and the model's keywords
    (mobilenet_v2, "v2", {"width_mult": 0.5, "num_classes": 37}, {}),
    (mobilenet_v2, "v2", {"width_mult": 1.4}, {"width_mult": 0.75, "num_classes": 3}),
    (mobilenet_v3_large, "v3-large", {}, {"width_mult": 0.75}),
    (mobilenet_v3_small, "v3-small", {"width_mult": 0.6}, {"width_mult": 1.25}),
    (mobilenet_v3_large, "v3-large", {}, {"reduced_tail": True}),
]


@pytest.mark.parametrize(("function", "variant", "file", "model"), SIDES)
def test_both_sides_are_found_with_the_call_that_builds_the_file_s(function, variant, file, model):
    answer = answer_of(made(function, **model), made(function, **file).state_dict())
    for side, said in ((answer.file, file), (answer.model, model)):
        assert side.match.variant == variant
        assert side.match.width == said.get("width_mult", 1.0)
        assert side.match.options == (("reduced_tail",) if "reduced_tail" in said else ())
    if "num_classes" in file or "num_classes" in model:
        assert answer.file.match.classes == file.get("num_classes", 1_000)
        assert answer.model.match.classes == model.get("num_classes", 1_000)
    call = answer.advice[-1].partition(": ")[2].rstrip(".")
    rebuilt = made(eval, call, {"torchvision": torchvision})
    rebuilt.load_state_dict(made(function, **file).state_dict())


def test_text_around_the_error_and_other_line_breaks_do_not_matter():
    text = printed(mobilenet_v2(), made(mobilenet_v2, width_mult=0.5).state_dict())
    wrapped = "Traceback (most recent call last):\n  x\n" + text.replace(" from ", "\n   from ")
    assert viz.identify_error(wrapped) == viz.identify_error(text)


def test_other_classes_are_said_as_such():
    answer = answer_of(mobilenet_v2(), made(mobilenet_v2, num_classes=37).state_dict())
    assert "num_classes=37" in told(answer)
    assert answer.file.match is None  # a classifier alone may belong to anything


def test_a_prefix_is_said_with_the_line_that_takes_it_away_or_adds_it():
    weights = mobilenet_v2().state_dict()
    names = {"state_dict": {f"module.{name}": value for name, value in weights.items()}}
    answer = answer_of(mobilenet_v2(), names["state_dict"])
    code = answer.advice[0].partition(": load ")[2].rstrip(".")
    mobilenet_v2().load_state_dict(eval(code, names))
    model = torch.nn.DataParallel(mobilenet_v2())
    names = {"state_dict": weights}
    code = answer_of(model, weights).advice[0].partition(": load ")[2].rstrip(".")
    model.load_state_dict(eval(code, names))


def test_names_of_another_implementation_are_said():
    weights = timm.create_model("mobilenetv3_large_100").state_dict()
    model = mobilenet_v3_large()
    assert "as timm does, the model as torchvision does" in told(answer_of(model, weights))
    viz.load(model, weights)  # as it says


def test_another_network_is_not_taken_for_one_of_ours():
    answer = answer_of(mobilenet_v2(), made(resnet18).state_dict())
    assert answer.file.match is None
    assert "viz.identify" in told(answer)


def test_timm_s_sides_are_found_too():
    file = timm.create_model("mobilenetv3_large_075").state_dict()
    answer = answer_of(timm.create_model("mobilenetv3_large_100"), file)
    assert (answer.file.match.width, answer.model.match.width) == (0.75, 1.0)
    assert answer.file.match.width_rule == "timm"


@pytest.mark.parametrize("text", ["", "hello", "RuntimeError: size mismatch for x"])
def test_other_text_is_refused_with_one_sentence(text):
    with pytest.raises(viz.ReadError, match=r"holds no error of load_state_dict"):
        viz.identify_error(text)


def test_the_shell_reads_it_from_a_file_or_from_standard_input(tmp_path, capsys, monkeypatch):
    keywords = {"width_mult": 0.5, "num_classes": 37}
    text = printed(mobilenet_v2(), made(mobilenet_v2, **keywords).state_dict())
    (tmp_path / "error.txt").write_text(text)
    assert main(["identify", "--error", str(tmp_path / "error.txt")]) == 0
    told = capsys.readouterr().out
    assert f"--error error.txt\n{told}" in (ROOT / "README.md").read_text("utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["identify", "--error", "-", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["file"]["match"]["config"]["width"] == 0.5
    first = {"what": "features.0.0.weight", "file": [16, 3, 3, 3], "network": [32, 3, 3, 3]}
    assert found["mismatched"][0] == first
    assert main(["identify", "--error", str(tmp_path / "none.txt")]) == 2
    assert main(["identify"]) == 2
    assert main(["identify", "x.pth", "--error", "-"]) == 2
    assert all(line.startswith("viz: ") for line in capsys.readouterr().err.splitlines())


def test_a_whole_checkpoint_is_said_to_be_one():
    model = made(mobilenet_v2)
    answer = answer_of(model, {"epoch": 1, "state_dict": model.state_dict(), "optimizer": {}})
    assert "load checkpoint['state_dict']" in told(answer)


def test_other_input_channels_are_said_as_such():
    grey = made(mobilenet_v2).state_dict()
    grey["features.0.0.weight"] = torch.empty(32, 1, 3, 3, device="meta")
    assert "for 1 input channels, the model for 3" in told(answer_of(made(mobilenet_v2), grey))


def test_two_networks_of_one_library_are_named_and_no_names_blamed():
    small, medium = (
        made(timm.create_model, f"mobilenetv4_conv_{size}") for size in ("small", "medium")
    )
    answer = answer_of(medium, small.state_dict())
    sides = (answer.file.match.variant, answer.model.match.variant)
    assert sides == ("v4-conv-small", "v4-conv-medium")
    assert "otherwise" not in told(answer)
