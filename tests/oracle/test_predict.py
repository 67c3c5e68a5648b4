"""``python -m viz predict``: answers against torchvision's, and weights that do not fit."""

import json
import pickle
from pathlib import Path

import matplotlib as mpl
import pytest
import safetensors.torch
import timm
import torch
import torchvision
from calibrated import calibrated
from PIL import Image
from timm.data import create_transform, resolve_data_config

import viz
from viz.cli.main import main
from viz.lab.choice import choice_of, shipped
from viz.lab.errors import RunError
from viz.lab.pictures import open_picture
from viz.lab.published import PUBLISHED, fetch, hub_folder
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.weights import load
from viz.lab.scenery import picture

HOPPER = Path(mpl.get_data_path(), "sample_data", "grace_hopper.jpg")


def output_of(capsys, *arguments):
    assert main(["predict", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments):
    """The sentence that a command ends with."""
    assert main([*map(str, arguments)]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    lines = [line for line in found.err.splitlines() if not line.startswith("Downloading")]
    assert len(lines) == 1
    return lines[0]


def test_torch_looks_for_weights_where_we_put_them(monkeypatch, tmp_path):
    for name, value in (("TORCH_HOME", tmp_path), ("XDG_CACHE_HOME", tmp_path), ("HOME", tmp_path)):
        for other in ("TORCH_HOME", "XDG_CACHE_HOME"):
            monkeypatch.delenv(other, raising=False)
        monkeypatch.setenv(name, str(value))
        assert hub_folder() == Path(torch.hub.get_dir(), "checkpoints")


def test_real_weights_give_torchvisions_own_probabilities(capsys):
    try:
        fetch(PUBLISHED["v2"])
    except RunError as missing:
        pytest.skip(str(missing))
    found = json.loads(output_of(capsys, HOPPER, "--network", "v2", "--top", 1000, "--json"))
    weights = torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1
    theirs = torchvision.models.mobilenet_v2(weights=weights).eval()
    with torch.no_grad():
        image = Image.open(HOPPER).convert("RGB")
        wanted = theirs(weights.transforms()(image)[None]).softmax(1)[0]
    top = found["answers"][0]["top"]
    assert [guess["name"] for guess in top[:2]] == ["bow tie", "military uniform"]
    for guess in top:
        assert guess["probability"] == pytest.approx(float(wanted[guess["number"]]), abs=1e-6)
        assert guess["name"] == weights.meta["categories"][guess["number"]]


@pytest.mark.parametrize("name", ["mobilenet_v3_small", "mobilenet_v2"])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_of_torchvisions_gives_torchvisions_answer(capsys, tmp_path, name, suffix):
    torch.manual_seed(1)
    hopper = for_answers((224, 224))(Image.open(HOPPER))
    model = getattr(torchvision.models, name)(num_classes=7)
    theirs = calibrated(model, hopper + torch.randn(4, 3, 224, 224))
    file = tmp_path / f"weights{suffix}"
    save = torch.save if suffix == ".pth" else safetensors.torch.save_file
    save(theirs.state_dict(), file)
    common = [HOPPER, "--network", name, "--classes", 7, "--weights", file, "--json"]
    found = json.loads(output_of(capsys, *common))
    with torch.no_grad():
        wanted = theirs(hopper[None]).softmax(1)[0].sort(descending=True)
    top = found["answers"][0]["top"]
    assert top[0]["probability"] < 0.9  # or all the others would be 0
    assert [guess["number"] for guess in top] == wanted.indices[:5].tolist()
    assert [g["probability"] for g in top] == pytest.approx(wanted.values[:5].tolist(), abs=1e-6)


def test_a_box_around_the_weights_is_opened(capsys, tmp_path):
    file = tmp_path / "checkpoint.pth"
    torch.save({"epoch": 3, "state_dict": viz.build("v3-small", classes=2).state_dict()}, file)
    common = ["--network", "v3-small", "--classes", 2, "--weights", file]
    assert "class 1" in output_of(capsys, HOPPER, *common)


def test_a_network_that_ends_in_softmax_is_not_given_another(capsys):
    common = ["--weights", "random", "--classes", 3, "--resolution", 64, "--json"]
    found = json.loads(output_of(capsys, HOPPER, "--network", "post-004", *common))
    torch.manual_seed(0)
    model = viz.build("post-004", classes=3, resolution=64).eval()
    with torch.no_grad():
        wanted = model(for_answers((64, 64))(Image.open(HOPPER))[None])[0]
    assert sum(wanted.tolist()) == pytest.approx(1)
    found = {g["number"]: g["probability"] for g in found["answers"][0]["top"]}
    assert [found[n] for n in range(3)] == pytest.approx(wanted.tolist(), abs=1e-6)


def test_random_weights_depend_on_their_seed_alone():
    config = viz.configure("v3-small", resolution=64)
    found = load(config, choice_of("random:3")).module.state_dict()
    torch.manual_seed(3)
    wanted = viz.build("v3-small").state_dict()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)
    other = load(config, choice_of("random")).module.state_dict()
    assert not torch.equal(found["features.0.0.weight"], other["features.0.0.weight"])


def test_names_come_from_a_file(capsys, tmp_path):
    names = tmp_path / "class_indices.json"
    names.write_text('{"0": "cat", "1": "dog"}')
    common = [HOPPER, "--network", "v2", "--weights", "random", "--classes"]
    text = output_of(capsys, *common, 2, "--classes-file", names)
    assert "cat" in text
    assert "dog" in text
    message = refused(capsys, "predict", *common, 3, "--classes-file", names)
    assert "2 names for 3 classes" in message


def test_every_shipped_network_knows_a_drawn_flower(capsys, tmp_path):
    for network in shipped():
        for kind in ("daisy", "tulip"):
            picture(kind, (12_345,), 128).save(tmp_path / f"{kind}.png")
            common = ["--network", network, "--weights", "atlas", "--top", 1, "--json"]
            found = json.loads(output_of(capsys, tmp_path / f"{kind}.png", *common))
            assert found["answers"][0]["top"][0]["name"] == kind


class Evil:
    def __reduce__(self):
        return Path.touch, (Path("evil.was.here"),)


def test_code_in_a_file_is_not_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(viz.build("v3-small"), "whole.pth")
    torch.save({"a": Evil()}, "evil.pth")
    Path("raw.pth").write_bytes(pickle.dumps(Evil()))
    for name in ("whole.pth", "evil.pth", "raw.pth"):
        message = refused(capsys, "predict", HOPPER, "--network", "v3-small", "--weights", name)
        assert name in message
    assert not Path("evil.was.here").exists()


def test_a_damaged_file_is_not_blamed_for_code(capsys, tmp_path):
    (tmp_path / "junk.pth").write_bytes(b"x" * 400)
    asked = ["predict", HOPPER, "--network", "v3-small", "--weights", tmp_path / "junk.pth"]
    assert "it is none of the formats that are read" in refused(capsys, *asked)


def weights_file(tmp_path, name="w.safetensors", **changes):
    tensors = {**viz.build("v3-small", classes=2).state_dict(), **changes}
    safetensors.torch.save_file(tensors, tmp_path / name)
    return tmp_path / name


def test_weights_that_do_not_fit_are_refused(capsys, tmp_path):
    ask = ["predict", HOPPER, "--network", "v3-small", "--weights", weights_file(tmp_path)]
    assert "· 2 classes, not MobileNetV3-Small · width 1.0 · 1,000" in refused(capsys, *ask)
    extra = weights_file(tmp_path, "x.safetensors", other=torch.zeros(1))
    assert "other has no place" in refused(capsys, *ask[:-1], extra, "--classes", 2)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(extra.read_bytes()[:5000])
    assert "cut off" in refused(capsys, *ask[:-1], cut)
    old = tmp_path / "cut.pth"
    old.write_bytes(b"PK\x03\x04" + bytes(100))
    assert "cut off" in refused(capsys, *ask[:-1], old)


BAD = [
    (["none.jpg", "--network", "v2", "--weights", "random"], "none.jpg: No such file"),
    ([HOPPER, "--weights", "random"], "--network is missing"),
    ([HOPPER, "--network", "v9", "--weights", "random"], "network is 'v9'"),
    ([HOPPER, "--network", "v2", "--weights", "none.pth"], "--weights none.pth: no such file"),
    ([HOPPER, "--network", "v2", "--weights", __file__], "must be one of .safetensors"),
    ([HOPPER, "--network", "v2", "--weights", "torchvision:v3"], "must be one of torchvision, to"),
    ([HOPPER, "--network", "v2", "--weights", "random:x"], "the seed of --weights is 'x'"),
    ([HOPPER, "--network", "v1", "--weights", "torchvision"], "torchvision has none"),
    ([HOPPER, "--network", "v2", "--width", "0.5"], "torchvision has none"),
    ([HOPPER, "--network", "v1", "--weights", "atlas"], "there are none of v1"),
    ([HOPPER, "--network", "v2", "--weights", "random", "--top", "0"], "--top is 0"),
    ([HOPPER, "--network", "v2", "--weights", "random", "--classes-file", HOPPER], "is no JSON"),
    ([HOPPER, "--network", "post-000", "--weights", "random"], "no classifier"),
    ([HOPPER, "--network", "v2", "--weights", "random", "--set", "in_channels=1"], "have three"),
    ([HOPPER, "--network", "v2", "--width", "wide"], "width is 'wide'"),
    ([], "are required"),
]


def test_a_picture_that_cannot_be_read_does_not_cost_the_others_their_answer(capsys, tmp_path):
    junk = tmp_path / "junk.jpg"
    junk.write_bytes(b"no picture")
    asked = ["predict", str(HOPPER), str(junk), "none.jpg", str(HOPPER)]
    asked += ["--network", "v3-small", "--weights", "random", "--resolution", "64"]
    assert main(asked) == 2
    captured = capsys.readouterr()
    assert captured.out.count(str(HOPPER)) == 2
    first, second = captured.err.splitlines()
    assert str(junk) in first
    assert "none.jpg" in second
    assert main([*asked, "--json"]) == 2
    found = json.loads(capsys.readouterr().out)["answers"]
    assert [bool(answer.get("problem")) for answer in found] == [False, True, True, False]
    assert found[0]["top"] == found[3]["top"]


@pytest.mark.parametrize(("arguments", "named"), BAD)
def test_bad_arguments_get_one_sentence(capsys, arguments, named):
    assert named in refused(capsys, "predict", *arguments)


def test_without_a_network_the_way_out_is_said(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for network, way in (("v2", "python -m viz weights v2"), ("v3-small", "--weights FILE")):
        message = refused(capsys, "predict", HOPPER, "--network", network)
        assert way in message


def test_a_file_in_torchs_cache_must_be_what_its_name_says(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    hub_folder().mkdir(parents=True)
    torch.save(torchvision.models.mobilenet_v2().state_dict(), hub_folder() / PUBLISHED["v2"].name)
    assert "not what its name says" in refused(capsys, "predict", HOPPER, "--network", "v2")


def test_weights_of_another_library_know_their_network_by_their_shapes(tmp_path, capsys):
    """timm's names are none of ours; what it answers is."""
    torch.manual_seed(5)
    model = timm.create_model("mobilenetv3_small_050", num_classes=7)
    how = resolve_data_config({"img_size": 96}, model=model)
    prepared = create_transform(**how)(open_picture(HOPPER))
    model = calibrated(model, prepared + torch.randn(4, 3, 96, 96))
    safetensors.torch.save_file(model.state_dict(), tmp_path / "theirs.safetensors")
    with torch.no_grad():
        expected = model(prepared[None])[0].softmax(0)
    arguments = ["predict", str(HOPPER), "--weights", str(tmp_path / "theirs.safetensors")]
    assert main([*arguments, "--resolution", "96", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["config"]["width"] == 0.5
    guesses = found["answers"][0]["top"]
    assert [g["number"] for g in guesses] == expected.argsort(descending=True)[:5].tolist()
    assert [g["probability"] for g in guesses] == pytest.approx(
        expected.sort(descending=True).values[:5].tolist(), abs=1e-5
    )


def test_a_file_whose_reading_takes_too_long_is_not_said_to_lack_tensors(tmp_path, monkeypatch):
    model = timm.create_model("mobilenetv3_small_050", num_classes=5)
    safetensors.torch.save_file(model.state_dict(), tmp_path / "w.safetensors")
    monkeypatch.setattr("viz.reading.limits.SECONDS", 0.001)
    config = viz.configure("v3-small", width=0.5, classes=5, width_rule="timm")
    with pytest.raises(RunError, match=r"w.safetensors: reading it took more than \d+ seconds"):
        load(config, choice_of(str(tmp_path / "w.safetensors")))
