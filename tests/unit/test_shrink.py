"""What makes a network fit: each change is enough, and the next smaller one is not."""

import pytest

import viz
from viz.cli.main import main
from viz.hardware.fit import Room, room_of
from viz.hardware.shrink import Plan, changes

KINDS = ["input", "in_place", "patches", "resolution", "width"]
CASES = [  # network, choices, input, SRAM
    ("v1", {"width": 0.25, "resolution": 96, "classes": 2}, "float32", 128),
    ("v2", {"width": 0.35, "resolution": 144}, "int8", 350),
    ("v2", {"width": 0.35, "resolution": 96}, "int8", 180),
    ("v3-small", {"resolution": 128}, "int8", 200),
]


def arena(key, chosen, given, change):
    """The same network after a change, asked for as a reader would."""
    asked = {"input": given, **chosen}
    if change.kind == "in_place":
        asked["depthwise_in_place"] = True
    elif change.kind == "patches":
        asked["patches"] = tuple(map(int, change.value.split(",")))
    elif change.kind == "input":
        asked["input"] = change.value
    else:
        asked[change.kind] = float(change.value) if change.kind == "width" else int(change.value)
    return viz.arena(key, **asked)


@pytest.mark.parametrize(("key", "chosen", "given", "sram"), CASES)
def test_each_change_is_enough_by_itself(key, chosen, given, sram):
    room = room_of(sram=f"{sram}K")
    assert not room.fit(viz.arena(key, input=given, **chosen)).fits
    found = changes(Plan(viz.configure(key, **chosen), "int8", given), room)
    assert found
    assert [c.kind for c in found] == [kind for kind in KINDS if kind in {c.kind for c in found}]
    for change in found:
        made = arena(key, chosen, given, change)
        assert made.total == change.arena_bytes <= sram * 1024
        if change.kind == "resolution":
            larger = chosen | {"resolution": int(change.value) + 16}
            is_whole = larger["resolution"] >= chosen["resolution"]
            assert is_whole or not room.fit(viz.arena(key, input=given, **larger)).fits


def test_where_flash_is_too_small_only_width_helps():
    found = changes(Plan(viz.configure("v2", resolution=64)), Room(flash=2 * 2**20))
    assert [change.kind for change in found] == ["width"]
    assert found[0].flash_bytes <= 2 * 2**20


def test_fit_names_the_smallest_change(capsys):
    command = ["fit", "v1", "--width", "0.25", "--resolution", "96", "--classes", "2"]
    assert main([*command, "--input", "float32", "--sram", "128K"]) == 1
    assert "Smallest change that fits: input int8: 103,376 bytes" in capsys.readouterr().out
    assert main([*command, "--sram", "1K"]) == 1
    assert "No single change is enough." in capsys.readouterr().out
