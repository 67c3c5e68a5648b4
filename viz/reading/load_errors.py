"""The error that PyTorch prints when a state_dict does not fit: which network each side is.

Its text lists tensors whose shapes differ, with both shapes, and names that only one side has. What
both have alike it leaves out, so that a side is known by a part of its layers.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

from viz.net.zoo import ZOO
from viz.reading import limits
from viz.reading.advice import Side, advice_of
from viz.reading.dialects import dialect_of, rule_of
from viz.reading.identify import interval_of, roundness, rules_of
from viz.reading.layers import KernelShape, Layers, layers_of
from viz.reading.match import MOST_IN_A_HEAD
from viz.reading.search import Found, Shapes, best
from viz.reading.specs import candidates, specs_at
from viz.reading.tensors import Content, ReadError, Tensor, tensor
from viz.reading.variations import PUBLISHED_DEPTHS, in_channels_of

_SIZE = r"torch\.Size\(\[((?:\d+(?:, ?\d+)*)?)\]\)"
_MISMATCH = re.compile(
    rf"size mismatch for ([^\s:]+): copying a param (?:with shape|of) {_SIZE} from checkpoint, "
    rf"(?:the shape in current model is|where the shape is) {_SIZE}"
)
_LISTS = {
    "missing": re.compile(r"Missing key\(s\) in state_dict: ((?:\"[^\"]*\",? ?)+)"),
    "unexpected": re.compile(r"Unexpected key\(s\) in state_dict: ((?:\"[^\"]*\",? ?)+)"),
}
_CLASS = re.compile(r"loading state_dict for (\w+)")
FEWEST_KERNELS = 3  # fewer could belong to anything
FEWEST_DEPTHWISE = 2  # all networks of the family have them, and few others
USUAL_CHANNELS = 3  # of images


class ErrorAnswer(NamedTuple):
    """Both sides of a pasted error, how much differs, and what to change, a sentence each."""

    file: Side
    model: Side
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    advice: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.advice)

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON holds it."""
        return {
            "file": _said(self.file),
            "model": _said(self.model),
            "mismatched": [
                {"what": theirs.name, "file": theirs.shape, "network": ours.shape}
                for theirs, ours in zip(self.file.tensors, self.model.tensors, strict=True)
            ],
            "missing": self.missing,
            "unexpected": self.unexpected,
            "advice": self.advice,
        }


def _said(side: Side) -> dict[str, Any]:
    match = None
    if config := side.match:
        known = {n: v for n, v in config.arguments().items() if n != "classes" or side.classes}
        match = {"variant": config.variant, "config": known}
    return {"match": match, "classes": side.classes, "dialect": side.dialect}


def identify_error(text: str) -> ErrorAnswer:
    """Say which networks the two sides of a pasted error are, and what to change.

    ``text`` is what ``load_state_dict`` prints, with whatever stands around it. Raises
    ``ReadError`` where no such error is in it.
    """
    flat = re.sub(r"\s+", " ", text[: limits.TEXT_CHARACTERS])
    pairs = [_pair(found.groups()) for found in _MISMATCH.finditer(flat)]
    names = {what: _names(pattern, flat) for what, pattern in _LISTS.items()}
    if not pairs and not any(names.values()):
        raise ReadError(
            "The text holds no error of load_state_dict: paste it from 'Error(s) in loading "
            "state_dict' to its end."
        )
    kind = _CLASS.search(flat)
    model_class = kind.group(1) if kind else ""
    file, model = _sides_of(pairs, names["unexpected"], names["missing"], model_class)
    advice = advice_of(file, model, names["missing"], names["unexpected"])
    return ErrorAnswer(file, model, names["missing"], names["unexpected"], tuple(advice))


def _pair(groups: Sequence[str]) -> tuple[Tensor, Tensor]:
    name, theirs, ours = groups
    try:
        return tensor(name, _sides(theirs), ""), tensor(name, _sides(ours), "")
    except ReadError as error:
        raise ReadError(f"In the text, {error}.") from None


def _sides(text: str) -> list[int]:
    return [int(side) for side in text.replace(" ", "").split(",") if side]


