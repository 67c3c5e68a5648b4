"""Which format a file has, by its first bytes, and what reads it."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from viz.reading.tensors import Content, ReadError

HERE, TORCH = "viz.reading.child", "viz.pytorch.checkpoints"
# The module that reads a format in a process of its own.
MODULES = {
    "safetensors": HERE,
    "onnx": HERE,
    "keras": HERE,
    "tflite": HERE,
    "torch": TORCH,
}
# What it needs beside numpy, as Python imports it.
LIBRARIES = {
    "safetensors": "safetensors",
    "onnx": "onnx",
    "keras": "h5py",
    "tflite": "tflite",
    "torch": "torch",
}
NAMES = "PyTorch, safetensors, ONNX, Keras (.h5, .weights.h5, .keras), TFLite"


def format_of(start: bytes) -> str:
    """The format of a file that begins so (512 bytes are enough). Raises ``ReadError``."""
    if not start:
        raise ReadError("it is empty")
    for fits, what in _STRANGERS:
        if fits(start):
            raise ReadError(what)
    for fits, name in _SIGNS:
        if fits(start):
            return name
    raise ReadError(f"it is none of the formats that are read: {NAMES}")


def _is_keras_zip(start: bytes) -> bool:
    names = (b"metadata.json", b"config.json", b"model.weights.h5")
    return start.startswith(b"PK\x03\x04") and start[30:].startswith(names)


def _is_safetensors(start: bytes) -> bool:
    return start[8:9] == b"{" and int.from_bytes(start[:8], "little") < 2**32


def _is_page(start: bytes) -> bool:
    return (
        start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<?xml"))
    )


def _is_npz(start: bytes) -> bool:
    return start.startswith(b"PK\x03\x04") and b".npy" in start[30:130]


_OF_ERRORS = (
    *(b"Traceback (most recent call last)", b"Error(s) in loading", b"size mismatch for"),
    *(b"Missing key(s)", b"Unexpected key(s)", b"Error: "),
)


def _is_error(start: bytes) -> bool:
    return b"\0" not in start and any(sign in start for sign in _OF_ERRORS)


# Files that look like weights, with what they are.
_STRANGERS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (
        lambda start: start.startswith(b"version https://git-lfs.github.com/spec/"),
        "it is a Git LFS pointer and not the file itself: fetch that with git lfs pull",
    ),
    (_is_page, "it is a web page, saved in place of the file: download the file itself"),
    (
        _is_error,
        "it is the text of an error and no file of weights: paste it on Identify, or give it to "
        "identify as --error FILE",
    ),
    (_is_npz, "it is a NumPy archive (.npz): load it with numpy.load and give names with arrays"),
    (
        lambda start: start[:1] == b"{" and (b"weight_map" in start or b"total_size" in start),
        "it is the index of a network in several files: join their state_dicts and give that",
    ),
)

_SIGNS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda start: start.startswith(b"\x89HDF\r\n\x1a\n"), "keras"),
    (_is_keras_zip, "keras"),
    (lambda start: start.startswith(b"PK\x03\x04"), "torch"),
    (lambda start: start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04"), "torch"),
    (lambda start: start[4:8] == b"TFL3", "tflite"),
    (_is_safetensors, "safetensors"),
    (
        lambda start: start[:1] == b"\x08" and b"\x00" < start[1:2] < b"\x20",
        "onnx",
    ),  # its first field is a version
)


def reader_of(path: Path) -> Callable[[Path], Content]:
    """What reads this file, with its libraries imported. Raises ``ReadError``."""
    with path.open("rb") as opened:
        name = format_of(opened.read(512))
    read: Callable[[Path], Content] = import_module(f"viz.reading.formats.{name}").read
    return read
