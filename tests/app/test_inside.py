"""What a picture leaves in a network: against torchvision's own extraction of features."""

import base64
import io

import numpy as np
import pytest
import safetensors.torch
import torch
import torchvision
from calibrated import calibrated
from PIL import Image
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor
from torchvision.transforms import functional

import viz
from pages import opened
from viz.lab.choice import choice_of, config_for, shipped
from viz.lab.errors import RunError
from viz.lab.pytorch.inside import look_inside
from viz.lab.pytorch.inside_page import inside_answer
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.preparation import mistakes, preparation
from viz.lab.pytorch.weights import Loaded, load
from viz.lab.scenery import picture
from viz.ui.parts import inside as page_part
from viz.ui.torch_worker import WorkerError

FLOWER = picture("roses", (4,), 128)
BLOCK = 4
# torchvision's names for where our ReLU6 stand, and for the block's end.
RELUS = {"features.4.conv.0.2": "features.4.conv.0", "features.4.conv.1.2": "features.4.conv.1"}
NODES = {**{theirs: ours for ours, theirs in RELUS.items()}, "features.4": "block"}


@pytest.fixture(scope="module")
def both():
    """The same weights in our network, seen inside, and in torchvision's, extracted."""
    torch.manual_seed(2)
    prepared = for_answers((96, 96))(FLOWER)
    model = torchvision.models.mobilenet_v2(num_classes=5)
    theirs = calibrated(model, prepared + torch.randn(4, 3, 96, 96))
    ours = viz.build("v2", classes=5).eval()
    ours.load_state_dict(theirs.state_dict())
    traced = viz.trace("v2", classes=5, resolution=96)
    found = look_inside(Loaded(ours, traced, ()), FLOWER, BLOCK)
    with torch.no_grad():
        features = create_feature_extractor(theirs, NODES)(prepared[None])
        answer = theirs(prepared[None])[0].softmax(0)
    return found, {name: value[0] for name, value in features.items()}, answer


@pytest.mark.parametrize("path", RELUS)
def test_operations_hold_what_torchvision_extracts(both, path):
    found, features, _ = both
    seen = next(seen for seen in found.operations if seen.path == path)
    values = features[path].numpy()
    assert seen.shape == values.shape
    assert seen.zeros == pytest.approx(float((values == 0).mean()))
    assert seen.ceiling == pytest.approx(float((values == 6).mean()))
    assert (seen.low, seen.high) == pytest.approx((values.min(), values.max()), abs=1e-5)
    strength = np.abs(values).mean((1, 2))
    assert list(seen.channels) == np.argsort(-strength)[:12].tolist()


def test_a_blocks_line_is_of_its_own_output(both):
    found, features, _ = both
    block = features["block"].numpy()
    assert found.blocks[BLOCK].rms == pytest.approx(float(np.sqrt((block**2).mean())), rel=1e-5)
    relus = [
        features[path].numpy().ravel() for path in ("features.4.conv.0.2", "features.4.conv.1.2")
    ]
    zeros = float((np.concatenate(relus) == 0).mean())
    assert found.blocks[BLOCK].zeros == pytest.approx(zeros, abs=1e-6)


def test_the_answer_is_torchvisions(both):
    found, _, answer = both
    assert [guess.number for guess in found.top] == answer.argsort(descending=True).tolist()
    assert [guess.probability for guess in found.top] == pytest.approx(
        answer.sort(descending=True).values.tolist(), abs=1e-6
    )


def decoded(text):
    return Image.open(io.BytesIO(base64.b64decode(text)))


def test_pages_hold_every_channel_once_by_strength():
    """V2's block 4 expands to 144 channels and projects to 32, which fill 12 and 3 pages."""
    torch.manual_seed(2)
    theirs = torchvision.models.mobilenet_v2(num_classes=5).eval()
    ours = viz.build("v2", classes=5).eval()
    ours.load_state_dict(theirs.state_dict())
    loaded = Loaded(ours, viz.trace("v2", classes=5, resolution=96), ())
    pages = [look_inside(loaded, FLOWER, BLOCK, page=page).operations for page in range(1, 14)]
    with torch.no_grad():
        features = create_feature_extractor(theirs, NODES)(for_answers((96, 96))(FLOWER)[None])
    strength = features["features.4.conv.1.2"][0].abs().mean((1, 2)).numpy()
    depthwise = [page[[seen.path for seen in page].index("features.4.conv.1.2")] for page in pages]
    shown = [channel for seen in depthwise[:12] for channel in seen.channels]
    assert sorted(shown) == list(range(144))
    assert (np.diff(strength[shown]) <= 1e-7).all()
    assert [seen.first for seen in depthwise] == [*range(0, 144, 12), 132]
    assert depthwise[12] == depthwise[11]
    assert [len(page[-1].channels) for page in pages[:4]] == [12, 12, 8, 8]


