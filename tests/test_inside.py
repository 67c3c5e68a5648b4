"""What a picture leaves in a network: against torchvision's own extraction of features."""

import base64
import io

import numpy as np
import pytest
import torch
import torchvision
from lively import lively
from PIL import Image
from torchvision.models.feature_extraction import create_feature_extractor

import viz
from pages import opened
from viz.pytorch.running.ask_inside import inside_answer
from viz.pytorch.running.inside import look_inside
from viz.pytorch.running.pictures import for_answers
from viz.pytorch.running.weights import Loaded
from viz.running.choice import choice_of, config_for, shipped
from viz.running.errors import RunError
from viz.running.scenery import picture

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
    theirs = lively(model, prepared + torch.randn(4, 3, 96, 96))
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
        said = {"file": base64.b64encode(file).decode(), "name": "mine.png"}
        return inside_answer(config, {"weights": "atlas", "block": 0, "picture": said})

    assert asked(content)["top"][0]["name"] == "sunflower"
    with pytest.raises(RunError, match=r"mine\.png is damaged or cut off"):
        asked(content[:2000])


@pytest.mark.parametrize("kind", ["daisy", "tulip"])
def test_the_page_answers_with_what_is_drawn(kind):
    app = opened("inside", network=next(iter(shipped())), picture=kind)
    assert app.dataframe[0].value["name"].iloc[0] == kind
    assert any("**expand**" in markdown.value for markdown in app.markdown)
    assert any("no photographs" in caption.value for caption in app.caption)


def test_the_page_says_which_weights_are_random():
    app = opened("inside", network="v3-small", resolution="64")
    assert "MobileNetV3-Small has random weights" in app.info[0].value
    assert "random weights" in app.caption[-1].value


def test_the_page_says_what_cannot_be_looked_into():
    link = {"network": "v2", "weights": "random", "in_channels": "1", "resolution": "64"}
    assert "pictures have colours" in opened("inside", **link).info[0].value
    assert "512x512" in opened("inside", network="v1", resolution="1024").info[-1].value
