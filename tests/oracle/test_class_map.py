"""Class activation maps, against torchvision's own modules with torch's hooks and gradients."""

import base64
import io
import json
import re

import lxml.etree
import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import nn

import viz
from viz.cli.main import main
from viz.lab.errors import RunError
from viz.lab.pytorch.class_map import class_map
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.weights import Loaded
from viz.lab.scenery import picture

PICTURE = picture("daisy", (3,), 256)
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def loaded(network, **chosen):
    torch.manual_seed(1)
    traced = viz.trace(network, **chosen)
    return Loaded(viz.build(network, **chosen).eval(), traced, ())


def prepared(given):
    return for_answers(given.traced.config.image, given.preparation)(PICTURE)[None]


def by_torchvision(name, given, number):
    """(Grad-CAM, CAM, score) of the same weights in torchvision's module, by its own parts."""
    theirs = torchvision.models.get_model(name, weights=None).eval()
    theirs.load_state_dict(given.module.state_dict())
    features = theirs.features(prepared(given)).detach().requires_grad_()
    pooled = nn.functional.adaptive_avg_pool2d(features, 1).flatten(1)
    score = theirs.classifier(pooled)[0, number]
    score.backward()
    channels = features.grad[0].mean((1, 2))[:, None, None]
    linear = theirs.classifier[-1].weight[number][:, None, None]
    cam = (linear * features[0]).sum(0) if len(linear) == features.shape[1] else None
    return torch.relu((channels * features[0]).sum(0)), cam, float(score)


@pytest.mark.parametrize("number", [0, 653])
def test_v2s_map_is_the_weights_of_the_class_times_the_last_map(number):
    given = loaded("v2")
    made = class_map(given, PICTURE, number)
    gradient, cam, score = by_torchvision("mobilenet_v2", given, number)
    assert (made.method, made.path) == ("CAM", "features.18.2")
    torch.testing.assert_close(torch.tensor(made.values), cam.detach(), **CLOSE)
    assert made.score == pytest.approx(score, abs=1e-5)
    bias = float(given.module.classifier[1].bias[number])
    assert np.mean(made.values) + bias == pytest.approx(score, abs=1e-5)  # the paper's identity
    # The gradient of a mean is one share of it for each position.
    torch.testing.assert_close(cam.relu() / cam.numel(), gradient, **CLOSE)


@pytest.mark.parametrize("name", ["mobilenet_v3_large", "mobilenet_v3_small"])
def test_v3s_map_is_grad_cam(name):
    """A layer and h-swish stand between pooling and classifier."""
    given = loaded(name.replace("mobilenet_", "").replace("_", "-"))
    made = class_map(given, PICTURE, 17)
    gradient, _none, score = by_torchvision(name, given, 17)
    assert made.method == "Grad-CAM"
    torch.testing.assert_close(torch.tensor(made.values), gradient.detach(), **CLOSE)
    assert made.score == pytest.approx(score, abs=1e-5)


@pytest.mark.parametrize(
    ("network", "method"),
    [
        ("v1", "CAM"),
        ("efficientnet-b0", "CAM"),
        ("mnasnet-b1", "CAM"),
        ("v4-conv-small", "Grad-CAM"),
        ("ghostnet", "Grad-CAM"),
        ("v4-hybrid-medium", "Grad-CAM"),
    ],
)
def test_the_map_has_the_last_maps_size_and_the_likeliest_class(network, method):
    given = loaded(network)
    made = class_map(given, PICTURE)
    assert made.method == method
    with torch.inference_mode():
        answer = given.module(prepared(given))[0]
    assert made.number == int(answer.argmax())
    side = given.traced.taps[-1].height
    assert np.shape(made.values) == (side, side)
    assert json.dumps(made.content())


def test_what_cannot_be_mapped_is_one_sentence():
    with pytest.raises(RunError, match="class 10: allowed is a whole number from 0 to 9"):
        class_map(loaded("v2", classes=10, width=0.35), PICTURE, 10)
    with pytest.raises(RunError, match="has no classifier"):
        class_map(loaded("v2", classes=0, width=0.35), PICTURE)


def test_the_picture_is_brightest_where_the_map_is_highest():
    made = class_map(loaded("v2", width=0.35), PICTURE, 5)
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(made.image)))).sum(2)
    rows, columns = np.shape(made.values)
    tiles = shown.reshape(rows, shown.shape[0] // rows, columns, -1).mean((1, 3))
    plain = np.asarray(PICTURE.resize(shown.shape)).sum(2)
    bare = plain.reshape(rows, plain.shape[0] // rows, columns, -1).mean((1, 3))
    gain = tiles - 0.45 * bare
    assert np.corrcoef(gain.ravel(), np.ravel(made.values))[0, 1] > 0.8


@pytest.fixture
def daisy(tmp_path):
    path = tmp_path / "daisy.png"
    PICTURE.save(path)
    return str(path)


@pytest.mark.parametrize(
    ("suffix", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_predict_writes_the_map_of_a_class_by_name(daisy, tmp_path, suffix, begins, capsys):
    target = tmp_path / f"map.{suffix}"
    words = ["predict", daisy, "--network", "v2", "--weights", "atlas", "--explain", "cam"]
    assert main([*words, "--class", "tulip", "--output", str(target)]) == 0
    assert "daisy" in capsys.readouterr().out
    written = target.read_bytes()
    assert written.startswith(begins)
    if suffix == "svg":
        texts = " ".join(lxml.etree.fromstring(written).itertext())
        assert re.search(r"tulip, 0%: where MobileNetV2.* sees it", texts)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--explain", "cam"],
            "--explain needs --output FILE, which ends in one of svg",
        ),
        (["--output", "x.png"], "--output and --class belong to --explain cam."),
        (["--explain", "cam", "--output", "x.gif"], "its name must end in one of svg, png, pdf."),
        (
            ["--explain", "cam", "--output", "x.png", "--class", "lily"],
            "--class lily: allowed is a class's name or a whole number from 0 to 4.",
        ),
        (
            ["--explain", "cam", "--output", "x.png", "--class", "5"],
            "class 5: allowed is a whole number from 0 to 4.",
        ),
    ],
)
def test_what_predict_cannot_explain_is_one_sentence(daisy, words, sentence, capsys, tmp_path):
    given = [str(tmp_path / w) if w.startswith("x.") else w for w in words]
    assert main(["predict", daisy, "--network", "v2", "--weights", "atlas", *given]) == 2
    assert sentence in capsys.readouterr().err
