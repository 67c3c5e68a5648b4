"""The export command writes what the registry makes, or says in one sentence why not."""

from pathlib import Path

import pytest
from exported import made

from viz.commands import main


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
