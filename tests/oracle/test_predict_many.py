"""``python -m viz predict`` on folders, patterns and standard input; names; clear refusals."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from PIL import Image
from torchvision.datasets import ImageFolder
from torchvision.models import MobileNet_V2_Weights

import viz
from viz.cli.main import main
from viz.lab.scenery import picture

ROOT = Path(__file__).parents[2]
NETWORK = ["--network", "v3-small", "--weights", "random", "--resolution", "32"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("many")
    for kind in ("daisy", "tulip"):
        (place / "pics" / kind).mkdir(parents=True)
        for number in range(2):
            picture(kind, (number,), 48).save(place / "pics" / kind / f"{number}.png")
    (place / "pics" / "tulip" / "broken.jpg").write_bytes(b"no picture")
    (place / "pics" / "notes.txt").write_text("no picture, and no problem")
    return place


def asked(capsys, *arguments):
    code = main(["predict", *map(str, arguments)])
    return code, capsys.readouterr()


def test_a_folder_says_which_pictures_it_leaves_out(tmp_path, capsys):
    picture("daisy", (1,), 48).save(tmp_path / "a.png")
    picture("daisy", (2,), 48).save(tmp_path / "b.gif")
    (tmp_path / "notes.txt").write_text("no picture")
    code, told = asked(capsys, tmp_path, *NETWORK)
    assert code == 0
    assert "1 picture left out, the first is b.gif" in told.err
    assert told.err.count("\n") == 1
    assert "b.gif" not in told.out


def test_a_folder_is_all_its_pictures(folder, capsys):
    code, told = asked(capsys, folder / "pics", *NETWORK, "--json")
    assert code == 2  # one is broken
    found = json.loads(told.out)["answers"]
    theirs = [path for path, _ in ImageFolder(str(folder / "pics")).samples]
    assert [answer["picture"] for answer in found] == theirs
    assert [bool(answer.get("problem")) for answer in found] == [False, False, False, False, True]
    assert told.err.count("\n") == 1


def test_a_pattern_that_no_shell_has_resolved_is(folder, capsys):
    code, told = asked(capsys, folder / "pics" / "**" / "[01].png", *NETWORK, "--json")
    assert code == 0
    assert len(json.loads(told.out)["answers"]) == 4
    code, told = asked(capsys, folder / "*.gif", *NETWORK)
    assert code == 2
    assert "no file fits" in told.err


def predicted(content, folder):
    command = [sys.executable, "-m", "viz", "predict", "-", *NETWORK, "--json"]
    done = subprocess.run(command, input=content, capture_output=True, check=False, cwd=ROOT)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr.decode()


def test_standard_input_is_a_picture_or_a_list_of_names(folder, capsys):
    path = folder / "pics" / "daisy" / "0.png"
    _, told = asked(capsys, path, *NETWORK, "--json")
    (wanted,) = json.loads(told.out)["answers"]
    code, found, _ = predicted(path.read_bytes(), folder)
    assert code == 0
    assert found["answers"] == [{"picture": "-", "top": wanted["top"]}]
    code, found, errors = predicted(f"{path}\n\nnone.jpg\n".encode(), folder)
    assert code == 2
    assert found["answers"][0]["top"] == wanted["top"]
    assert "none.jpg" in errors
    code, _, errors = predicted(b"", folder)
    assert code == 2
    assert errors == "viz: standard input is empty: it must be a picture, or names of pictures.\n"


def test_csv_has_a_line_for_each_answer_and_each_bad_picture(folder, capsys):
    code, told = asked(capsys, folder / "pics", *NETWORK, "--csv", "--top", 3)
    assert code == 2
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert len(rows) == 4 * 3 + 1
    assert [row["rank"] for row in rows[:4]] == ["1", "2", "3", "1"]
    assert float(rows[0]["probability"]) >= float(rows[1]["probability"])
    assert "no picture" in rows[-1]["problem"]
    assert rows[-1]["class"] == ""
    assert rows[0]["preparation"].startswith("torchvision: short side 37")


@pytest.mark.parametrize(("classes", "first"), [(1_000, 0), (1_001, 1)])
def test_a_thousand_classes_have_torchvisions_names(folder, capsys, tmp_path, classes, first):
    model = viz.build("v3-small", classes=classes, resolution=32)
    safetensors.torch.save_file(model.state_dict(), tmp_path / "w.safetensors")
    common = ["--network", "v3-small", "--classes", classes, "--resolution", 32]
    _, told = asked(
        capsys,
        *(folder / "pics" / "daisy" / "0.png", *common, "--weights", tmp_path / "w.safetensors"),
        *("--top", classes, "--json"),
    )
    names = {g["number"]: g["name"] for g in json.loads(told.out)["answers"][0]["top"]}
    theirs = MobileNet_V2_Weights.IMAGENET1K_V1.meta["categories"]
    assert [names[number + first] for number in range(1_000)] == theirs


def test_keras_names_are_read(folder, capsys, tmp_path):
    (tmp_path / "index.json").write_text('{"0": ["n1", "tench"], "1": ["n2", "goldfish"]}')
    more = ["--classes", 2, "--classes-file", tmp_path / "index.json"]
    _, told = asked(capsys, folder / "pics" / "daisy" / "0.png", *NETWORK, *more)
    assert {"tench", "goldfish"} <= set(told.out.split())


# Refusals

WITHOUT_TORCH = """
import sys
from viz.cli.main import main
code = main(sys.argv[1:])
assert "torch" not in sys.modules, "torch was loaded"
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["predict", "none.jpg", *NETWORK], "none.jpg: No such file"),
        (["predict", "empty", *NETWORK], "empty has no pictures: they end in .jpg"),
        (["train", "none", "--output", "run"], "none: No such file or directory"),
        (["train", "empty", "--output", "run"], "empty has no folder train"),
        (["train", "half", "--output", "run"], "half has no folder val"),
        (["train", "file.txt", "--output", "run"], "file.txt is a file, but must be a folder"),
        (["evaluate", "none", "--weights", "atlas"], "none: No such file or directory"),
        (["evaluate", "empty", "--weights", "atlas"], "empty has no folders"),
    ],
)
def test_what_is_not_there_is_said_before_torch_is_loaded(tmp_path, arguments, sentence):
    (tmp_path / "empty").mkdir()
    (tmp_path / "half" / "train" / "a").mkdir(parents=True)
    (tmp_path / "file.txt").write_text("a")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *arguments],
        capture_output=True,
        check=False,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


