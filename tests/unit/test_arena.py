"""The plan of an arena: nothing overlaps, and what cannot be planned is one sentence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from viz.cli.main import main
from viz.facts.arena import arena_of
from viz.facts.micro import program_of
from viz.facts.planner import ALIGNMENT, Buffer, height, offsets
from viz.hardware.boards import BOARDS
from viz.hardware.fit import bytes_of, room_of

LIVES = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)
BUFFERS = st.builds(lambda size, life: Buffer(ALIGNMENT * size, *life), st.integers(1, 40), LIVES)


def overlaps(buffers, found):
    """Pairs of buffers that are alive together and share bytes."""
    placed = list(zip(found, buffers, strict=True))
    return [
        (one, other)
        for index, one in enumerate(placed)
        for other in placed[:index]
        if one[1].first <= other[1].last
        and other[1].first <= one[1].last
        and one[0] < other[0] + other[1].size
        and other[0] < one[0] + one[1].size
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(BUFFERS, max_size=25))
def test_tensors_that_are_alive_together_share_no_byte(buffers):
    found = offsets(buffers)
    assert not overlaps(buffers, found)
    assert all(at % ALIGNMENT == 0 for at in found)
    live = [sum(b.size for b in buffers if b.first <= t <= b.last) for t in range(13)]
    assert max(live) <= height(buffers, found) <= sum(buffer.size for buffer in buffers)


@pytest.mark.parametrize("key", ["v1", "v2", "v3-small", "ghostnet", "v4-hybrid-medium"])
@pytest.mark.parametrize("in_place", [False, True])
def test_a_plan_holds_what_the_networks_own_peak_asks_for(key, in_place):
    """Batch norm and ReLU are folded here and work in place there; the rest lives as long."""
    traced = viz.trace(key, resolution=96)
    arena = arena_of(program_of(traced), depthwise_in_place=in_place)
    assert arena.head >= arena.peak.live_bytes >= traced.peak_bytes(1, depthwise_in_place=in_place)
    assert arena.gaps == arena.head - max(step.live_bytes for step in arena.steps)
    assert {row.kind for row in arena.rows} >= {"input", "map", "output"}


def test_the_planner_of_tflite_micro_leaves_gaps_in_v1():
    """55,296 bytes are alive at the peak; the greedy planner needs a third more."""
    arena = viz.arena("v1", width=0.25, resolution=96, classes=2)
    assert (arena.peak.live_bytes, arena.head, arena.gaps) == (55_296, 73_728, 18_432)


def test_a_float_input_is_kept_beside_its_copy():
    arena = viz.arena("v1", width=0.25, resolution=96, classes=2, input="float32")
    assert arena.head == 110_592 + 27_648
    assert (arena.peak.operator, arena.peak.step) == ("QUANTIZE", 1)


def test_depthwise_in_place_needs_one_channel_more():
    arena = viz.arena("v2", resolution=96, depthwise_in_place=True)
    shared = [row for row in arena.rows if row.operator == "DEPTHWISE_CONV_2D"]
    maps = [row for row in shared if row.kind == "map"]
    scratch = [row.bytes for row in shared if row.kind == "scratch"]
    assert scratch == [row.shape[1] * row.shape[2] for row in maps]
    assert arena.head < viz.arena("v2", resolution=96).head


def test_every_board_names_its_source_and_holds_more_flash_than_sram():
    for board in BOARDS.values():
        assert board.source
        assert 0 < board.sram < board.flash


def test_memory_is_read_as_people_write_it():
    assert [bytes_of("sram", text) for text in ("64K", "1m", "320 KiB", "1000", 7)] == [
        65_536, 2**20, 327_680, 1_000, 7
    ]  # fmt: skip
    assert room_of("pico", flash="1M")[2:] == (264 * 1024, 2**20)


def test_fit_says_yes_or_no_by_its_exit_code(capsys):
    command = ["fit", "v1", "--width", "0.25", "--resolution", "96", "--classes", "2"]
    assert main([*command, "--board", "nano-33-ble", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["head"], content["board"]["fits"]) == (73_728, True)
    assert len(content["tensors"]) > len(content["steps"])
    assert main([*command, "--sram", "64K"]) == 1
    assert "It does not fit your board: 103," in capsys.readouterr().out
    assert main(command) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nope"], "network is 'nope', but must be one of"),
        (["v2", "--board", "nano"], "board is 'nano', but must be one of"),
        (["v2", "--sram", "0"], "sram is '0', but must be bytes"),
        (["v2", "--flash", "many"], "flash is 'many', but must be bytes"),
        (["v2", "--sram", "9" * 99], "but must be bytes"),
        (["v2", "--resolution", "0"], "resolution is '0'"),
        (["v2?width=x"], "width is 'x'"),
        (["v2", "--set", "nothing"], "nothing"),
        (["pyproject.toml"], "none of the formats"),
        (["v2", "--patches", "5"], "patches is '5', but must be K,N"),
        (["v2", "--patches", "99,2"], "the next one looks at whole maps"),
        (["v2", "--precision", "int4"], "invalid choice"),
    ],
)
def test_a_bad_command_gets_one_sentence(words, sentence, capsys):
    assert main(["fit", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_what_is_not_known_is_said():
    assert viz.arena("repvit-m0-9").notes == ("TFLite Micro has no GELU.",)
    hybrid = viz.arena("v4-hybrid-medium")
    assert hybrid.tail is None
    assert "BATCH_MATMUL are not known" in hybrid.notes[0]


@pytest.mark.parametrize(
    ("chosen", "field"), [({"precision": "int4"}, "precision"), ({"input": "bool"}, "input")]
)
def test_a_type_that_is_not_there_is_refused(chosen, field):
    with pytest.raises(viz.ConfigError, match=field):
        viz.arena("v2", **chosen)
