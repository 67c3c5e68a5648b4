"""The command line, run as a user runs it."""

import csv
import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

import viz
from viz.cli.main import main


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "viz", *arguments], capture_output=True, check=False
    )


def test_list_names_every_network():
    rows = json.loads(run("list", "--json").stdout)
    assert [row["variant"] for row in rows] == list(viz.ZOO)
    assert rows[2]["params"] == 5_483_032
    assert b"MobileNetV3-Small" in run("list").stdout


def test_summary_as_json_has_everything():
    chosen = ["--width", "0.75", "--resolution", "160", "--classes", "10", "--set"]
    done = run("summary", "v3-large", *chosen, "reduced_tail=true", "--format", "json")
    found = json.loads(done.stdout)
    traced = viz.trace("v3-large", width=0.75, resolution=160, classes=10, reduced_tail=True)
    assert (found["variant"], found["params"], found["macs"]) == (
        "v3-large",
        traced.params,
        traced.macs,
    )
    assert found["config"]["reduced_tail"] is True
    assert found["memory"][0]["peak_bytes"] == traced.peak_bytes(4)
    assert list(found["operations"][0]) == [
        "path",
        "kind",
        "role",
        "in_shape",
        "out_shape",
        "kernel",
        "stride",
        "padding",
        "dilation",
        "groups",
        "bias",
        "activation",
        "params",
        "macs",
        "activation_bytes",
        "live_bytes",
        "receptive_field",
        "block",
        "stage",
    ]
    assert sum(op["macs"] for op in found["operations"]) == traced.macs


def test_summary_as_csv_is_read_by_pythons_reader():
    text = run("summary", "v2", "--format", "csv").stdout.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["params"]) for row in rows) == 3_504_872


@pytest.mark.parametrize("format_", ["table", "markdown"])
def test_summary_for_people_ends_with_totals(format_):
    text = run("summary", "v1", "--format", format_).stdout.decode()
    assert "4,231,976 parameters, 568,740,352 MACs" in text


def test_pictures_are_written(tmp_path):
    target = tmp_path / "large.svg"
    assert run("diagram", "v3-large", "--output", str(target)).returncode == 0
    ElementTree.parse(target)
    block = run("diagram", "v2", "--level", "operation", "--block", "3", "--format", "png")
    assert block.stdout.startswith(b"\x89PNG")
    assert run("diagram", "v2", "--format", "dot").stdout.startswith(b"digraph")
    to_screen = run("diagram", "v2", "--format", "dot", "--output", "-")
    assert to_screen.stdout.startswith(b"digraph")


BAD = [
    (["summary", "v3-larg"], "; the nearest is v3-large."),
    (["summary", "mobilenetv3_smal_075"], "; the nearest is mobilenetv3_small_075."),
    (["summary", "v2", "--set", "resolutoin=160"], "; the nearest is resolution."),
    (["diagram", "v2", "--level", "blok"], "; the nearest is block."),
    (["summary", "v9"], "network is 'v9'"),
    (["summary", "v2", "--width", "nan"], "width is nan"),
    (["summary", "v2", "--width", "wide"], "width is 'wide'"),
    (["summary", "v2", "--resolution", "1e9"], "resolution is '1e9'"),
    (["summary", "v2", "--set", "divisor"], "--set is 'divisor'"),
    (["summary", "v2", "--set", "dilated=yes"], "dilated is True"),
    (["summary", "v2", "--set", "colour=red"], "option is 'colour'"),
    (["summary", "v2", "--format", "xml"], "--format: invalid choice: 'xml'"),
    (["diagram", "v2", "--block", "4.5"], "block is 4.5"),
    (["diagram", "v2", "--level", "block", "--block", "40"], "block is 40"),
    (["diagram", "v2", "--output", "no/such/folder/x.svg"], "--output no/such/folder/x.svg"),
    (["paint"], "invalid choice: 'paint'"),
    ([], "required"),
]


