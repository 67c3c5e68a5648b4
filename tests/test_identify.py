"""Which network a file is: found by shapes, whoever wrote the file, and never where it is not."""

import private_networks
import pytest
import timm
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.models import detection, segmentation

import viz
from viz.net.trace import trace_config
from viz.reading.identify import identify_content
from viz.reading.specs import WIDTHS, candidates, specs_of
from viz.reading.tensors import Content, tensor
from viz.reading.words import facts, headline

ANY = {"weights": None, "weights_backbone": None}


def weights_of(make, *arguments, **keywords):
    """The state_dict of a module that somebody's function makes; without memory for its values."""
    with torch.device("meta"):
        return make(*arguments, **keywords).state_dict()


def said(answer):
    """What an answer says of the network, in few words."""
    match = answer.match
    return match and (match.variant, match.width, match.classes, match.options)


def assert_exact(answer, variant, width, classes=1_000, options=()):
    assert answer.exact
    assert said(answer) == (variant, width, classes, options)
    assert answer.differences == answer.missing == answer.unexpected == ()
    assert answer.explained == 1.0
    assert answer.names


TORCHVISION = [
    ("mobilenet_v2", {"width_mult": width, "num_classes": classes}, "v2", ())
    for width, classes in ((1.0, 1_000), (0.5, 37), (1.4, 2), (0.35, 10))
] + [
    (f"mobilenet_v3_{size}", {"width_mult": width, "reduced_tail": tail}, f"v3-{size}", options)
    for size in ("large", "small")
    for width in (1.0, 0.75, 0.6, 1.25)
    for tail, options in ((False, ()), (True, ("reduced_tail",)))
]


@pytest.mark.parametrize(("name", "keywords", "variant", "options"), TORCHVISION)
def test_torchvision_s_networks_are_found_at_any_width(name, keywords, variant, options):
    answer = viz.identify(weights_of(getattr(torchvision.models, name), **keywords))
    classes = keywords.get("num_classes", 1_000)
    assert_exact(answer, variant, keywords["width_mult"], classes, options)
    assert answer.match.width_rule == "torchvision"
    assert answer.dialect == "torchvision"


TIMM = [
    ("mobilenetv1_100", "v1", 1.0, ()),
    ("mobilenetv1_125", "v1", 1.25, ()),
    ("mobilenetv2_035", "v2", 0.35, ()),
    ("mobilenetv2_140", "v2", 1.4, ()),
    ("mobilenetv3_large_075", "v3-large", 0.75, ()),
    ("mobilenetv3_small_050", "v3-small", 0.5, ()),
    ("tf_mobilenetv3_small_minimal_100", "v3-small", 1.0, ("minimalistic",)),
]


@pytest.mark.parametrize(("name", "variant", "width", "options"), TIMM)
def test_timm_s_networks_are_found_under_timm_s_names(name, variant, width, options):
    answer = viz.identify(weights_of(timm.create_model, name, num_classes=5))
    assert_exact(answer, variant, width, 5, options)
    assert answer.match.width_rule == "timm"
    assert answer.dialect == "timm"


@pytest.mark.parametrize("prefix", ["", "module.", "model.backbone."])
@pytest.mark.parametrize("kept", ["order", "numbers"])
def test_prefixes_and_a_lost_order_do_not_matter(prefix, kept):
    weights = weights_of(timm.create_model, "mobilenetv3_large_075", num_classes=5)
    named = {f"{prefix}{name}": value for name, value in weights.items()}
    answer = viz.identify(named if kept == "order" else dict(sorted(named.items())))
    assert_exact(answer, "v3-large", 0.75, 5)
    assert answer.prefix == prefix
    ours = viz.identify(weights_of(viz.build, "v3-large", width=0.75, width_rule="timm", classes=5))
    shapes = {row.ours: row.shape for row in ours.names}
    assert {row.ours for row in answer.names} == set(shapes)


def test_a_checkpoint_in_memory_is_searched_for_its_state_dict():
    weights = weights_of(torchvision.models.mobilenet_v2, width_mult=0.5)
    first = {"exp_avg": weights["features.0.0.weight"], "step": torch.tensor(1)}
    held = {"epoch": 3, "optimizer": {"state": {0: first}}, "net": {"ema": weights}}
    assert_exact(viz.identify(held), "v2", 0.5)
    with pytest.raises(viz.ReadError, match="no tensors"):
        viz.identify({"epoch": 3})


