"""What a file holds: tensors with names, shapes and types, and nothing else of it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from viz.reading import limits
from viz.text import printable as printable

Format = Literal["torch", "safetensors", "onnx", "keras", "tflite", "state_dict", "error"]
Layout = Literal["torch", "keras", "tflite"]


DEEPEST = 4  # boxes within boxes
# Where a checkpoint keeps the network, the likeliest first; optimizers' buffers have its shapes.
BOXES = (
    *("state_dict", "model_state_dict", "model", "net", "network", "module", "weights", "params"),
    *("state_dict_ema", "model_ema", "ema_state_dict", "ema", "generator", "teacher", "student"),
)
LARGEST_WINDOW = 11
WINDOWS: dict[Layout, int] = {"torch": 2, "keras": 0, "tflite": 1}  # where the window stands
# What names end in that have no dot or slash before it, as in conv1_weight.
FLAT_PARTS = (
    *("running_mean", "running_var", "moving_mean", "moving_variance", "moving_var"),
    *("depthwise_kernel", "pointwise_kernel", "num_batches_tracked"),
    *("weight", "bias", "kernel", "gamma", "beta"),
)


class ReadError(ValueError):
    """A file that cannot be read; the message is one sentence."""


class LimitError(ReadError):
    """A file that took more time or memory than it may: nothing is known of what it holds."""


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
        return (
            _flat_part(self.name)
            or self.name.replace("/", ".").rpartition(".")[2].partition(":")[0]
        )

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


def content_of(arrays: Mapping[str, Any], kind: Format = "state_dict") -> Content:
    """The content of names with tensors or arrays: the order in which they are held says nothing.

    Averages and optimizer slots of a tensor, named after it, are left out.
    """
    checked_count(len(arrays))
    made = [tensor(name, v.shape, str(v.dtype).rpartition(".")[2]) for name, v in arrays.items()]
    return content_by_names(kind, made)


def content_by_names(kind: Format, tensors: Sequence[Tensor]) -> Content:
    """The content of a format that holds names with tensors, and no order of layers."""
    kept = without_slots(tensors)
    left = len(tensors) - len(kept)
    note = f"{left:,} averages or optimizer slots of other tensors are left out."
    return Content(kind, tuple(kept), layout_of(kept), ordered=False, notes=(note,) * bool(left))


def without_slots(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The tensors whose name is not that of another one of their shape, with more behind it."""
    shapes = {one.name: one.shape for one in tensors}
    return [one for one in tensors if not any(shapes.get(n) == one.shape for n in _owners(one))]


def _owners(one: Tensor) -> Iterator[str]:
    parts = re.split(r"([./])", one.name)
    return ("".join(parts[:end]) for end in range(1, len(parts) - 1, 2))


def layout_of(tensors: Iterable[Tensor]) -> Layout:
    """How kernels lie: most have their window, which is small and square, in one place."""
    votes: Counter[Layout] = Counter()
    for one in tensors:
        if len(one.shape) == 4:
            for layout, first in WINDOWS.items():
                height, width = one.shape[first : first + 2]
                votes[layout] += height == width <= LARGEST_WINDOW
    return max(WINDOWS, key=lambda layout: votes[layout])


def arrays_in(held: object) -> dict[str, Any]:
    """The tensors or arrays of the network within a checkpoint, by name.

    Raises ``ReadError`` where there are none.
    """
    box = _box(held, 0)
    if box is None:
        kind = type(held).__name__
        raise ReadError(f"it holds a {kind}, where names with tensors (a state_dict) are expected")
    return dict(_arrays(box))


def _arrays(box: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in box.items():
        if hasattr(value, "shape"):
            yield str(name), value
        elif isinstance(value, tuple):  # packed weights of int8 layers
            for place, part in enumerate(value):
                if hasattr(part, "shape"):
                    yield f"{name}.{place}", part


def _box(held: object, depth: int) -> Mapping[Any, Any] | None:
    """The outermost dict that has tensors; known boxes first, then any other."""
    if not isinstance(held, Mapping) or depth > DEEPEST:
        return None
    inner = [held[name] for name in BOXES if name in held]
    inner += [value for name, value in held.items() if name not in (*BOXES, "optimizer")]
    boxes = [found for value in inner if (found := _box(value, depth + 1)) is not None]
    own = sum(hasattr(value, "shape") for value in held.values())
    if own and own >= max(map(len, boxes), default=0):
        return held
    return boxes[0] if boxes else None


def checked_count(count: int) -> None:
    """Raise ``ReadError`` for more tensors than are read."""
    if count > limits.TENSORS:
        raise ReadError(
            f"it holds {count:,} tensors, more than the {limits.TENSORS:,} that are read"
        )


def _parent(name: str) -> str:
    if part := _flat_part(name):
        return name[: -len(part) - 1]
    return name.replace("/", ".").rpartition(".")[0]


def _flat_part(name: str) -> str:
    """What a name like conv1_weight ends in, where that is a part of a layer; empty else."""
    last = name.replace("/", ".").rpartition(".")[2]
    if last in FLAT_PARTS:
        return ""
    return next((part for part in FLAT_PARTS if last.endswith(f"_{part}")), "")


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
