"""A match, tensor by tensor: names side by side, what is missing, and what is left over."""

from collections.abc import Iterator

from viz.net.config import Config
from viz.net.operations import Role
from viz.reading.answer import Named, NameRow
from viz.reading.layers import LEARNED, STATISTICS, Layers, Norm
from viz.reading.loose_weights import GAIN_NAME
from viz.reading.match import Match, Pair, parts
from viz.reading.tensors import Content

WEIGHT, BIAS = "weight", "bias"
NORM_NAMES = ("weight", "bias", "running_mean", "running_var")  # PyTorch's, in its order
TORCHVISION = "torchvision"


def names_of(content: Content, laid: Match, config: Config) -> tuple[NameRow, ...]:
    """Every tensor that was found, in the network's order."""
    has_torchvision = any(rule.name == TORCHVISION for rule in config.network.rules)
    rows = []
    for pair in laid.pairs:
        for number, ours in _tensors(pair):
            tensor = content.tensors[number]
            theirs = ours if has_torchvision else ""
            rows.append(NameRow(tensor.name, ours, theirs, tensor.shape))
    for number, ours in beside_names(laid):
        tensor = content.tensors[number]
        rows.append(NameRow(tensor.name, ours, "", tensor.shape))
    return tuple(rows)


def beside_names(laid: Match) -> Iterator[tuple[int, str]]:
    """Numbers of tensors that belong to no layer, each with our name for it."""
    for path, numbers in laid.beside:
        names = NORM_NAMES if len(numbers) > 1 else (GAIN_NAME,)
        for number, part in zip(numbers, names, strict=False):
            yield number, f"{path}.{part}"


def _tensors(pair: Pair) -> Iterator[tuple[int, str]]:
    """Numbers of the file's tensors, each with our name for it."""
    if pair.kernel:
        yield pair.kernel.weight, f"{pair.spec.path}.{WEIGHT}"
        if pair.kernel.bias is not None:
            yield pair.kernel.bias, f"{pair.spec.path}.{BIAS}"
    if pair.norm:
        for number, part in zip(pair.norm.tensors, NORM_NAMES, strict=False):
            yield number, f"{pair.spec.norm}.{part}"


def missing_of(laid: Match) -> tuple[Named, ...]:
    """What the network has and the file has not, under our names.

    A file without a classifier is one for no classes, which need none.
    """
    replaced = {spec.path for spec, _ in laid.replaced}
    return tuple(
        named
        for pair in laid.pairs
        if pair.spec.path not in replaced and (pair.kernel or pair.spec.role is not Role.CLASSIFIER)
        for named in _missing(pair, folded=laid.folded)
    )


def _missing(pair: Pair, *, folded: bool) -> Iterator[Named]:
    spec = pair.spec
    if pair.kernel is None:
        yield Named(f"{spec.path}.{WEIGHT}", spec.shape)
    if (spec.bias or (folded and spec.norm)) and (pair.kernel is None or pair.kernel.bias is None):
        yield Named(f"{spec.path}.{BIAS}", spec.shape[:1])
    is_there = folded or pair.folded or (pair.norm is not None and pair.norm.spelled)
    if spec.norm and not is_there:
        have = len(pair.norm.tensors) if pair.norm else 0
        for part in NORM_NAMES[have:]:
            yield Named(f"{spec.norm}.{part}", spec.shape[:1])


def unexpected_of(content: Content, layers: Layers, laid: Match) -> tuple[Named, ...]:
    """What the file has and the network has not, under the file's names and in its order."""
    left = [number for kernel in laid.kernels for number in kernel.tensors]
    left += [number for norm in laid.norms for number in norm.tensors]
    beside = {number for _path, numbers in laid.beside for number in numbers}
    left += [number for number in layers.others if number not in beside]
    left += [number for pair in laid.pairs for number in _extra(pair, folded=laid.folded)]
    listed = (content.tensors[number] for number in sorted(left))
    return tuple(Named(tensor.name, tensor.shape) for tensor in listed)


def _extra(pair: Pair, *, folded: bool) -> tuple[int, ...]:
    """A bias that the network does not have there, and that no folded norm has left."""
    bias = pair.kernel.bias if pair.kernel else None
    return () if bias is None or pair.spec.bias or folded or pair.folded else (bias,)


def params_of(content: Content, layers: Layers) -> int:
    """Learnable parameters of a file: statistics of batch norms are not counted."""
    kernels = (number for kernel in layers.kernels for number in kernel.tensors)
    norms = (number for norm in layers.norms for number in _learned(norm, content))
    return sum(content.tensors[number].elements for number in (*kernels, *norms, *layers.others))


def _learned(norm: Norm, content: Content) -> list[int]:
    """What is trained of a norm; one without scale and shift has statistics only."""
    return [n for n in norm.tensors[:LEARNED] if content.tensors[n].part not in STATISTICS]


def explained(content: Content, layers: Layers, laid: Match) -> float:
    """The share of a file's parameters that belong to the network."""
    found = 0
    for pair in laid.pairs:
        if pair.kernel:
            extra = _extra(pair, folded=laid.folded)
            numbers = [number for number in pair.kernel.tensors if number not in extra]
            numbers += _learned(pair.norm, content) if pair.norm else []
            found += sum(content.tensors[number].elements for number in numbers)
    for _path, beside in laid.beside:
        found += sum(content.tensors[number].elements for number in beside[:LEARNED])
    return found / max(params_of(content, layers), 1)


def prefix_of(laid: Match, rows: tuple[NameRow, ...]) -> str:
    """What stands before the network's own names; nothing where its first layer is not there."""
    if laid.pairs[0].kernel is None:
        return ""
    for row in rows[:1]:
        if row.theirs.endswith(row.ours):
            return row.theirs.removesuffix(row.ours)
    named = [parts(pair.kernel.layer)[:-1] for pair in laid.pairs if pair.kernel]
    shared = min(named, default=())
    while any(name[: len(shared)] != shared for name in named):
        shared = shared[:-1]
    return "".join(f"{part}." for part in shared)