def _names(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = pattern.search(text)
    return tuple(re.findall(r"\"([^\"]*)\"", found.group(1))) if found else ()


class _Part(NamedTuple):
    """What is listed of one side, and what fits it equally well."""

    tensors: tuple[Tensor, ...]
    layers: Layers
    dialect: str
    fits: list[Found]
    likely: list[Found]  # the first of them of each network, at each depth


def _sides_of(
    pairs: Sequence[tuple[Tensor, Tensor]],
    unexpected: Sequence[str],
    missing: Sequence[str],
    kind: str,
) -> tuple[Side, Side]:
    """Both sides: of what fits equally well, the two that differ by as many tensors as are named.

    A tensor that both have alike is not listed, so that neither side is known whole.
    """
    file = _part([theirs for theirs, _ in pairs], unexpected, kind)
    model = _part([ours for _, ours in pairs], missing, kind)
    if not (file.likely and model.likely):
        return _side(file, *file.likely[:1]), _side(model, *model.likely[:1])
    more = len(unexpected) - len(missing)

    def key(both: tuple[Found, Found]) -> tuple[int, int]:
        odd = (PUBLISHED_DEPTHS.get(fit.candidate.depth, fit.width) != fit.width for fit in both)
        return abs(_tensor_count(both[0]) - _tensor_count(both[1]) - more), sum(odd)

    one, other = min(product(file.likely, model.likely), key=key)
    return _side(file, one), _side(model, other)


def _part(tensors: Sequence[Tensor], beside: Sequence[str], kind: str) -> _Part:
    layers = layers_of(Content("error", tuple(tensors)))
    dialect = dialect_of([*(tensor.name for tensor in tensors), *beside])
    fits = _fits(layers)
    likely = _likely(fits, layers, kind, dialect)
    return _Part(tuple(tensors), layers, dialect, fits, likely)


def _side(part: _Part, fit: Found | None = None) -> Side:
    kernels = part.layers.kernels
    classes = kernels[-1].shape[0] if _ends_in_classes(part.layers) else 0
    if fit is None:
        return Side(None, (0.0, 0.0), (), classes, part.dialect, part.tensors)
    config = fit.candidate.at(fit.width, classes or 1_000)
    widths, rules = interval_of(fit, part.fits), rules_of(fit, part.fits)
    return Side(config, widths, rules, classes, part.dialect, part.tensors)


def _ends_in_classes(layers: Layers) -> bool:
    """Whether the last layer listed is a classifier: a matrix with a bias."""
    last = layers.kernels[-1:]
    return any(kernel.is_matrix and kernel.bias is not None for kernel in last)


def _fits(layers: Layers) -> list[Found]:
    """The networks that have every listed convolution before the head."""
    shapes = Shapes(layers.kernels, is_part=True)
    listed = Counter(kernel.shape for kernel in layers.kernels if not kernel.is_matrix)
    depthwise = sum(n for shape, n in listed.items() if shape[1] == 1 and shape[2] > 1)
    if shapes.counts.total() < FEWEST_KERNELS or depthwise < FEWEST_DEPTHWISE:
        return []
    wanted = listed.total() - MOST_IN_A_HEAD
    fits: list[Found] = []
    for channels in dict.fromkeys((*in_channels_of(layers), USUAL_CHANNELS)):
        fits += [fit for fit in best(shapes, candidates(channels)) if _has(fit, listed) >= wanted]
    most = max((fit.score for fit in fits), default=0)
    return [fit for fit in fits if fit.score == most]


def _has(fit: Found, listed: Counter[KernelShape]) -> int:
    """How many of the listed convolutions a network has."""
    own = Counter(spec.shape for spec in specs_at(fit.candidate, fit.width))
    return (own & listed).total()


def _tensor_count(fit: Found) -> int:
    """Tensors of the network's state_dict: a batch norm has five, with its counter."""
    specs = specs_at(fit.candidate, fit.width)
    return sum(1 + spec.bias + 5 * bool(spec.norm) for spec in specs)


def _likely(fits: Sequence[Found], layers: Layers, kind: str, dialect: str) -> list[Found]:
    """Of each network the likeliest, at each depth; the likeliest network first."""
    by_path = {kernel.layer: kernel.shape for kernel in layers.kernels}
    said = rule_of(dialect) or "torchvision"

    def key(fit: Found) -> tuple[object, ...]:
        candidate, specs = fit.candidate, specs_at(fit.candidate, fit.width)
        network = ZOO[candidate.variant]
        hits = sum(by_path.get(spec.path) == spec.shape for spec in specs)
        return (
            -hits,
            kind.lower() not in network.name.lower() and network.name.lower() not in kind.lower(),
            network.group != "papers",
            roundness(fit)[0],
            specs[0].shape != layers.kernels[0].shape,
            candidate.in_channels != USUAL_CHANNELS,
            len(candidate.options),
            candidate.rule != said,
            roundness(fit)[1],
        )

    first: dict[str, Found] = {}
    for fit in sorted(fits, key=key):
        first.setdefault(fit.candidate.variant, fit)
    return [deep for fit in first.values() for deep in _at_depths(fit)]


def _at_depths(fit: Found) -> list[Found]:
    """The same at each depth that is published: what is repeated has the same shapes."""
    if not ZOO[fit.candidate.variant].deepens:
        return [fit]
    deeper = [fit.candidate._replace(depth=depth) for depth in PUBLISHED_DEPTHS]
    return [fit, *(fit._replace(candidate=candidate) for candidate in deeper)]
