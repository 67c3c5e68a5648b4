"""How pictures are prepared, pixel by pixel against torchvision's, timm's and Keras's own code."""

import json

import keras
import numpy as np
import pytest
import timm
import torch
from keras.applications import mobilenet, mobilenet_v2, mobilenet_v3
from keras.utils import img_to_array, load_img
from safetensors.torch import save_file
from timm.data import create_transform, resolve_data_config
from torchvision.models import get_model, get_model_weights, list_models

import viz
from viz.cli.main import main
from viz.lab.cards import card_of, header
from viz.lab.choice import choice_of, shipped
from viz.lab.errors import RunError
from viz.lab.preparation import LIBRARIES, POST, of_library
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.weights import preparation_for
from viz.lab.scenery import picture
from viz.net.names import LIBRARY_NAMES
from viz.net.words import config_of

FLOWER = picture("roses", (4,), 420).crop((0, 30, 420, 360))
TORCHVISION = sorted(set(LIBRARY_NAMES) & set(list_models()))
TIMM = [name for name in LIBRARY_NAMES if timm.is_model(name)]
KERAS = {
    "MobileNet": (mobilenet, False),
    "MobileNetV2": (mobilenet_v2, False),
    "MobileNetV3Large": (mobilenet_v3, True),
    "MobileNetV3Small": (mobilenet_v3, True),
}


def ours(preparation, side=None):
    side = side or preparation.side
    return for_answers((side, side), preparation)(FLOWER)


def same(one, other):
    assert one.shape == other.shape
    torch.testing.assert_close(one, other, atol=2e-6, rtol=0)


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_weights_get_torchvisions_transforms(name):
    for version, entry in enumerate(get_model_weights(name), 1):
        found = of_library(config_of(name, {}), "torchvision", version)
        same(ours(found), entry.transforms()(FLOWER))


@pytest.mark.parametrize("name", TIMM)
def test_timms_networks_get_timms_transforms(name):
    theirs = timm.get_pretrained_cfg(name).to_dict()
    library = "tf" if name.startswith("tf_") else "timm"
    found = of_library(config_of(name, {}), library)
    resolved = resolve_data_config(pretrained_cfg=theirs)
    same(ours(found), create_transform(**resolved)(FLOWER))
    other = resolve_data_config({"img_size": 160}, pretrained_cfg=theirs)
    same(ours(found, 160), create_transform(**other)(FLOWER))


@pytest.mark.parametrize("name", list(KERAS))
def test_keras_networks_get_what_keras_reads_and_scales(tmp_path, name):
    FLOWER.save(tmp_path / "flower.png")
    module, rescales = KERAS[name]
    pixels = img_to_array(load_img(tmp_path / "flower.png", target_size=(224, 224)))
    theirs = module.preprocess_input(pixels[None])
    if rescales:  # V3 begins with a layer that scales
        model = getattr(keras.applications, name)(weights=None)
        rescaling = model.layers[1]
        assert isinstance(rescaling, keras.layers.Rescaling)
        theirs = np.asarray(rescaling(theirs))
    found = of_library(config_of(name, {}), "keras")
    same(ours(found), torch.tensor(theirs[0]).permute(2, 0, 1))


def test_every_name_of_a_library_gets_that_librarys_preparation():
    for name, library in (
        ("tf_mobilenetv3_small_minimal_100", "tf"),
        ("mobilenetv4_conv_medium", "timm"),
        ("MobileNetV2", "keras"),
        ("mobilenet_v2", "torchvision"),
        ("mobilenetv2_110d", "timm"),
    ):
        config = config_of(name, {})
        assert preparation_for(config, choice_of("random")).library == library


@pytest.mark.parametrize("name", ["mobilenet_v2", "mobilenet_v3_large"])
def test_the_second_weights_bring_their_own_resize(name):
    config = config_of(name, {})
    shorts = [
        preparation_for(config, choice_of(f"torchvision{version}")).short_side((224, 224))
        for version in ("", ":v1", ":v2")
    ]
    theirs = [entry.transforms().resize_size[0] for entry in get_model_weights(name)]
    assert shorts == [theirs[0], *theirs] == [256, 256, 232]


def test_weights_that_there_are_not_twice_are_named():
    with pytest.raises(RunError, match="torchvision has no second weights of MobileNetV3-Small"):
        preparation_for(config_of("v3-small", {}), choice_of("torchvision:v2"))


@pytest.mark.parametrize(
    ("library", "make"),
    [
        ("torchvision", lambda: get_model("mobilenet_v3_small", num_classes=3)),
        ("timm", lambda: timm.create_model("mobilenetv3_small_100", num_classes=3)),
    ],
)
def test_a_file_tells_by_its_names_whose_it_is(tmp_path, library, make):
    save_file(make().state_dict(), tmp_path / "w.safetensors")
    choice = choice_of(str(tmp_path / "w.safetensors"))
    config = config_of("v3-small", {"classes": "3"})
    assert preparation_for(config, choice) == of_library(config, library)


def test_what_the_atlas_has_trained_keeps_the_posts_preparation(tmp_path):
    config = config_of("v3-small", {"classes": "3", "width_rule": "keras"})
    card = card_of(config, ("a", "b", "c"))
    module = viz.build("v3-small", classes=3, width_rule="keras")
    stored = {n: v for n, v in card._asdict().items() if n != "preparation"}  # as older ones are
    for name, content in (("old", stored), ("new", card._asdict())):
        file = tmp_path / f"{name}.safetensors"
        save_file(module.state_dict(), file, metadata=header(content))
        assert preparation_for(config, choice_of(str(file))) == POST
    for network in shipped():
        assert preparation_for(config_of(network, {}), choice_of("atlas", network)) == POST


