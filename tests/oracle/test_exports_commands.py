"""The export command writes what the registry makes, or says in one sentence why not."""

from pathlib import Path

import pytest
from export_helpers import made

from viz.cli.main import main
from viz.exports import figures


def test_command_writes_what_the_registry_makes(tmp_path):
    target = tmp_path / "picture.pdf"
    arguments = ["export", "v3-large", "--width", "0.75", "--format", "pdf"]
    assert main([*arguments, "--output", str(target)]) == 0
    assert target.read_bytes() == made("v3-large", "diagram", "pdf", width="0.75")
    assert [path.name for path in tmp_path.iterdir()] == ["picture.pdf"]


STARTS = {
    "png": b"\x89PNG",
    "pdf": b"%PDF",
    "svg": b"<?xml",
    "gv": b"digraph",
    "mmd": b"---\ntitle",
}


@pytest.mark.parametrize("end", STARTS)
def test_a_files_name_says_its_format(end, tmp_path):
    target = tmp_path / f"picture.{end}"
    assert main(["export", "v2", "--output", str(target)]) == 0
    assert target.read_bytes().lstrip().startswith(STARTS[end])
    if end in ("png", "svg", "gv"):
        other = tmp_path / f"other.{end}"
        assert main(["diagram", "v2", "--output", str(other)]) == 0
        assert other.read_bytes().lstrip().startswith(STARTS[end])


FIGURE_FILES = [
    ("convolution", {"m": "5", "theme": "dark"}, "svg"),
    ("v3-large,v3-small", {"b_width": "0.5"}, "pdf"),
    ("staircase", {"divisor": "16"}, "csv"),
    ("scaling", {"network": "v2"}, "pptx"),
    ("roofline", {"network": "v2"}, "png"),
]


@pytest.mark.parametrize(("name", "params", "kind"), FIGURE_FILES)
def test_whatever_has_a_url_is_exported(name, params, kind, tmp_path):
    target = tmp_path / f"figure.{kind}"
    options = [part for pair in params.items() for part in ("--set", "=".join(pair))]
    assert main(["export", name, *options, "--output", str(target)]) == 0
    assert target.read_bytes() == figures.made(figures.figure_of(name, params), kind)


def test_a_figure_that_has_no_such_format_or_option_says_so(capsys):
    assert main(["export", "staircase", "--format", "dot"]) == 2
    assert "one of svg, png, pdf, csv, pptx" in capsys.readouterr().err
    assert main(["export", "staircase", "--set", "width=0.5"]) == 2
    assert "divisor" in capsys.readouterr().err
    assert main(["export", "staircase", "--onnx", "model.onnx"]) == 2
    assert "one network only" in capsys.readouterr().err


def test_files_are_overwritten_by_force_only(tmp_path, capsys):
    target = tmp_path / "t.csv"
    target.write_text("mine")
    arguments = ["export", "v2", "--what", "table", "--format", "csv", "--output", str(target)]
    assert main(arguments) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_text() == "mine"
    assert main([*arguments, "--force"]) == 0
    assert target.read_text().startswith("path,")


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch, capsys):
    def broken(self, _data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", broken)
    assert main(["export", "v2", "--format", "dot", "--output", str(tmp_path / "x.gv")]) == 2
    assert "No space left" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


BAD = [
    ["export", "v9"],
    ["export", "v2", "--format", "gif"],
    ["export", "v2", "--what", "model", "--format", "svg"],
    ["export", "v2", "--block", "99"],
    ["export", "v2", "--theme", "pink"],
    ["export", "v2", "--scale", "9"],
    ["export", "v2", "--width", "nan"],
    ["export", "v2,v9", "--what", "deck", "--format", "pptx"],
    ["export", "all", "--what", "deck", "--format", "svg"],
    ["export", "all", "--what", "deck", "--format", "pdf", "--topics", "weather"],
    ["export", "v2", "--output", "/nowhere/x.svg"],
    ["export", "v2", "--output", "picture.jpg"],
    ["diagram", "v2", "--output", "picture.pdf"],
    ["export", "v2", "--what", "table"],
]


@pytest.mark.parametrize("arguments", BAD)
def test_bad_command_lines_get_one_sentence(arguments, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("viz: ")


TOO_LONG = "a" * 300
LONG_NAMES = [
    ["export", "v2", "--output", f"{TOO_LONG}.svg"],
    ["export", "v2", "--what", "deck", "--output", f"{TOO_LONG}.pptx"],
    ["diagram", "v2", "--output", f"{TOO_LONG}.png"],
    ["summary", "--design", TOO_LONG],
    ["summary", "--onnx", TOO_LONG],
    ["identify", TOO_LONG],
    ["identify", "--error", TOO_LONG],
    ["sample-data", TOO_LONG],
    ["train", TOO_LONG, "--output", "x"],
    ["predict", "docs/slide.png", "--network", "v2", "--weights", TOO_LONG],
]


@pytest.mark.parametrize("asked", LONG_NAMES, ids=lambda asked: " ".join(asked[:2])[:30])
def test_a_name_that_no_system_takes_is_one_sentence(capsys, asked):
    assert main(asked) == 2
    params = capsys.readouterr().err
    assert params.count("\n") == 1
    assert "file name too long" in params.lower()


def test_a_folder_that_is_a_file_is_one_sentence(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    assert main(["export", "v2", "--output", str(tmp_path / "file" / "x.svg")]) == 2
    assert "Not a directory." in capsys.readouterr().err


def test_both_words_for_a_format_work_in_file_names_and_in_any_case(tmp_path):
    for words in (
        ["export", "v2", "--what", "table", "--output", str(tmp_path / "a.markdown")],
        ["export", "v2", "--what", "model", "--output", str(tmp_path / "a.python")],
        ["diagram", "v2", "--format", "SVG", "--output", str(tmp_path / "b")],
        ["diagram", "v2", "--format", "gv", "--output", str(tmp_path / "c")],
        ["summary", "v2", "--format", "CSV"],
    ):
        assert main(words) == 0
    assert (tmp_path / "a.markdown").read_text().startswith("|")
    assert (tmp_path / "c").read_text().startswith("digraph")


def test_what_has_too_many_pixels_is_refused_in_a_sentence(capsys, tmp_path):
    asked = ["--level", "operation", "--format", "png", "--output", str(tmp_path / "x.png")]
    assert main(["diagram", "efficientnet-b0", "--set", "depth=4", *asked]) == 2
    assert "at most 36 million pixels" in capsys.readouterr().err