def test_the_page_turns_to_the_next_channels():
    app = opened("inside", network="v2", seen="4", maps="2")
    texts = " ".join(str(image.proto) for image in app.get("image"))
    assert "Channels 13 to 24 of 48 by strength" in texts
    assert "of 4" in app.number_input(key="maps").label


def test_the_strongest_channel_is_drawn_first(both):
    """Its darkest and lightest pixel stand where its lowest and highest value do."""
    found, features, _ = both
    seen = next(seen for seen in found.operations if seen.path == "features.4.conv.1.2")
    strongest = features["features.4.conv.1.2"][seen.channels[0]].numpy()
    tile = decoded(seen.image).convert("L").crop((2, 2, 94, 94))
    small = np.asarray(tile.resize(strongest.shape[::-1], Image.Resampling.NEAREST), dtype=float)
    assert np.corrcoef(small.ravel(), strongest.ravel())[0, 1] > 0.95
    assert small.argmax() in np.flatnonzero(strongest == strongest.max())


def test_the_picture_is_shown_as_the_network_gets_it(both):
    found = decoded(both[0].prepared)
    theirs = torchvision.transforms.functional.center_crop(
        torchvision.transforms.functional.resize(FLOWER, 110), [96, 96]
    )
    assert np.abs(np.asarray(found, dtype=int) - np.asarray(theirs, dtype=int)).max() <= 1


def test_every_network_can_be_looked_into(network):
    config = viz.configure(network, width=0.25, resolution=64, classes=5)
    asked = {"weights": "random", "block": 1, "picture": {"kind": "tulip", "seed": 1}}
    answer = inside_answer(config, asked)
    traced = viz.trace(network, width=0.25, resolution=64, classes=5)
    assert [block["name"] for block in answer["blocks"]] == [block.name for block in traced.blocks]
    assert len(answer["top"]) == (0 if network == "post-000" else 5)
    gates = [seen["gates"] for seen in answer["operations"] if seen["gates"]]
    assert len(gates) == bool(traced.blocks[1].facts.squeeze)


def test_an_uploaded_picture_is_read_or_refused_in_a_sentence():
    config = config_for(choice_of("atlas", "v2"), None, {})
    target = io.BytesIO()
    picture("sunflower", (8,), 200).save(target, "PNG")
    content = target.getvalue()

    def asked(file):
        picture = {"file": base64.b64encode(file).decode(), "name": "mine.png"}
        return inside_answer(config, {"weights": "atlas", "block": 0, "picture": picture})

    assert asked(content)["top"][0]["name"] == "sunflower"
    with pytest.raises(RunError, match=r"mine\.png is damaged or cut off"):
        asked(content[:2000])


@pytest.mark.parametrize("kind", ["daisy", "tulip"])
def test_the_page_answers_with_what_is_drawn(kind):
    app = opened("inside", network=next(iter(shipped())), picture=kind)
    assert app.dataframe[0].value["name"].iloc[0] == kind
    assert any("**expand**" in markdown.value for markdown in app.markdown)
    assert any("trained on drawn flowers" in caption.value for caption in app.caption)


def test_the_page_says_which_weights_are_random():
    app = opened("inside", network="v1", resolution="64")
    assert "No trained weights for MobileNetV1" in app.caption[0].value
    assert "random weights" in app.caption[-1].value
    chosen = next(each for each in app.get("button_group") if each.key == "weights")
    assert chosen.value == "random"