@pytest.mark.parametrize(("arguments", "named"), BAD)
def test_bad_arguments_get_one_sentence_and_code_2(arguments, named, capsys):
    assert main(arguments) == 2
    said, message = capsys.readouterr()
    assert said == ""
    assert named in message
    assert message.count("\n") == 1
    assert "Traceback" not in message


def test_a_process_ends_with_the_code_of_a_bad_argument():
    done = run("summary", "v9")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"viz: network is 'v9'")
    assert done.stderr.count(b"\n") == 1


def test_a_sentence_about_a_bad_argument_is_short_and_one_line(capsys):
    for arguments in (["summary", "a" * 20_000], ["summary", "v2", "b\nc " * 2_000], ["x" * 9_000]):
        assert main(arguments) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert len(said) < 2_500
        assert "a" * 200 not in said
        assert "x" * 200 not in said


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["predict", ""], "IMAGE"),
        (["evaluate", " "], "DATA"),
        (["train", "", "--output", "run"], "DATA"),
        (["train", "flowers", "--output", ""], "--output"),
        (["sample-data", ""], "DIR"),
        (["predict", "a.jpg", "--weights", ""], "--weights"),
        (["predict", "a.jpg", "--classes-file", ""], "--classes-file"),
        (["quantize", ""], "NETWORK_OR_ONNX"),
        (["quantize", "v2", "--calibrate", ""], "--calibrate"),
        (["identify", ""], "FILE"),
        (["summary", "--design", ""], "--design"),
        (["summary", "--onnx", ""], "--onnx"),
    ],
)
def test_an_empty_name_is_not_the_working_directory(arguments, option, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"viz: {option}: the name is empty.\n"


@pytest.mark.parametrize("end", ["dot", "mermaid", "sequence"])
def test_a_files_end_may_be_the_formats_name(end, tmp_path):
    """``.dot`` is what Graphviz calls its files; the download's name ends in ``.gv``."""
    drawn, named = tmp_path / f"v2.{end}", tmp_path / "v2"
    assert main(["export", "v2", "--output", str(drawn)]) == 0
    assert main(["export", "v2", "--format", end, "--output", str(named)]) == 0
    assert drawn.read_bytes() == named.read_bytes()


def test_a_file_and_an_error_at_once_are_refused(capsys):
    assert main(["identify", "a.pth", "--error", "b.txt"]) == 2
    told = "viz: a.pth: name a weights file or give --error, not both.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["v2", "--format", "svg", "--dpi", "300"], "dpi is 300"),
        (["v2", "--format", "dot", "--width-mm", "80"], "width_mm is 80"),
        (["v2", "--what", "table", "--format", "csv", "--dpi", "300"], "dpi is 300"),
        (["v2", "--what", "model", "--format", "json", "--width-mm", "80"], "width_mm is 80"),
        (["v2", "--format", "png", "--width-mm", "80"], "given with dpi"),
        (["costs", "--format", "svg", "--dpi", "300"], "dpi is 300"),
        (["v2", "--what", "deck", "--format", "pptx", "--dpi", "300"], "dpi is 300"),
    ],
)
def test_a_size_on_paper_that_a_file_does_not_have_is_refused(arguments, field, capsys):
    assert main(["export", *arguments]) == 2
    told = capsys.readouterr()
    assert field in told.err
    assert (told.err.count("\n"), told.out) == (1, "")


def test_the_text_of_an_error_is_told_from_weights(tmp_path, capsys):
    file = tmp_path / "err.txt"
    file.write_text("Traceback (most recent call last):\n  File 'a.py', line 1, in <module>\n")
    assert main(["identify", str(file)]) == 2
    assert "--error FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [("\ud800:x", "argument 2: half of a character is in no name."), ("a\0b", "a?b: no file can")],
)
def test_a_name_that_no_file_can_have_is_a_sentence(name, said, capsys):
    assert main(["identify", name]) == 2
    assert capsys.readouterr().err.startswith(f"viz: {said}")
