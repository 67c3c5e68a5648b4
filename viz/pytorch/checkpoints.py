"""PyTorch checkpoints, read as tensors without their weights: ``weights_only``, on device meta.

``python -m viz.pytorch.checkpoints`` is the reading process for them (``viz.reading.child``).
"""

import argparse
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import torch

from viz.reading.child import Reader, serve
from viz.reading.tensors import Content, ReadError, checked_count, content_of

# Where a checkpoint keeps the network, the likeliest first; optimizers' buffers have its shapes.
BOXES = (
    *("state_dict", "model_state_dict", "model", "net", "network", "module", "weights", "params"),
    *("state_dict_ema", "model_ema", "ema_state_dict", "ema", "generator", "teacher", "student"),
)
DEEPEST = 4
# Classes beside the tensors that hold values only: timm's training script stores its arguments.
HARMLESS: list[Any] = [argparse.Namespace]


def read(path: Path) -> Content:
    """Names, shapes and types of a checkpoint's network. Raises ``ReadError``."""
    try:
        held = _held(path)
    except pickle.UnpicklingError:
        raise ReadError(_refusal(path)) from None
    except RuntimeError as error:
        raise ReadError(_broken(str(error), path)) from None
    found = dict(state_dict_in(held))
    checked_count(len(found))
    return replace(content_of(found), format="torch")


def _held(path: Path) -> object:
    with torch.serialization.safe_globals(HARMLESS):
        try:
            return _loaded(path, "meta")
        except NotImplementedError:  # int8 tensors exist on the CPU only
            return _loaded(path, "cpu")


def _loaded(path: Path, device: str) -> object:
    """The file by its content: given its name, torch goes by how that ends."""
    with path.open("rb") as opened:
        return torch.load(opened, map_location=device, weights_only=True)


def state_dict_in(held: object) -> Iterator[tuple[str, Any]]:
    """The tensors of the network within a checkpoint. Raises ``ReadError`` where there are none."""
    box = _box(held, 0)
    if box is None:
        kind = type(held).__name__
        raise ReadError(f"it holds a {kind}, where names with tensors (a state_dict) are expected")
    for name, value in box.items():
        if isinstance(value, torch.Tensor):
            yield str(name), value
        elif isinstance(value, tuple):  # packed weights of int8 layers
            for place, part in enumerate(value):
                if isinstance(part, torch.Tensor):
                    yield f"{name}.{place}", part


def _box(held: object, depth: int) -> Mapping[Any, Any] | None:
    """The outermost dict that has tensors; known boxes first, then any other."""
    if not isinstance(held, Mapping) or depth > DEEPEST:
        return None
    inner = [held[name] for name in BOXES if name in held]
    inner += [value for name, value in held.items() if name not in (*BOXES, "optimizer")]
    boxes = [found for value in inner if (found := _box(value, depth + 1)) is not None]
    own = sum(isinstance(value, torch.Tensor) for value in held.values())
    if own and own >= max(map(len, boxes), default=0):
        return held
    return boxes[0] if boxes else None


def _refusal(path: Path) -> str:
    try:
        names = torch.serialization.get_unsafe_globals_in_checkpoint(str(path))
    except Exception:  # a legacy file, or a damaged one
        names = []
    foreign = [name for name in names if name != "argparse.Namespace"]
    if not foreign:
        return "it is damaged, or holds no tensors by name"
    return (
        f"it holds objects of classes ({', '.join(sorted(foreign)[:3])[:120]}) and not only "
        "tensors, so loading it would run code; save model.state_dict() instead"
    )


def _broken(message: str, path: Path) -> str:
    if "allocate memory" in message:
        raise MemoryError
    if "TorchScript" in message:
        return "it is a TorchScript archive, which holds code; save model.state_dict() instead"
    if _is_program(path):
        return "it is a program of torch.export, which holds code; save model.state_dict() instead"
    return "it is a zip, but no whole PyTorch checkpoint"


def _is_program(path: Path) -> bool:
    try:
        with ZipFile(path) as opened:
            return any("/models/" in name for name in opened.namelist())
    except BadZipFile:
        return False


def _reader(_path: Path) -> Reader:
    return read


if __name__ == "__main__":
    serve(_reader)
