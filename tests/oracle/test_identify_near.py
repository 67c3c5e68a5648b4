"""Files that are not only a network of ours: detectors, relatives, other heads, and near ones."""

import private_networks
import pytest
import timm
import torch
import torchvision
from identify_helpers import assert_exact, summary, weights_of
from torchvision.models import detection, segmentation

import viz
from viz.reading.words import facts, headline, python_lines

ANY = {"weights": None, "weights_backbone": None}

DETECTORS = {
    "backbone.features.": lambda: detection.ssdlite320_mobilenet_v3_large(**ANY),
    "backbone.body.": lambda: detection.fasterrcnn_mobilenet_v3_large_fpn(**ANY),
    "backbone.": lambda: segmentation.lraspp_mobilenet_v3_large(**ANY),
}


@pytest.mark.parametrize("prefix", DETECTORS)
def test_a_detector_s_network_is_found_with_what_lies_around_it(prefix):
    answer = viz.identify(weights_of(DETECTORS[prefix]))
    assert answer.exact
    assert answer.match.variant == "v3-large"
    assert answer.match.options == (("reduced_tail",) if "features" in prefix else ())
    assert answer.match.classes == 0
    assert answer.prefix == prefix
    assert answer.unexpected
    assert not any(
        row.name.startswith(prefix) and "fpn" not in row.name for row in answer.unexpected
    )
    assert 0 < answer.explained < 1


OTHERS = [
    *("resnet18", "resnet50", "squeezenet1_0", "squeezenet1_1"),
    *("densenet121", "convnext_tiny", "vgg16"),
]


@pytest.mark.parametrize(
    ("name", "variant"), [("efficientnet_b0", "efficientnet-b0"), ("mnasnet1_0", "mnasnet-b1")]
)
def test_torchvision_s_relatives_are_found_as_themselves(name, variant):
    answer = viz.identify(weights_of(getattr(torchvision.models, name)))
    assert answer.exact
    assert (answer.match.variant, answer.match.width) == (variant, 1.0)


DEEPER = [
    ("mobilenetv2_110d", "v2", 1.1, 1.2),
    ("mobilenetv2_120d", "v2", 1.2, 1.4),
    ("efficientnet_b1", "efficientnet-b0", 1.0, 1.1),
    ("efficientnet_b4", "efficientnet-b0", 1.4, 1.8),
    ("efficientnet_lite3", "efficientnet-lite0", 1.2, 1.4),
]


@pytest.mark.parametrize(("name", "variant", "width", "depth"), DEEPER)
def test_deeper_relatives_are_found_with_their_depth(name, variant, width, depth):
    answer = viz.identify(weights_of(timm.create_model, name, num_classes=7))
    assert_exact(answer, variant, width, 7)
    assert answer.match.depth == depth


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_mobilenet_does_not_become_one(name):
    answer = viz.identify(weights_of(getattr(torchvision.models, name)))
    assert (answer.match, answer.nearest, answer.exact) == (None, None, False)
    assert headline(answer) == "Not a network the Atlas knows."


@pytest.mark.parametrize("name", ["ghostnet_100", "lcnet_075", "vit_tiny_patch16_224", "mixnet_s"])
def test_what_is_like_a_mobilenet_does_not_become_one(name):
    answer = viz.identify(weights_of(timm.create_model, name))
    assert answer.match is None or answer.match.variant not in ("v1", "v2", "v3-large", "v3-small")


def test_private_implementations_are_found():
    answer = viz.identify(weights_of(private_networks.li14, 11))
    assert_exact(answer, "v3-large", 1.0, 11)
    assert answer.dialect == "d-li14"
    assert_exact(viz.identify(weights_of(private_networks.tonylins, 1.0, 10)), "v2", 1.0, 10)


def test_an_implementation_that_differs_is_near_with_its_differences():
    answer = viz.identify(weights_of(private_networks.tonylins, 0.5, 10))
    assert answer.exact  # its fixed stem is that of timm's deeper V2
    assert (summary(answer), answer.match.width_rule) == (("v2", 0.5, 10, ()), "timm-deep")
    answer = viz.identify(weights_of(private_networks.kuan_wang, 5))
    assert not answer.exact
    assert summary(answer) == ("v3-large", 1.0, 5, ())
    assert ("features.4.block.2.fc1", (18, 72, 1, 1), (24, 72, 1, 1)) in answer.differences
    assert {row.name.rpartition(".")[2] for row in answer.missing} == {"bias"}  # of its SE
    kept = [row.name for row in answer.unexpected]  # the expansion 16 -> 16 with its norm
    assert kept[0] == "features.1.conv.0.weight"
    assert {name.rpartition(".")[0] for name in kept} == {"features.1.conv.0", "features.1.conv.1"}


