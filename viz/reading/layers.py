"""Tensors -> layers: which of them belong together, and what shape a kernel has in PyTorch's order.

Names are used for two things only: to see what lies together (``features.0.1.weight`` and
``features.0.1.bias``), and to give layers their order where the format does not tell it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from viz.reading.order import Key, is_before, key_of, sort_key
from viz.reading.tensors import Content, Layout, Tensor

KernelShape = tuple[int, int, int, int]

# A batch norm's vectors, each by the names that formats give it.
NORM_PARTS = (
    ("weight", "gamma", "scale"),
    ("bias", "beta", "offset"),
    ("running_mean", "moving_mean", "mean"),
    ("running_var", "moving_variance", "variance", "var"),
)
# What stands beside weights: a counter, and the scales of int8 layers.
BESIDE = frozenset({"num_batches_tracked", "scale", "zero_point"})
FACTORS = "gamma"  # alone, it is layer scale
LEARNED = 2  # the first of them are learned, the others are statistics
STATISTICS = frozenset(name for names in NORM_PARTS[LEARNED:] for name in names)


class Kernel(NamedTuple):
    """A convolution or linear layer: ``shape`` is (out, in / groups, height, width).

    ``weight`` and ``bias`` are numbers of tensors of the file; ``place`` counts layers; ``key`` is
    its name (``viz.reading.order``).
    """

    place: int
    layer: str
    shape: KernelShape
    weight: int
    bias: int | None
    is_matrix: bool
    key: Key = ()

    @property
    def tensors(self) -> tuple[int, ...]:
        """All its tensors."""
        return (self.weight,) if self.bias is None else (self.weight, self.bias)


class Norm(NamedTuple):
    """A batch norm: numbers of its tensors in PyTorch's order, or fewer where some are missing.

    ``spelled`` says that none is: an ONNX file has it as steps, without a variance of its own.
    """

    place: int
    layer: str
    length: int
    tensors: tuple[int, ...]
    spelled: bool = False
    key: Key = ()


class Layers(NamedTuple):
    """A file's layers in order; ``others`` are tensors that belong to no such layer.

    ``ordered`` says that the format tells the order, as a graph does; it is that of names else.
    """

    kernels: tuple[Kernel, ...]
    norms: tuple[Norm, ...]
    others: tuple[int, ...]
    ordered: bool

    def is_before(self, one: Kernel, other: Kernel) -> bool:
        """Whether one layer surely comes before another."""
        return one.place < other.place if self.ordered else is_before(one.key, other.key)


def layers_of(content: Content) -> Layers:
    """The layers of a file."""
    groups = list(_groups(content.tensors))
    ordered = content.ordered and _is_each_once(groups)
    if not ordered:
        groups = _by_names(groups, content.tensors)
    pieces = [piece for layer, numbers in groups for piece in _split(layer, numbers, content)]
    return _collected(pieces, content, ordered=ordered)


Group = tuple[str, list[int]]


def _groups(tensors: Sequence[Tensor]) -> Iterable[Group]:
    """Neighbours of one layer; counters, such as ``num_batches_tracked``, are left out."""
    group: Group | None = None
    for number, tensor in enumerate(tensors):
        if is_counter(tensor):
            continue
        if group is None or group[0] != tensor.layer:
            if group:
                yield group
            group = (tensor.layer, [])
        group[1].append(number)
    if group:
        yield group


def is_counter(tensor: Tensor) -> bool:
    """Whether it is no weight: a single number, or whole numbers that say shapes or axes."""
    is_whole = tensor.dtype == "int64" or (tensor.dtype == "int32" and len(tensor.shape) == 2)
    is_beside = tensor.part in BESIDE and tensor.elements == 1
    return not tensor.shape or is_whole or is_beside


def _is_each_once(groups: Sequence[Group]) -> bool:
    """Off where a layer comes twice: first what is trained, then all statistics."""
    layers = [layer for layer, _ in groups]
    return len(set(layers)) == len(layers)


def _by_names(groups: Sequence[Group], tensors: Sequence[Tensor]) -> list[Group]:
    """Layers, and the tensors in each, in the order of their names."""
    merged: dict[str, list[int]] = {}
    for layer, numbers in groups:
        merged.setdefault(layer, []).extend(numbers)
    for numbers in merged.values():
        numbers.sort(key=lambda number: sort_key(key_of(tensors[number].name)))
    return sorted(merged.items(), key=lambda item: (sort_key(key_of(item[0])), item[0]))


def _split(layer: str, numbers: Sequence[int], content: Content) -> Iterable[Group]:
    """A group with several kernels (names without parts) is cut before each of them."""
    kernels = [n for n in numbers if _kernel_shape(content.tensors[n], content.layout)]
    if len(kernels) < 2:
        yield layer, list(numbers)
        return
    later = set(kernels[1:])
    piece: list[int] = []
    for number in numbers:
        if number in later:
            yield layer, piece
            piece = []
        piece.append(number)
    yield layer, piece


def _kernel_shape(tensor: Tensor, layout: Layout) -> KernelShape | None:
    """The shape in PyTorch's order; None for what is no kernel."""
    shape = tensor.shape
    if len(shape) == 2:
        out, inside = shape[::-1] if tensor.turned != (layout == "keras") else shape
        return out, inside, 1, 1
    if len(shape) != 4:
        return None
    if layout == "torch":
        return shape
    if layout == "keras":
        height, width, inside, out = shape
        is_depthwise = out == 1 and height > 1
    else:
        out, height, width, inside = shape
        is_depthwise = out == 1 and height > 1
    return (inside, 1, height, width) if is_depthwise else (out, inside, height, width)


