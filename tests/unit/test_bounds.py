"""One place says what may be computed, and every way in is held to it."""

import json

import pytest

import viz
from viz.cli.main import main
from viz.exports.designs import FORMAT, VERSION
from viz.net import bounds
from viz.net.config import NUMBERS, OPTIONS, fields_of
from viz.net.fields import ConfigError

# 57 rows of 20 repeats; one block of 4,096 channels expanded to 24,576; a map of many channels.
DEEP = "~".join(["v3-large", "stem.16.relu.2", *["mb.6.160.20.1"] * 57])
WIDE = "~".join(["v3-large", "stem.4096.relu.2", *["mb.6.4096.20.1"] * 20])
TALL = "~".join(["v3-large", "stem.4096.relu.1", *["mb.16.4096.1.1"] * 10])
THIN = "~".join(["v3-large", "stem.64.relu.1", *["mb.16.64.20.1"] * 27])
HOSTILE = {
    "operations": (DEEP, {}),
    "parameters": (WIDE, {"width": 2.0}),
    "MACs": (TALL, {"resolution": 4096}),
    "of activations": (THIN, {"resolution": 4096}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_design_beyond_a_bound_is_told_the_bound_in_one_sentence(what):
    design, chosen = HOSTILE[what]
    with pytest.raises(ConfigError) as caught:
        viz.trace("design", design=design, **chosen)
    sentence = str(caught.value)
    assert what in sentence
    assert "at most" in sentence
    assert len(sentence) < 250
    assert "\n" not in sentence


@pytest.mark.parametrize("command", [["summary"], ["diagram", "--output", "x.svg"]])
@pytest.mark.parametrize("what", ["operations", "parameters"])
def test_the_shell_refuses_what_python_refuses(what, command, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    design, chosen = HOSTILE[what]
    start, *rows = design.split("~")
    file = {"format": FORMAT, "version": VERSION, "start": start, "rows": rows}
    (tmp_path / "d.json").write_text(json.dumps(file))
    options = [f"--{name}={value}" for name, value in chosen.items()]
    assert main([*command, "--design", "d.json", *options]) == 2
    said = capsys.readouterr().err
    assert what in said
    assert said.count("\n") == 1
    assert not (tmp_path / "x.svg").exists()


def test_every_network_may_be_counted_and_built_at_all_that_can_be_chosen(network):
    offered = fields_of(viz.ZOO[network])
    largest = {
        name: offered[name].high for name in ("width", "depth", "resolution") if name in offered
    }
    for rule in viz.ZOO[network].rules:
        for option in (None, *[name for name in OPTIONS if name in offered]):
            on = {option: True} if option else {}
            ends = {"classes": NUMBERS["classes"].high, "in_channels": 64, **largest}
            for stride in (8, 32) if "output_stride" in offered else (32,):
                ends["output_stride"] = stride
                traced = viz.trace(network, width_rule=rule.name, **ends, **on)
                bounds.check_counted(traced.operations)
                bounds.check_built(traced.params)


def test_every_network_may_be_run_at_the_inputs_of_its_papers(network):
    traced = viz.trace(network, width=2.0, resolution=1024)
    bounds.check_run(traced.params, traced.macs, traced.peak_bytes())


def test_no_other_file_has_a_bound_of_its_own():
    """Pixels and operations are compared with the numbers of this one place."""
    from viz.exports import request
    from viz.lab import pictures
    from viz.reading import limits

    assert request.MOST_PIXELS == bounds.DRAWN_PIXELS
    assert pictures.MOST_PIXELS == bounds.OPENED_PIXELS
    assert limits.NODES == bounds.OPERATIONS.most == 5_000


def test_a_design_without_an_end_is_refused(capsys):
    assert main(["summary", "--design", "/dev/zero"]) == 2
    assert "must be a design written by MobileNet Atlas" in capsys.readouterr().err


@pytest.mark.parametrize("start", viz.ZOO)
def test_a_design_may_begin_with_any_row_that_has_a_map(start):
    """What expands by a ratio has no paper's channels to take it of, but the image's."""
    for row in ("bneck.3.16.16.no.relu.2", "mb.6.16.1.2", "uib.3.3.64.16.2", "sep.2.16.relu"):
        traced = viz.trace("design", design=f"{start}~{row}~pool", width=0.5)
        assert traced.params > 0
