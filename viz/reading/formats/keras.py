"""Keras: HDF5 alone, or within a .keras zip. A model is never built, so no layer's code can run."""

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import h5py

from viz.reading import limits
from viz.reading.tensors import Content, ReadError, checked_count, tensor

WEIGHTS, CONFIG = "model.weights.h5", "config.json"
DEEPEST = 16  # groups within groups
MOST_CONFIG_BYTES = 16 * 2**20
MOST_SHRUNK = 100  # how many times smaller than its content a zip's entry may be
# Parts by the number that Keras 3 gives them.
PARTS = {
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "Normalization": ("mean", "variance", "count"),
}
KERNEL_PARTS = ("kernel", "bias")
LAMBDA = "It has a Lambda layer, which holds code; nothing of it was run."


Datasets = Iterator[tuple[str, Any]]  # names with HDF5 datasets


class Found(NamedTuple):
    """The layers' weights of an open file."""

    datasets: Datasets
    ordered: bool
    notes: tuple[str, ...]


def read(path: Path) -> Content:
    """Names, shapes and types of the layers' weights; an optimizer's are left out."""
    with _opened(path) as found:
        tensors = tuple(tensor(n, d.shape or (), str(d.dtype)) for n, d in found.datasets)
        return Content("keras", tensors, "keras", found.ordered, found.notes)


def arrays(path: Path) -> dict[str, Any]:
    """The weights themselves, under the names that ``read`` gives."""
    with _opened(path) as found:
        return {name: dataset[()] for name, dataset in found.datasets}


@contextmanager
def _opened(path: Path) -> Iterator[Found]:
    if zipfile.is_zipfile(path) and not h5py.is_hdf5(path):
        with _opened_zip(path) as found:
            yield found
        return
    with h5py.File(path, "r") as opened:
        config = opened.attrs.get("model_config", b"")
        notes = _notes(config.encode() if isinstance(config, str) else bytes(config))
        root = _child(opened, "model_weights") if "model_weights" in opened else opened
        ordered = "layer_names" in root.attrs or "layer_names0" in root.attrs
        yield Found(_by_names(root) if ordered else _walk(root), ordered, notes)


def _notes(config: bytes) -> tuple[str, ...]:
    return (LAMBDA,) if re.search(rb'"class_name": ?"Lambda"', config) else ()


# .h5: groups named after layers, in the order that an attribute gives


def _by_names(root: Any) -> Datasets:
    for layer in _texts(root, "layer_names"):
        group = _child(root, layer)
        for name in _texts(group, "weight_names"):
            yield name, _checked(name, _child(group, name))


def _texts(group: Any, name: str) -> list[str]:
    """An attribute that is a list of texts; long ones are cut into name0, name1, ..."""
    pieces = [name] if name in group.attrs else []
    while f"{name}{len(pieces)}" in group.attrs:
        pieces.append(f"{name}{len(pieces)}")
    found = [text for piece in pieces for text in group.attrs[piece]]
    checked_count(len(found))
    return [text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in found]


def _child(group: Any, path: str) -> Any:
    """What lies at a path within this file. Raises ``ReadError`` for a link to elsewhere."""
    for name in filter(None, path.split("/")):
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ReadError(f"its {name[:80]!r} is missing, or a link to elsewhere")
        group = group[name]
    return group


def _checked(name: str, dataset: Any) -> Any:
    """A dataset whose data lie in this file. Raises ``ReadError``."""
    if not isinstance(dataset, h5py.Dataset) or dataset.is_virtual or dataset.external:
        raise ReadError(f"its {name[:80]!r} is no data of this file")
    return dataset


# .weights.h5: groups named after classes, with numbers


def _walk(group: Any, path: str = "", depth: int = 0) -> Datasets:
    if depth > DEEPEST:
        raise ReadError("its groups are nested too deeply")
    checked_count(len(group))
    for name in sorted(group, key=_natural):
        if name in ("optimizer", "optimizer_weights"):
            continue
        inner, place = _child(group, name), f"{path}/{name}".lstrip("/")
        if isinstance(inner, h5py.Group):
            yield from _walk(inner, place, depth + 1)
        else:
            yield place, _checked(place, inner)


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


# .keras: a zip of such a file and of the layers' order


@contextmanager
def _opened_zip(path: Path) -> Iterator[Found]:
    with zipfile.ZipFile(path) as opened:
        entries = {info.filename: info for info in opened.infolist()}
        if WEIGHTS not in entries or CONFIG not in entries:
            raise ReadError(f"it is a zip without {WEIGHTS} and {CONFIG}, so no Keras model")
        _check_size(entries[CONFIG], MOST_CONFIG_BYTES)
        _check_size(entries[WEIGHTS], limits.FILE_BYTES)
        config = opened.read(CONFIG)
        with opened.open(WEIGHTS) as stream, h5py.File(stream, "r") as weights:
            yield Found(_by_config(json.loads(config), weights), ordered=True, notes=_notes(config))


def _check_size(entry: zipfile.ZipInfo, most: int) -> None:
    if entry.file_size > min(most, MOST_SHRUNK * max(entry.compress_size, 1)):
        raise ReadError(
            f"its {entry.filename} would grow from {entry.compress_size:,} to "
            f"{entry.file_size:,} bytes, which no model does"
        )


def _by_config(config: Any, group: Any, prefix: str = "") -> Datasets:
    """Layers in the model's order: the file numbers them by class in that order."""
    used: dict[str, int] = {}
    layers = config["config"]["layers"]
    checked_count(len(layers))
    for layer in layers:
        kind, title = layer["class_name"], prefix + str(layer["config"]["name"])
        name = _snake(kind)
        used[name] = used.get(name, -1) + 1
        place = f"layers/{name}_{used[name]}" if used[name] else f"layers/{name}"
        if "layers" in layer["config"]:
            yield from _by_config(layer, _child(group, place), f"{title}/")
        elif place in group:
            yield from _variables(_child(group, place), title, PARTS.get(kind, KERNEL_PARTS))


def _variables(group: Any, title: str, parts: tuple[str, ...]) -> Datasets:
    known = {f"vars/{number}": part for number, part in enumerate(parts)}
    for place, dataset in _walk(group):
        yield f"{title}/{known.get(place, place)}", dataset


def _snake(kind: str) -> str:
    """A class's name as Keras writes it: DepthwiseConv2D is depthwise_conv2d."""
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", kind))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
