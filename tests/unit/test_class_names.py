"""Names of classes in the files that people have."""

import json

import pytest

from viz.lab.classes import classes_in, read_classes
from viz.lab.errors import RunError

NAMES = ("daisy", "rose", "tulip")
FILES = {
    "list.json": '["daisy", "rose", "tulip"]',
    "class_indices.json": '{"0": "daisy", "1": "rose", "2": "tulip"}',
    "unordered.json": '{"2": "tulip", "0": "daisy", "1": "rose"}',
    "class_to_idx.json": '{"rose": 1, "daisy": 0, "tulip": 2}',
    "imagenet_class_index.json": '{"0": ["n", "daisy"], "1": ["n", "rose"], "2": ["n", "tulip"]}',
    "pairs.json": '[["n1", "daisy"], ["n2", "rose"], ["n3", "tulip"]]',
    "labels.txt": "daisy\nrose\ntulip\n",
    "windows.txt": "\ufeffdaisy\r\nrose\r\ntulip",
    "numbered.txt": "0 daisy\n1 rose\n2 tulip\n",
    "colons.names": "0: daisy\n1: rose\n2: tulip\n\n",
    "table.csv": "0,daisy\n1,rose\n2,tulip\n",
}


@pytest.mark.parametrize("name", list(FILES))
def test_every_usual_file_gives_the_names_in_order(tmp_path, name):
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    assert read_classes(path) == NAMES


def test_numbers_may_be_names():
    assert classes_in(b"0\n1\n2\n", "digits.txt") == ("0", "1", "2")
    assert classes_in(b"cat 1\ndog 2\n", "labels.txt") == ("cat 1", "dog 2")
    assert classes_in(b"3 of hearts\n2 of hearts\n", "cards.txt") == ("3 of hearts", "2 of hearts")


BAD = {
    "one.json": ('{"1": "daisy", "2": "rose"}', "from 0"),
    "twice.json": ('{"daisy": 0, "rose": 0}', "from 0"),
    "numbers.json": ("[1, 2]", "list of names"),
    "cut.json": ('["daisy", ', "is no JSON"),
    "deep.json": ("[" * 100_000, "is no JSON"),
    "empty.txt": ("", "holds no names"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_other_files_are_refused_with_what_is_wanted(name):
    text, sentence = BAD[name]
    with pytest.raises(RunError, match=sentence) as refused:
        classes_in(text.encode(), name)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_picture_is_no_list_of_names():
    with pytest.raises(RunError, match="is no JSON, nor a text"):
        classes_in(b"\xff\xd8\xff\xe0", "photo.jpg")


def test_a_folder_is_named_as_one(tmp_path):
    with pytest.raises(RunError, match="is a folder"):
        read_classes(tmp_path)


def test_json_of_many_classes_is_read():
    names = {str(n): [f"n{n}", f"class {n}"] for n in range(1_000)}
    found = classes_in(json.dumps(names).encode(), "imagenet_class_index.json")
    assert found[653] == "class 653"
