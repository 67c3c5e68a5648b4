"""safetensors: the header alone says everything; no weights are read."""

from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from viz.reading import limits
from viz.reading.tensors import Content, ReadError, checked_count, content_by_names, tensor


def read(path: Path) -> Content:
    """Names, shapes and types."""
    with path.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
    if length > limits.ANSWER_BYTES:
        raise ReadError(f"its names and shapes alone take {length:,} bytes")
    try:
        with safe_open(path, framework="np") as opened:
            names = list(opened.keys())
            checked_count(len(names))
            slices = {name: opened.get_slice(name) for name in names}
            tensors = [tensor(n, s.get_shape(), str(s.get_dtype())) for n, s in slices.items()]
    except SafetensorError:
        raise ReadError("its safetensors header is damaged, or the file is cut off") from None
    return content_by_names("safetensors", tensors)


def arrays(path: Path) -> dict[str, Any]:
    """The weights themselves, under the names that ``read`` gives."""
    return load_file(path)
