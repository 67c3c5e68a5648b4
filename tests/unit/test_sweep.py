"""The public sweep, and its command: every row is what its own trace gives."""

import csv
import io
import json

import pytest

import viz
from viz.cli.main import main
from viz.hardware.roofline import roof_rows

SIZES = [128, (160, 96)]


def test_every_row_is_its_own_trace():
    rows = viz.sweep(["v1", "v3-small"], [0.35, 1.0], SIZES, ridge=100, classes=7)
    assert len(rows) == (3 + 4) * 2 * 2
    for row in rows:
        size, rule = row.resolution, row.width_rule
        chosen = {"width": row.width, "resolution": size, "width_rule": rule, "classes": 7}
        traced = viz.trace(row.network, **chosen)
        found = row.params, row.macs, row.peak_bytes
        assert found == (traced.params, traced.macs, traced.peak_bytes(1))
        assert row.time == pytest.approx(sum(each.time for each in roof_rows(traced, 100)))


def test_a_network_has_only_the_rules_and_options_that_it_knows():
    rows = viz.sweep(["v2", "v3-large"], [1.0], [224], rules=["keras"], minimalistic=True)
    plain = viz.trace("v2", width_rule="keras")
    without_se = viz.trace("v3-large", width_rule="keras", minimalistic=True)
    assert [row.params for row in rows] == [plain.params, without_se.params]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"networks": ["v9"]}, "network is 'v9', but must be one of v1"),
        ({"widths": [3]}, "width is 3, but must be a number from 0.1 to 2.0"),
        ({"resolutions": [0]}, "resolution is 0, but must be a whole number from 1"),
        ({"rules": ["mine"]}, "width_rule is 'mine', but must be one of"),
        ({"ridge": float("nan")}, "ridge is nan, but must be a number from 0"),
        ({"precision": "int4"}, "precision is 'int4', but must be one of int8"),
        ({"width": 0.5}, "option is 'width', but must be one of classes"),
    ],
)
def test_bad_input_gets_one_sentence(asked, sentence):
    with pytest.raises(viz.ConfigError) as caught:
        viz.sweep(**asked)
    assert str(caught.value).startswith(sentence)


def test_the_command_writes_csv_that_another_reader_reads(capsys):
    command = ["sweep", "v2", "--widths", "0.5:1.5:0.5", "--resolutions", "96,224x448"]
    assert main([*command, "--rules", "torchvision", "--set", "dilated=false"]) == 0
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [line["width"] for line in lines[::2]] == ["0.5", "1.0", "1.5"]
    traced = viz.trace("v2", width=1.0, resolution=(224, 448))
    assert (int(lines[3]["params"]), int(lines[3]["macs"])) == (traced.params, traced.macs)
    assert lines[3]["resolution"] == "224×448"


def test_the_command_writes_json_to_a_file(tmp_path):
    target = tmp_path / "sweep.json"
    sizes = ["--widths", "1", "--resolutions", "192:224:32"]
    command = ["sweep", "v1", *sizes, "--output", str(target), "--format", "json"]
    assert main(command) == 0
    found = json.loads(target.read_text())
    assert [row["resolution"] for row in found[:2]] == [192, 224]
    assert found[1]["macs"] == viz.trace("v1").macs
    assert main(command) == 2  # the file is there


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--widths", "a:b"], "--widths is 'a:b', but must be numbers with commas"),
        (["--widths", "1:2:0"], "--widths is '1:2:0', but must be"),
        (["--resolutions", "1:4000:1"], "1 to 2,000 of them"),
        (["--set", "minimalistic=perhaps"], "minimalistic is 'perhaps'"),
        (["--ridge", "-1"], "--ridge is"),
    ],
)
def test_the_command_refuses_in_one_sentence(capsys, words, sentence):
    assert main(["sweep", "v2", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
