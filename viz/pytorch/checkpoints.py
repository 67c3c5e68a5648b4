"""PyTorch checkpoints, read as tensors without their weights: ``weights_only``, on device meta.

``python -m viz.pytorch.checkpoints`` is the reading process for them (``viz.reading.child``).
"""

import argparse
import pickle
import warnings
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import torch

from viz.reading.child import Reader, serve
from viz.reading.tensors import Content, ReadError, arrays_in, content_of

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
    return content_of(arrays_in(held), "torch")


def _held(path: Path) -> object:
    with torch.serialization.safe_globals(HARMLESS):
        try:
            return _loaded(path, "meta")
        except NotImplementedError:  # int8 tensors exist on the CPU only
            return _loaded(path, "cpu")


def _loaded(path: Path, device: str) -> object:
    """The file by its content: given its name, torch goes by how that ends."""
    # about pickles and scripts that are refused anyway
    with path.open("rb") as opened, warnings.catch_warnings(action="ignore"):
        return torch.load(opened, map_location=device, weights_only=True)


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
