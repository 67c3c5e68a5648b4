"""A pasted error of load_state_dict: which network each side is, and what to change."""

import io
import json
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import timm
import torch
import torchvision
from torchvision.models import mobilenet_v2, mobilenet_v3_large, mobilenet_v3_small, resnet18

import viz
from viz.cli.main import main

ROOT = Path(__file__).parents[2]


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
    for side, options in ((answer.file, file), (answer.model, model)):
        assert side.match.variant == variant
        assert side.match.width == options.get("width_mult", 1.0)
        assert side.match.options == (("reduced_tail",) if "reduced_tail" in options else ())
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
    assert f"--error error.txt\n{told}" in (ROOT / "docs" / "reading.md").read_text("utf-8")
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
    assert "for 1 input channel, the model for 3 input" in told(answer_of(made(mobilenet_v2), grey))


def test_two_networks_of_one_library_are_named_and_no_names_blamed():
    small, medium = (
        made(timm.create_model, f"mobilenetv4_conv_{size}") for size in ("small", "medium")
    )
    answer = answer_of(medium, small.state_dict())
    sides = (answer.file.match.variant, answer.model.match.variant)
    assert sides == ("v4-conv-small", "v4-conv-medium")
    assert "otherwise" not in told(answer)


def created(name, **options):
    return made(timm.create_model, name, **options)


def linears(*sides):
    with torch.device("meta"):
        return torch.nn.Sequential(*[torch.nn.Linear(a, b) for a, b in pairwise(sides)])


def changed_head():
    model = made(mobilenet_v3_large)
    model.classifier[0] = torch.nn.Linear(960, 512, device="meta")
    model.classifier[3] = torch.nn.Linear(512, 10, device="meta")
    return model


def grouped():
    model = made(resnet18)
    model.layer1[0].conv1 = torch.nn.Conv2d(64, 64, 3, groups=4, bias=False, device="meta")
    return model


STRANGERS = {  # the file's network and the model's
    "linear layers": lambda: (linears(10, 64, 128, 64, 7), linears(10, 20, 30, 40, 5)),
    "lstm": lambda: (torch.nn.LSTM(10, 40, 2), torch.nn.LSTM(10, 20, 2)),
    "vit": lambda: (created("vit_tiny_patch16_224"), created("vit_small_patch16_224")),
    "mixer": lambda: (created("mixer_s16_224"), created("mixer_b16_224")),
    "convnext": lambda: (created("convnext_tiny"), created("convnext_base")),
    "wide": lambda: (made(torchvision.models.wide_resnet50_2), made(torchvision.models.resnet50)),
    "another head": lambda: (changed_head(), made(mobilenet_v3_large)),
    "groups": lambda: (grouped(), made(resnet18)),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_the_shapes_do_not_say_is_not_said(name):
    file, model = STRANGERS[name]()
    answer = answer_of(model, file.state_dict())
    assert (answer.file.match, answer.model.match) == (None, None)
    assert "does not say which networks they are" in told(answer)
    assert not re.search(r"num_classes|input channels?,|MobileNet|\b1 tensors", told(answer))


def test_one_side_may_be_ours_alone():
    """Under equal names, so that shapes differ and are listed."""
    theirs = made(mobilenet_v2, width_mult=0.5).state_dict()
    with torch.device("meta"):
        model = made(mobilenet_v2)
        for module in model.modules():
            if isinstance(module, torch.nn.Conv2d):
                module.weight = torch.nn.Parameter(torch.empty(7, 7, 7, 7))
    answer = answer_of(model, theirs)
    assert answer.file.match.width == 0.5
    assert answer.model.match is None
    assert "The model" not in told(answer)


ALIKE = [  # what both heads have alike is not in the error
    ("mobilenetv2_050", "mobilenetv2_100", {"num_classes": 5}),
    ("mobilenetv4_conv_small_050", "mobilenetv4_conv_small", {"num_classes": 5}),
    ("mobilenetv2_050", "mobilenetv2_100", {"num_classes": 5, "in_chans": 4}),
]


@pytest.mark.parametrize(("file", "model", "options"), ALIKE)
def test_no_classes_are_named_that_the_error_does_not_show(file, model, options):
    answer = answer_of(created(model, **options), created(file, **options).state_dict())
    assert answer.file.match.width == 0.5
    assert answer.file.match.in_channels == options.get("in_chans", 3)
    assert "classes ·" not in told(answer)
    assert "does not say how many classes" in told(answer)
    assert "1,000" not in told(answer)
    assert "classes" not in answer.as_json()["file"]["match"]["config"]


def test_other_channels_and_classes_are_found_beside_another_width():
    file = created("mobilenetv3_large_075", in_chans=1, num_classes=7)
    answer = answer_of(created("mobilenetv3_large_100"), file.state_dict())
    found = answer.file.match
    assert (found.width, found.in_channels, found.classes) == (0.75, 1, 7)
    assert answer.model.match.in_channels == 3


DEEP = [
    ("efficientnet_b0", "efficientnet_b3", 1.2, 1.4),
    ("efficientnet_b0", "efficientnet_b2", 1.1, 1.2),
    ("mobilenetv2_100", "mobilenetv2_110d", 1.1, 1.2),
]


@pytest.mark.parametrize(("model", "file", "width", "depth"), DEEP)
def test_deeper_networks_are_told_by_how_many_tensors_they_have(model, file, width, depth):
    answer = answer_of(created(model), created(file).state_dict())
    assert (answer.file.match.width, answer.file.match.depth) == (width, depth)
    assert (answer.model.match.width, answer.model.match.depth) == (1.0, 1.0)


def test_a_hybrid_is_not_taken_for_the_network_without_attention():
    weights = created("mobilenetv4_hybrid_medium").state_dict()
    answer = answer_of(created("mobilenetv4_conv_medium"), weights)
    assert answer.file.match is None or answer.file.match.variant == "v4-hybrid-medium"


def test_strict_is_named_only_where_it_helps():
    answer = answer_of(made(torchvision.models.resnet50), made(resnet18).state_dict())
    assert "strict=False" not in told(answer)
    weights = made(resnet18).state_dict()
    model = made(resnet18)
    del weights["fc.bias"]
    assert "strict=False" in told(answer_of(model, weights))
    model.load_state_dict(weights, strict=False)


def test_detectors_are_not_said_to_have_as_many_classes_as_numbers_of_boxes():
    build = torchvision.models.detection.fasterrcnn_mobilenet_v3_large_fpn
    few, many = (
        made(build, weights=None, weights_backbone=None, num_classes=count) for count in (3, 91)
    )
    assert "num_classes" not in told(answer_of(many, few.state_dict()))


def scalar_error(size):
    return (
        f"size mismatch for a: copying a param with shape torch.Size([{size}]) from checkpoint, "
        "the shape in current model is torch.Size([5])."
    )


def test_odd_sizes_get_a_sentence():
    assert "a single value in the file, 5 in the model" in told(
        viz.identify_error(scalar_error(""))
    )
    huge = ", ".join(["9" * 13] * 2)
    with pytest.raises(viz.ReadError, match=r"^In the text, the tensor 'a' claims .*\.$"):
        viz.identify_error(scalar_error(huge))
    with pytest.raises(viz.ReadError, match=r"holds no error"):
        viz.identify_error(scalar_error("5,,3"))


@pytest.mark.parametrize("what", ["Missing", "Unexpected"])
def test_names_may_hold_anything(what):
    answer = told(viz.identify_error(f'{what} key(s) in state_dict: "a{{0}}{{b}}.weight".'))
    assert "'a{0}{b}.weight'" in answer