LONG = "x" * 20_000


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", LONG, *NETWORK],
        ["predict", "a.jpg", "--network", LONG],
        ["predict", "a.jpg", "--weights", LONG],
        ["predict", "a.jpg", "--weights", "w/" * 10_000],
        ["predict", "a.jpg", "--prepare", LONG],
        ["predict", "a.jpg", "--set", LONG],
        ["predict", "a.jpg", f"--{LONG}"],
        ["train", LONG, "--output", "run"],
        ["train", "a b " * 5_000, "--output", "run"],
        ["evaluate", LONG, "--weights", "atlas"],
        ["time", LONG],
        ["summary", LONG],
        ["summary", "v2", "--design", LONG],
        ["export", "v2", "--output", LONG],
        ["diagram", "v2", "--format", LONG],
        ["identify", LONG],
        ["identify", "--error", LONG],
        ["sample-data", LONG],
        [LONG],
    ],
    ids=lambda arguments: " ".join(word[:12] for word in arguments[:3]),
)
def test_a_bad_argument_is_not_repeated_whole(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (40, 40)).save("a.jpg")
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert len(told.err) < 2_000
    assert told.err.count("\n") == 1


def test_a_file_of_another_width_is_named_by_it(data, tmp_path, capsys):
    model = viz.build("v3-small", width=0.5, classes=3)
    safetensors.torch.save_file(model.state_dict(), tmp_path / "half.safetensors")
    asked = ["--network", "v3-small", "--weights", str(tmp_path / "half.safetensors")]
    flower = str(next((data / "val" / "tulip").iterdir()))
    for command in (["predict", flower], ["train", str(data), "--output", str(tmp_path / "run")]):
        assert main([*command, *asked]) == 2
        message = capsys.readouterr().err
        assert "MobileNetV3-Small · width 0.5" in message
        assert "not MobileNetV3-Small · width 1.0" in message


@pytest.mark.parametrize("name", ["w.PTH", "w.ckpt", "w.Safetensors"])
def test_the_ending_of_a_weights_file_may_be_written_otherwise(data, tmp_path, capsys, name):
    state = viz.build("v3-small", classes=3).state_dict()
    save = safetensors.torch.save_file if name.lower().endswith("safetensors") else torch.save
    save(state, tmp_path / name)
    flower = str(next((data / "val" / "tulip").iterdir()))
    common = ["predict", flower, "--network", "v3-small", "--classes", "3"]
    assert main([*common, "--weights", str(tmp_path / name)]) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["summary", "--design", "."], "--design .: it is a folder, but must be a file."),
        (["identify", "--error", "."], "--error .: it is a folder, but must be a file."),
        (["sample-data", "file.txt"], "file.txt: it is a file, but must be a folder."),
    ],
)
def test_a_folder_in_a_files_place_is_called_one(
    tmp_path, monkeypatch, capsys, arguments, sentence
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("a")
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_a_folder_of_weights_is_named_as_one(data, tmp_path, capsys):
    flower = str(next((data / "val" / "tulip").iterdir()))
    assert main(["predict", flower, "--network", "v2", "--weights", str(tmp_path)]) == 2
    assert "is a folder: name a file in it" in capsys.readouterr().err