def test_a_changed_head_leaves_the_network_exact():
    weights = weights_of(torchvision.models.mobilenet_v2)
    del weights["classifier.1.weight"], weights["classifier.1.bias"]
    assert viz.identify(weights).match.classes == 0
    weights |= {"head.0.weight": torch.zeros(256, 1280), "head.0.bias": torch.zeros(256)}
    weights |= {"head.2.weight": torch.zeros(5, 256), "head.2.bias": torch.zeros(5)}
    answer = viz.identify(weights)
    assert answer.exact
    assert summary(answer) == ("v2", 1.0, 0, ())
    assert {row.name for row in answer.unexpected} == {n for n in weights if "head" in n}


def test_a_module_in_place_of_weights_is_refused_in_one_sentence():
    with pytest.raises(viz.ReadError, match=r"a MobileNetV2: give the state_dict\(\)"):
        viz.identify(torchvision.models.mobilenet_v2())


SQUARE = [("mobilenet_v3_small", 1024), ("mobilenet_v2", 1280)]


@pytest.mark.parametrize(("name", "classes"), SQUARE)
def test_a_classifier_with_as_many_classes_as_features_is_one(name, classes):
    weights = weights_of(getattr(torchvision.models, name), num_classes=classes)
    assert viz.identify(weights).match.classes == classes


def test_of_two_networks_in_a_file_the_first_has_its_own_classifier():
    own = weights_of(torchvision.models.mobilenet_v2, num_classes=12)
    both = {f"{box}.{name}": value for box in ("model", "ema_model") for name, value in own.items()}
    answer = viz.identify(both)
    assert (answer.prefix, answer.match.classes) == ("model.", 12)
    assert all(row.name.startswith("ema_model.") for row in answer.unexpected)


def test_another_head_is_said_and_compared_with_one_for_as_many_classes():
    with torch.device("meta"):
        model = torchvision.models.mobilenet_v3_large()
        model.classifier[0], model.classifier[3] = (
            torch.nn.Linear(960, 512),
            torch.nn.Linear(512, 7),
        )
    answer = viz.identify(model.state_dict())
    assert headline(answer) == (
        "MobileNetV3-Large · width 1.0 · 7 classes, exactly up to its head."
    )
    last = torchvision.models.mobilenet_v3_large(num_classes=7).classifier[3].weight.shape
    assert answer.differences[-1].network[:2] == tuple(last)


def test_norms_without_statistics_are_warned_of():
    answer = viz.identify(weights_of(timm.create_model, "efficientnet_b0_gn"))
    assert any("group norm" in fact for fact in facts(answer))
    plain = viz.identify(weights_of(timm.create_model, "efficientnet_b0"))
    assert not any("group norm" in fact for fact in facts(plain))


@pytest.mark.parametrize(("width", "divisor"), [(0.5, 4), (0.75, 2), (0.5, 16)])
def test_of_divisors_with_the_same_shapes_the_likeliest_is_named(width, divisor):
    make = torchvision.models.mobilenet_v2
    answer = viz.identify(weights_of(make, width_mult=width, round_nearest=divisor))
    assert answer.exact
    assert (answer.match.width, answer.match.divisor) == (width, divisor)


def test_no_prefix_is_said_where_the_first_layer_is_another():
    assert viz.identify(weights_of(timm.create_model, "tinynet_b")).prefix == ""


def test_a_file_that_is_not_quite_the_network_is_not_loaded_into_it():
    """Its layers in the middle would stay random, or be left out."""
    answer = viz.identify(timm.create_model("tinynet_b").state_dict())
    lines = python_lines(answer, "tinynet_b.pth")
    assert answer.match
    assert not answer.exact
    assert lines[-1].startswith("model = viz.build(")
    exec("\n".join(lines), {})  # it runs
