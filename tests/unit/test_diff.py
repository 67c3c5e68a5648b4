"""Edits between two networks: what was done to the rows is what is found."""

import json
import random

import pytest

import viz
from viz.cli.main import main
from viz.facts.diff import edit_rows, edits
from viz.net.design import rows_of

START, END = rows_of(viz.ZOO["v3-large"])[0], rows_of(viz.ZOO["v3-large"])[-4:]
KERNELS, ACTIVATIONS = (3, 5, 7), ("relu", "hardswish", "relu6")


def block(chance):
    return {
        "kernel": chance.choice(KERNELS),
        "expanded": 8 * chance.randint(3, 120),
        "out": 8 * chance.randint(2, 40),
        "se": chance.choice(("se", "no")),
        "activation": chance.choice(ACTIVATIONS),
        "stride": 1,
    }


def blocks(chance):
    """So many blocks that no two are alike, nor would be without their place."""
    made = [block(chance) for _ in range(chance.randint(6, 14))]
    for number, each in enumerate(made):
        each["out"] = 8 * (number + 2)
        each["expanded"] = 8 * (5 * number + chance.randint(3, 7))
    return made


def built(made):
    rows = [".".join(["bneck", *map(str, each.values())]) for each in made]
    return viz.trace(viz.design([START, *rows, *END]), resolution=64)


def other(chance, value, values):
    return chance.choice([each for each in values if each != value])


def edited(chance, made):
    """The blocks after some edits, and what was done; numbers are of blocks, the stem being 0."""
    after, done, shift, place = [], [], 0, 0
    while place < len(made):
        here, what = place + 1, chance.choice(("none", "none", *EDITS))
        if what == "swapped" and place + 1 < len(made):
            after += [made[place + 1], made[place]]
            done.append(("swapped", here, here + 1 + shift, ""))
            place += 1
        elif what == "removed":
            done.append(("removed", here, None, ""))
            shift -= 1
        elif what == "added":
            after += [{**block(chance), "out": 8 * 97, "expanded": 8 * 131}, made[place]]
            done.append(("added", None, here + shift, ""))
            shift += 1
        elif what in CHANGES:
            value = other(chance, made[place][what], CHANGES[what])
            after.append({**made[place], what: value})
            done.append(("changed", here, here + shift, NAMES[what]))
        else:
            after.append(made[place])
        if place + 1 < len(made):  # an untouched block between two edits
            place += 1
            after.append(made[place])
        place += 1
    return after, done


CHANGES = {"kernel": KERNELS, "activation": ACTIVATIONS, "stride": (1, 2), "se": ("se", "no")}
EDITS = ("swapped", "removed", "added", *CHANGES)
NAMES = {"kernel": "kernels", "activation": "activation", "stride": "stride", "se": "SE"}


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_random_edits_come_back_as_exactly_these(first):
    for seed in range(first, first + 50):
        chance = random.Random(seed)
        before = blocks(chance)
        after, done = edited(chance, before)
        found = [
            (edit.what, edit.left, edit.right, ", ".join(fact.name for fact in edit.facts))
            for edit in edits(built(before), built(after))
        ]
        assert found == done, seed


def test_a_network_has_no_edits_against_itself_at_any_input(network):
    assert edits(viz.trace(network), viz.trace(network, resolution=160)) == []


def test_values_stand_on_both_sides():
    rows = edit_rows(edits(viz.trace("v3-large"), viz.trace("v3-small")))
    stride = next(row for row in rows if row.fact == "stride")
    assert (stride.edit, stride.left, stride.block, stride.before, stride.after) == (
        "changed",
        1,
        "bneck 1",
        1,
        2,
    )


@pytest.mark.parametrize(
    ("sides", "code", "sentence"),
    [
        (("v2", "v2"), 0, "The networks are equal."),
        (("v2", "v2?resolution=96"), 1, "No block was edited; totals differ."),
        (("v2", "v2?width=0.5"), 1, "changed"),
    ],
)
def test_the_exit_code_says_whether_they_differ(capsys, sides, code, sentence):
    assert main(["diff", *sides]) == code
    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize(
    ("side", "sentence"),
    [
        ("v9", "network is 'v9', but must be one of"),
        ("v2?wdth=1", "option is 'wdth', but must be one of"),
        ("v2?width=9", "width is 9"),
        (__file__, "none of the formats that are read"),
    ],
)
def test_a_side_that_cannot_be_read_gets_one_sentence(capsys, side, sentence):
    assert main(["diff", "v2", side]) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


def test_every_format_has_the_same_edits(capsys, tmp_path):
    sides, picture = ("v3-large", "v3-small"), tmp_path / "pair.svg"
    written = {}
    for format in ("json", "csv", "markdown", "table"):
        assert main(["diff", *sides, "--format", format]) == 1
        written[format] = capsys.readouterr().out
    found = json.loads(written["json"])
    assert len(found["edits"]) == len(edit_rows(edits(*map(viz.trace, sides))))
    assert written["csv"].count("\n") == len(found["edits"]) + 1
    assert written["markdown"].count("| changed |") == written["table"].count("\nchanged")
    assert main(["diff", *sides, "--picture", str(picture)]) == 1
    assert picture.read_text().startswith("<?xml")