def test_the_page_opens_on_a_network_that_has_learned():
    app = opened("inside")
    assert app.dataframe[0].value["name"].iloc[0] == "daisy"
    assert app.dataframe[0].value["probability"].iloc[0] > 0.9
    assert "MobileNetV2 · width 0.25 · 96×96" in " ".join(each.value for each in app.markdown)
    assert not app.query_params


def test_the_page_says_what_cannot_be_looked_into():
    link = {"network": "v2", "weights": "random", "in_channels": "1", "resolution": "64"}
    assert "three colour channels" in opened("inside", **link).info[0].value
    assert "512x512" in opened("inside", network="v1", resolution="1024").info[-1].value


# What a position sees


@pytest.mark.parametrize(
    ("network", "block", "chosen"),
    [
        ("v1", 5, {"width_rule": "keras", "resolution": 65}),
        ("v2", 6, {"resolution": (64, 96)}),
        ("v3-small", 4, {"minimalistic": True, "resolution": 96}),
        ("v4-conv-small", 3, {"resolution": 96}),
        ("v4-conv-small", 18, {"resolution": 96, "small_input": True}),  # the pool
        ("v4-hybrid-medium", 8, {"resolution": 512, "width_rule": "timm"}),  # attention
    ],
)
def test_a_position_sees_the_pixels_that_have_a_gradient(network, block, chosen):
    traced = viz.trace(network, width=0.25, **chosen)
    module = viz.build(network, width=0.25, **chosen).eval()
    for path, part in list(module.named_modules()):
        if isinstance(part, (nn.ReLU, nn.ReLU6, nn.Hardswish)):
            module.set_submodule(path, nn.Identity())  # nothing is to stop a gradient
        if isinstance(part, nn.Conv2d):
            nn.init.constant_(part.weight, 1.0 / part.weight[0].numel())
    image = torch.zeros(1, 3, *traced.config.image, requires_grad=True)
    seen = {}
    last = traced.operations[traced.blocks[block].stop - 1].path
    module.get_submodule(last).register_forward_hook(lambda _m, _i, out: seen.update(out=out))
    module(image)
    rows, columns = traced.blocks[block].out_shape[1:]
    for row, column in ((0, 0), (rows // 2, columns // 3), (rows - 1, columns - 1)):
        (gradient,) = torch.autograd.grad(seen["out"][0, 0, row, column], image, retain_graph=True)
        where = gradient[0].abs().sum(0).nonzero()
        part = traced.part_seen(block, row, column)
        height, width = traced.config.image
        assert where.min(0).values.tolist() == [max(part.top, 0), max(part.left, 0)]
        assert (where.max(0).values + 1).tolist() == [
            min(part.bottom, height),
            min(part.right, width),
        ]


# How the picture is prepared


def test_histograms_count_every_value(both):
    for seen in both[0].operations:
        assert sum(seen.histogram) == np.prod(seen.shape)


def test_every_step_of_preparation_is_torchvisions():
    flower = picture("tulip", (3,), 200).crop((0, 0, 200, 150))
    as_is, resized, cropped, normalised = preparation(flower, (96, 96))
    assert as_is.size == (200, 150)
    theirs = functional.resize(flower, [110])
    assert resized.size == theirs.size == (146, 110)
    assert np.array_equal(np.asarray(decoded(resized.image)), np.asarray(theirs))
    middle = functional.center_crop(theirs, [96, 96])
    assert np.array_equal(np.asarray(decoded(cropped.image)), np.asarray(middle))
    values = for_answers((96, 96))(flower)
    assert (normalised.low, normalised.high) == (float(values.min()), float(values.max()))


def test_answers_to_pictures_that_were_prepared_wrongly():
    loaded = load(config_for(choice_of("atlas", "v2"), None, {}), choice_of("atlas", "v2"))
    flower = picture("sunflower", (9,), 160)
    found = {m.what: m.guess for m in mistakes(loaded, flower)}
    middle = functional.center_crop(functional.resize(flower, [110]), [96, 96])
    pixels = torch.from_numpy(np.asarray(middle).copy()).permute(2, 0, 1).float()
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    squeezed = torch.from_numpy(np.asarray(flower.resize((96, 96), 2)).copy()).permute(2, 0, 1)
    pixels_of_all = torch.from_numpy(np.asarray(flower).copy()).permute(2, 0, 1).float()
    aliased = torch.nn.functional.interpolate(pixels_of_all[None], (110, 110), mode="bilinear")
    wrong = {
        "without mean and deviation": pixels / 255,
        "values of 0 to 255": pixels,
        "colours as BGR": ((pixels / 255 - mean) / deviation)[[2, 1, 0]],
        "squeezed, not cut": (squeezed / 255 - mean) / deviation,
        "resized without antialiasing": (aliased[0, :, 7:103, 7:103] / 255 - mean) / deviation,
    }
    assert set(found) == set(wrong)
    for what, prepared in wrong.items():
        with torch.no_grad():
            chances = loaded.module(prepared[None])[0].softmax(0)
        assert found[what].number == int(chances.argmax()), what
        assert found[what].probability == pytest.approx(float(chances.max()), abs=2e-2), what


def test_the_page_shows_two_networks_and_what_goes_wrong():
    app = opened("inside", network="v2", beside="v3-large", seen="2", row="3", column="5")
    titles = " ".join(markdown.value for markdown in app.markdown)
    assert "MobileNetV2 · width 0.25 · 96×96" in titles
    assert "MobileNetV3-Large · width 1.0 · 96×96** · random weights" in titles
    captions = " ".join(caption.value for caption in app.caption)
    assert "position (3, 5)" in captions
    assert "146" not in captions
    prepared = app.dataframe[-1].value
    assert len(prepared) == 6
    assert prepared["name"].iloc[0] == "daisy"


def test_torchvisions_weights_are_asked_for_and_their_lack_is_a_sentence():
    app = opened("inside", network="v1", weights="torchvision", resolution="64")
    assert "torchvision has none" in app.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("where", ["weights", "beside"])
def test_torchvisions_second_weights_are_a_choice(where):
    """Of its networks here only V3-Small has one set of weights."""
    assert len(torchvision.models.MobileNet_V3_Small_Weights) == 1
    link = {where: "torchvision:v2", "resolution": "64"}
    app = opened("inside", network="v3-small", **link)
    words = app.warning[0].value.replace("\\", "")
    assert words.startswith("torchvision has no second weights of MobileNetV3-Small")


def test_torchvisions_weights_may_be_asked_for_beside():
    app = opened("inside", network="v1", beside="torchvision", resolution="64")
    assert "torchvision has none" in app.warning[0].value.replace("\\", "")


class Dropped:
    """A file as an uploader gives it."""

    def __init__(self, name, content):
        self.name, self.content = name, content

    def getbuffer(self):
        return self.content


def test_weights_that_do_not_fit_are_named_without_the_servers_folders():
    config = viz.configure("v3-small", width=0.5, resolution=64)
    theirs = safetensors.torch.save({"a.weight": torch.zeros(3, 3)})
    asked = page_part.Asked(config, "file", Dropped("mine.safetensors", theirs))
    with pytest.raises(WorkerError) as caught:
        page_part._from_torch(asked, {"kind": "tulip", "seed": 1}, 0)
    assert str(caught.value).startswith("mine.safetensors: of the network's")
    assert "/" not in str(caught.value)


def test_the_preparation_of_pictures_can_be_chosen():
    for library, told in (("", "torchvision: short side 110"), ("keras", "keras: stretched to 96")):
        app = opened("inside", network="v2", **({"prepare": library} if library else {}))
        assert any(told in caption.value for caption in app.caption)
        assert ("short side" in " ".join(c.value.lower() for c in app.caption)) == (not library)
        mistakes = list(app.dataframe[-1].value["what"])
        assert ("Stretched, not cropped" in mistakes) == (not library)


def test_another_class_can_be_mapped_and_the_link_holds_it():
    app = opened("inside")
    select = next(box for box in app.selectbox if box.label == "Class activation map of")
    assert (select.value, select.options[:2]) == (None, ["daisy", "dandelion"])
    app = opened("inside", **{"class": "4"})
    select = next(box for box in app.selectbox if box.label == "Class activation map of")
    assert select.value == 4
    assert not app.exception
    app = opened("inside", **{"class": "999"})  # the learned network has five
    select = next(box for box in app.selectbox if box.label == "Class activation map of")
    assert select.value is None
    assert not app.exception