def answers(capsys, path, *arguments):
    assert main(["predict", str(path), *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("mobilenetv4_conv_small_050", "timm"),
        ("tf_mobilenetv3_large_075", "tf"),
        ("tf_mobilenetv3_small_minimal_100", "tf"),
    ],
)
def test_predict_prepares_as_timm_does(tmp_path, capsys, name, library):
    """The last word: a network of timm, its transform, its probabilities."""
    FLOWER.save(tmp_path / "flower.png")
    torch.manual_seed(3)
    model = timm.create_model(name, num_classes=5).eval()
    save_file(model.state_dict(), tmp_path / "w.safetensors")
    common = ["--network", name, "--classes", 5]
    found = answers(
        capsys, tmp_path / "flower.png", *common, "--weights", tmp_path / "w.safetensors"
    )
    transform = create_transform(**resolve_data_config(model=model))
    with torch.no_grad():
        wanted = model(transform(FLOWER)[None])[0].softmax(0)
    for guess in found["answers"][0]["top"]:
        assert guess["probability"] == pytest.approx(float(wanted[guess["number"]]), abs=1e-5)
    assert found["preparation"]["library"] == library
    assert found["preparation"]["mean"] == [0.5, 0.5, 0.5]


def test_a_file_of_timms_minimalistic_v3_is_prepared_and_padded_as_tf_slims(tmp_path, capsys):
    """timm has no others: without --network too."""
    FLOWER.save(tmp_path / "flower.png")
    model = timm.create_model("tf_mobilenetv3_small_minimal_100", num_classes=5)
    save_file(model.state_dict(), tmp_path / "w.safetensors")
    found = answers(capsys, tmp_path / "flower.png", "--weights", tmp_path / "w.safetensors")
    assert found["preparation"]["library"] == "tf"


def test_the_preparation_can_be_chosen_and_is_printed(tmp_path, capsys):
    FLOWER.save(tmp_path / "flower.png")
    common = ["predict", str(tmp_path / "flower.png"), "--network", "v2", "--weights", "random"]
    assert main([*common, "--prepare", "keras"]) == 0
    assert "keras: stretched to 224 × 224 (nearest), values from -1 to 1" in capsys.readouterr().out
    assert main([*common, "--resize", "250", "--crop", "192"]) == 0
    wanted = "torchvision: short side 250 (bilinear), centre crop 192 × 192, mean 0.485 0.456 0.406"
    assert wanted in capsys.readouterr().out
    assert main([*common, "--resize", "stretch", "--resolution", "96"]) == 0
    assert "stretched to 96 × 96 (bilinear)" in capsys.readouterr().out


BAD = [
    (["--prepare", "opencv"], "--prepare: invalid choice: 'opencv'"),
    (["--resize", "100"], "--resize is 100, but must be at least 224"),
    (["--resize", "big"], "--resize is 'big', but must be a whole number"),
    (["--crop", "0"], "--crop is 0"),
    (["--crop", "200", "--resolution", "224"], "--crop 200 and --resolution 224"),
]


@pytest.mark.parametrize(("more", "sentence"), BAD)
def test_a_bad_choice_is_one_sentence(tmp_path, capsys, more, sentence):
    FLOWER.save(tmp_path / "flower.png")
    common = ["predict", str(tmp_path / "flower.png"), "--network", "v2", "--weights", "random"]
    assert main([*common, *more]) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1


def test_weights_bring_the_side_of_their_input():
    """torchvision's B2 is measured at 288 pixels, its name says 260."""
    config = config_of("efficientnet_b2", {})
    found = preparation_for(config, choice_of("torchvision"))
    assert (
        found.side == get_model_weights("efficientnet_b2").IMAGENET1K_V1.transforms().crop_size[0]
    )


def test_another_librarys_way_keeps_the_size_of_the_input():
    config = config_of("v4-conv-medium", {})
    assert [of_library(config, library).side for library in LIBRARIES] == [256] * 4


def test_features_of_a_library_learn_on_with_its_preparation(data, tmp_path):
    """And the trained weights say so."""
    model = timm.create_model("mobilenetv4_conv_small_050", num_classes=9)
    save_file(model.state_dict(), tmp_path / "w.safetensors")
    more = ["--network", "mobilenetv4_conv_small_050", "--resolution", 32, "--epochs", 1]
    more += ["--weights", tmp_path / "w.safetensors", "--output", tmp_path / "run"]
    assert main(["train", str(data), *map(str, more)]) == 0
    choice = choice_of(str(tmp_path / "run" / "weights.safetensors"))
    config = config_of("mobilenetv4_conv_small_050", {})
    assert preparation_for(config, choice) == of_library(config, "timm")


HOSTILE = [{"library": "opencv"}, {"kept": 1e-9}, {"mean": ["a", 0, 0]}, {"deviation": [0, 1, 1]}]


@pytest.mark.parametrize("change", HOSTILE)
def test_a_header_with_another_preparation_is_refused(tmp_path, change):
    card = card_of(config_of("v3-small", {}), (), {**POST.content(), **change})
    save_file({"a": torch.zeros(1)}, tmp_path / "w.safetensors", metadata=header(card._asdict()))
    with pytest.raises(RunError, match="preparation that cannot be read"):
        preparation_for(config_of("v3-small", {}), choice_of(str(tmp_path / "w.safetensors")))
