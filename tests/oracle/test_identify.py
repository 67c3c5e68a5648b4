"""Which network a file is: found by shapes, whoever wrote the file, and never where it is not."""

import pytest
import timm
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from identify_helpers import assert_exact, weights_of

import viz
from viz.net.trace import trace_config
from viz.reading.identify import identify_content
from viz.reading.specs import WIDTHS, candidates, specs_of
from viz.reading.tensors import Content, tensor

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
    assert answer.match.width_rule == ("slim" if name.startswith("tf_") else "timm")
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
