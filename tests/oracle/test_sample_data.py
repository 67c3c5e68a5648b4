"""The drawn flowers: a data set as ImageFolder reads it, the same for the same seed."""

import hashlib

import pytest
from torchvision.datasets import ImageFolder

from viz.lab.errors import RunError
from viz.lab.flowers import FLOWERS
from viz.lab.sample_data import KINDS, SampleData, draw


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "flowers"
    draw(folder, SampleData(train=3, val=2, side=48))
    return folder


def digests(folder):
    files = sorted(folder.rglob("*.jpg"))
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_torchvisions_image_folder_reads_it(data):
    for split, count in (("train", 3), ("val", 2)):
        found = ImageFolder(str(data / split))
        assert found.classes == ["daisy", "dandelion", "roses", "sunflower", "tulip"]
        assert [found.targets.count(number) for number in range(5)] == [count] * 5
        assert {image.size for image, _ in found} == {(48, 48)}


def test_the_same_seed_draws_the_same_pictures(data, tmp_path):
    draw(tmp_path / "again", SampleData(train=3, val=2, side=48))
    draw(tmp_path / "other", SampleData(train=3, val=2, side=48, seed=1))
    assert digests(tmp_path / "again") == digests(data)
    assert not set(digests(tmp_path / "other").values()) & set(digests(data).values())


def test_a_larger_data_set_begins_with_the_smaller(data, tmp_path):
    draw(tmp_path / "larger", SampleData(train=4, val=3, side=48))
    assert digests(data).items() < digests(tmp_path / "larger").items()


def test_no_two_pictures_are_alike(data):
    found = digests(data)
    assert len(found) == len(set(found.values())) == 25


def test_every_kind_can_be_drawn():
    assert tuple(FLOWERS) == KINDS


def test_the_licence_is_stated(data):
    assert "CC0" in (data / "LICENCE.txt").read_text()


def test_a_folder_that_holds_something_is_left_alone(data):
    before = digests(data)
    with pytest.raises(RunError, match="not empty"):
        draw(data, SampleData(1, 1, 32))
    assert digests(data) == before


def test_an_interrupted_drawing_leaves_nothing(tmp_path):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw(tmp_path / "flowers", SampleData(2, 2, 32), interrupt)
    assert [place.name for place in tmp_path.rglob("*")] == ["flowers"]
