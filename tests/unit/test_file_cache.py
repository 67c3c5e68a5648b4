"""Files of the worker that are kept: bounded by bytes, made once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from viz.ui.torch_worker import KeptFiles, WorkerError

SENTENCE = "torch did not answer; try again."


class Maker:
    """Makes files of given sizes and remembers what it made."""

    def __init__(self):
        self.made = []

    def of(self, key, size):
        def make():
            self.made.append(key)
            return key.encode() * size

        return key, make


def test_kept_files_are_bounded_by_bytes_and_the_least_recently_used_goes_first():
    kept, maker = KeptFiles(10), Maker()
    for key, size in (("a", 4), ("b", 4), ("a", 4), ("c", 4)):  # c needs the place of b
        assert kept.get(*maker.of(key, size)) == key.encode() * size
    assert maker.made == ["a", "b", "c"]
    kept.get(*maker.of("a", 4))
    kept.get(*maker.of("c", 4))
    assert maker.made == ["a", "b", "c"]
    kept.get(*maker.of("b", 10))  # fills all of it
    kept.get(*maker.of("a", 1))
    assert maker.made == ["a", "b", "c", "b", "a"]


def test_a_file_larger_than_all_that_is_kept_is_given_but_drives_nothing_out():
    kept, maker = KeptFiles(10), Maker()
    kept.get(*maker.of("a", 10))
    assert len(kept.get(*maker.of("b", 11))) == 11
    kept.get(*maker.of("b", 11))
    kept.get(*maker.of("a", 10))
    assert maker.made == ["a", "b", "b"]


def test_nothing_is_kept_of_a_file_that_could_not_be_made():
    kept, maker = KeptFiles(10), Maker()

    def fail():
        raise WorkerError(SENTENCE)

    with pytest.raises(WorkerError):
        kept.get("a", fail)
    assert kept.get(*maker.of("a", 3)) == b"aaa"


def test_many_who_ask_for_the_same_file_have_it_made_once():
    kept, maker = KeptFiles(10), Maker()
    key, make = maker.of("a", 5)

    def slowly():
        time.sleep(0.1)
        return make()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: kept.get(key, slowly), range(8)))
    assert found == [b"aaaaa"] * 8
    assert maker.made == ["a"]


def test_many_threads_never_keep_too_much():
    kept, maker = KeptFiles(30), Maker()
    asked = [(name, ord(name) % 7 + 1) for name in "abcdefghij" * 40]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda each: kept.get(*maker.of(*each)), asked))
    assert found == [name.encode() * size for name, size in asked]
    maker.made.clear()
    for name, size in reversed(dict(asked).items()):
        kept.get(*maker.of(name, size))
    sizes = dict(asked)
    assert sum(sizes[name] for name in sizes if name not in maker.made) <= 30
