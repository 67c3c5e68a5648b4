"""What a file holds: tensors with names, shapes and types, and nothing else of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from viz.reading import limits

Format = Literal["torch", "safetensors", "onnx", "keras", "tflite", "state_dict", "error"]
Layout = Literal["torch", "keras", "tflite"]


DEEPEST = 3  # boxes within boxes


class ReadError(ValueError):
    """A file that cannot be read; the message is one sentence."""


class Tensor(NamedTuple):
    """One tensor of a file, in the file's own layout.

    ``layer`` is what it belongs to together with others (a convolution with its bias, the four
    vectors of a batch norm); by default its name without the last part. ``turned`` marks a matrix
    that lies the other way round than its format's other ones.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    layer: str
    turned: bool = False

    @property
    def part(self) -> str:
        """The last part of the name."""
        return self.name.replace("/", ".").rpartition(".")[2].partition(":")[0]

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        count = 1
        for side in self.shape:
            count *= side
        return count


@dataclass(frozen=True, slots=True)
class Content:
    """The tensors of a file, in its order.

    ``layout`` says how kernels lie: PyTorch's (out, in / groups, height, width), Keras' (height,
    width, in, out), TFLite's (out, height, width, in). ``ordered`` is off where the format, or
    who wrote it, has lost the order of the layers. ``notes`` are sentences about what was not read.
    """

    format: Format
    tensors: tuple[Tensor, ...]
    layout: Layout = "torch"
    ordered: bool = True
    notes: tuple[str, ...] = ()


def tensor(
    name: str, shape: Iterable[Any], dtype: str, layer: str | None = None, *, turned: bool = False
) -> Tensor:
    """A checked tensor. Raises ``ReadError`` for a size that no such file has."""
    sides = tuple(int(side) for side in shape)
    short = printable(name[: limits.NAME_CHARACTERS])
    made = Tensor(short, sides, dtype, _parent(short) if layer is None else layer, turned)
    if len(sides) > limits.DIMENSIONS or any(side < 0 for side in sides):
        raise ReadError(f"the tensor {short[:80]!r} has no possible shape")
    if made.elements > limits.ELEMENTS:
        raise ReadError(
            f"the tensor {short[:80]!r} claims {made.elements:.1e} elements, more than the "
            f"{limits.ELEMENTS:,} that are read"
        )
    return made


def printable(text: str) -> str:
    """Text of others without what moves a terminal's cursor, or breaks a line."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def content_of(arrays: Mapping[str, Any]) -> Content:
    """The content of names with tensors or arrays, in their order."""
    made = (tensor(name, v.shape, str(v.dtype).rpartition(".")[2]) for name, v in arrays.items())
    return Content("state_dict", tuple(made))


def arrays_in(held: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """The tensors or arrays of a state_dict, or of the largest one within a checkpoint.

    Raises ``ReadError`` where there are none.
    """
    own = {str(name): value for name, value in held.items() if hasattr(value, "shape")}
    boxes = [value for value in held.values() if isinstance(value, Mapping)]
    inner = [arrays_in(box, depth + 1) for box in boxes] if depth < DEEPEST else []
    found = max([own, *inner], key=len)
    if not found and not depth:
        raise ReadError("There are no tensors: give a state_dict, names with tensors.")
    return found


def checked_count(count: int) -> None:
    """Raise ``ReadError`` for more tensors than are read."""
    if count > limits.TENSORS:
        raise ReadError(
            f"it holds {count:,} tensors, more than the {limits.TENSORS:,} that are read"
        )


def _parent(name: str) -> str:
    return name.replace("/", ".").rpartition(".")[0]


def as_lines(content: Content) -> dict[str, Any]:
    """The content as JSON holds it."""
    return {
        "format": content.format,
        "layout": content.layout,
        "ordered": content.ordered,
        "notes": list(content.notes),
        "tensors": [list(tensor) for tensor in content.tensors],
    }


def from_lines(lines: dict[str, Any]) -> Content:
    """The content again."""
    tensors = tuple(Tensor(n, tuple(shape), *rest) for n, shape, *rest in lines["tensors"])
    notes = tuple(lines["notes"])
    return Content(lines["format"], tensors, lines["layout"], lines["ordered"], notes)