def test_names_that_say_nothing_do_not_matter():
    weights = weights_of(torchvision.models.mobilenet_v3_small, num_classes=9)
    answer = viz.identify({f"p{number}": value for number, value in enumerate(weights.values())})
    assert_exact(answer, "v3-small", 1.0, 9)
    assert [row.torchvision for row in answer.names] == [
        name for name in weights if not name.endswith("num_batches_tracked")
    ]


@pytest.mark.parametrize("width", [0.49, 0.51])
def test_widths_with_the_same_shapes_are_an_interval_with_the_roundest_named(width):
    answer = viz.identify(weights_of(torchvision.models.mobilenet_v2, width_mult=width))
    assert answer.match.width == 0.5
    assert answer.widths == (0.49, 0.51)
    for end in answer.widths:
        other = weights_of(torchvision.models.mobilenet_v2, width_mult=end)
        assert [v.shape for v in other.values()] == [
            v.shape for v in weights_of(torchvision.models.mobilenet_v2, width_mult=0.5).values()
        ]


@pytest.mark.parametrize(("divisor", "width"), [(4, 0.75), (16, 0.7)])
def test_another_divisor_is_found(divisor, width):
    keywords = {"width_mult": width, "round_nearest": divisor}
    answer = viz.identify(weights_of(torchvision.models.mobilenet_v2, **keywords))
    assert_exact(answer, "v2", width)
    assert answer.match.divisor == divisor


@pytest.mark.parametrize("channels", [1, 4, 12])
def test_input_channels_are_found(channels):
    keywords = {"in_chans": channels, "num_classes": 3}
    answer = viz.identify(weights_of(timm.create_model, "mobilenetv3_small_075", **keywords))
    assert_exact(answer, "v3-small", 0.75, 3)
    assert answer.match.in_channels == channels


def test_every_network_of_the_zoo_is_found_as_itself(network):
    traced = viz.trace(network, width=0.5, classes=17)
    answer = viz.identify(weights_of(viz.build, network, width=0.5, classes=17))
    if len([op for op in traced.operations if op.kernel]) < 10:  # a toy fits into anything
        assert answer.match is None
        return
    assert answer.exact
    assert answer.params == traced.params
    found = viz.trace(answer.match.variant, **answer.match.arguments())
    assert found.params == traced.params


@settings(max_examples=20, deadline=None)
@given(
    candidate=st.sampled_from(candidates()),
    width=st.integers(*WIDTHS),
    classes=st.sampled_from([0, 2, 1_000]),
    is_sorted=st.booleans(),
)
def test_any_network_at_any_width_is_found_by_its_shapes(candidate, width, classes, is_sorted):
    specs = specs_of(trace_config(candidate.at(width, classes)))
    tensors = [tensor for spec in specs for tensor in tensors_of(spec)]
    named = sorted(tensors) if is_sorted else tensors
    answer = identify_content(Content("torch", tuple(named), ordered=not is_sorted))
    assert answer.exact
    assert specs_of(trace_config(answer.match)) == specs


def tensors_of(spec):
    yield tensor(f"{spec.path}.weight", spec.shape, "float32")
    if spec.bias:
        yield tensor(f"{spec.path}.bias", spec.shape[:1], "float32")
    for part in ("weight", "bias", "running_mean", "running_var") if spec.norm else ():
        yield tensor(f"{spec.norm}.{part}", spec.shape[:1], "float32")


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
    *("resnet18", "resnet50", "shufflenet_v2_x1_0", "squeezenet1_1"),
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
    assert answer.match is None
    assert answer.nearest.share < 0.65
    assert not answer.exact


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
    assert (said(answer), answer.match.width_rule) == (("v2", 0.5, 10, ()), "timm-deep")
    answer = viz.identify(weights_of(private_networks.kuan_wang, 5))
    assert not answer.exact
    assert said(answer) == ("v3-large", 1.0, 5, ())
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
    assert said(answer) == ("v2", 1.0, 0, ())
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