def _collected(pieces: Iterable[Group], content: Content, *, ordered: bool) -> Layers:
    kernels: list[Kernel] = []
    norms: list[Norm] = []
    others: list[int] = []
    for place, (layer, numbers) in enumerate(pieces):
        vectors = [n for n in numbers if len(content.tensors[n].shape) == 1]
        for number in numbers:
            shape = _kernel_shape(content.tensors[number], content.layout)
            if shape:
                bias = _bias(vectors, shape[0], content.tensors)
                is_matrix = len(content.tensors[number].shape) == 2
                key = key_of(content.tensors[number].name)
                kernels.append(Kernel(place, layer, shape, number, bias, is_matrix, key))
                vectors = [n for n in vectors if n != bias]
            elif len(content.tensors[number].shape) != 1:
                others.append(number)
        found = _norm(place, layer, vectors, content)
        if found:
            norms.append(found)
        elif ordered and _is_late_bias(vectors, kernels, place, content.tensors):
            kernels[-1] = kernels[-1]._replace(bias=vectors[0])
        else:
            others += [n for n in vectors if not content.tensors[n].dtype.startswith("int")]
    return Layers(tuple(kernels), tuple(norms), tuple(others), ordered)


def _bias(vectors: Sequence[int], out: int, tensors: Sequence[Tensor]) -> int | None:
    """The bias of a kernel with so many outputs: alone, or before a norm's two or four vectors."""
    fitting = [n for n in vectors if tensors[n].shape == (out,)]
    named = [n for n in fitting if tensors[n].part == "bias"]
    if len(named) == 1 and len(fitting) <= LEARNED:
        return named[0]
    return fitting[0] if len(fitting) % 2 else None


def _is_late_bias(
    vectors: Sequence[int], kernels: Sequence[Kernel], place: int, tensors: Sequence[Tensor]
) -> bool:
    """Whether a lone vector is the bias of the kernel just before, added in a step of its own."""
    return (
        len(vectors) == 1
        and bool(kernels)
        and kernels[-1].place == place - 1
        and kernels[-1].bias is None
        and tensors[vectors[0]].shape == kernels[-1].shape[:1]
        and tensors[vectors[0]].part != FACTORS
    )


def _norm(place: int, layer: str, vectors: list[int], content: Content) -> Norm | None:
    tensors = content.tensors
    lengths = {tensors[n].shape[0] for n in vectors}
    if len(lengths) != 1 or len(vectors) > len(NORM_PARTS) or len(vectors) < LEARNED:
        return None
    by_part = [n for names in NORM_PARTS for n in vectors if tensors[n].part in names]
    numbers = by_part if len(by_part) == len(vectors) else vectors
    is_spelled = content.format == "onnx" and len(numbers) < len(NORM_PARTS)
    key = key_of(tensors[numbers[0]].name)
    return Norm(place, layer, lengths.pop(), tuple(numbers), is_spelled, key)
