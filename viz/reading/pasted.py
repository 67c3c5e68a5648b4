"""The error that PyTorch prints when a state_dict does not fit: which network each side is.

Its text lists tensors whose shapes differ, with both shapes, and names that only one side has. What
both have alike it leaves out, so that a side is known by a part of its layers.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from viz.net.zoo import ZOO
from viz.reading import limits
from viz.reading.advice import Side, advice_of
from viz.reading.dialects import dialect_of, rule_of
from viz.reading.identify import interval_of, roundness, rules_of
from viz.reading.layers import Layers, layers_of
from viz.reading.match import MOST_IN_A_HEAD
from viz.reading.search import Found, Shapes, best
from viz.reading.specs import candidates, specs_at
from viz.reading.tensors import Content, ReadError, Tensor, tensor

_SIZE = r"torch\.Size\(\[([\d, ]*)\]\)"
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
    config = side.match
    match = {"variant": config.variant, "config": config.arguments()} if config else None
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
    file = _side([theirs for theirs, _ in pairs], names["unexpected"], model_class)
    model = _side([ours for _, ours in pairs], names["missing"], model_class)
    advice = advice_of(file, model, names["missing"], names["unexpected"])
    return ErrorAnswer(file, model, names["missing"], names["unexpected"], tuple(advice))


def _pair(groups: Sequence[str]) -> tuple[Tensor, Tensor]:
    name, theirs, ours = groups
    return tensor(name, _sides(theirs), ""), tensor(name, _sides(ours), "")


def _sides(text: str) -> list[int]:
    return [int(side) for side in text.replace(" ", "").split(",") if side]


def _names(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = pattern.search(text)
    return tuple(re.findall(r"\"([^\"]*)\"", found.group(1))) if found else ()


def _side(tensors: Sequence[Tensor], beside: Sequence[str], kind: str) -> Side:
    layers = layers_of(Content("error", tuple(tensors)))
    dialect = dialect_of([*(tensor.name for tensor in tensors), *beside])
    found = _fit(layers, kind, dialect)
    classes = layers.kernels[-1].shape[0] if _ends_in_classes(layers) else 0
    if found is None:
        return Side(None, (0.0, 0.0), (), classes, dialect, tuple(tensors))
    fit, fits = found
    config = fit.candidate.at(fit.width, classes or 1_000)
    interval, rules = interval_of(fit, fits), rules_of(fit, fits)
    return Side(config, interval, rules, classes, dialect, tuple(tensors))


def _ends_in_classes(layers: Layers) -> bool:
    """Whether the last layer listed is a classifier: a matrix with a bias."""
    last = layers.kernels[-1:]
    return any(kernel.is_matrix and kernel.bias is not None for kernel in last)


def _fit(layers: Layers, kind: str, dialect: str) -> tuple[Found, list[Found]] | None:
    """The best of those that have every listed layer before the head."""
    shapes = Shapes(layers.kernels, is_part=True)
    if shapes.counts.total() < FEWEST_KERNELS:
        return None
    fits = best(shapes, candidates())
    listed = sum(not kernel.is_matrix for kernel in layers.kernels)
    if not fits or fits[0].score < listed - MOST_IN_A_HEAD:
        return None
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
            len(candidate.options),
            candidate.rule != said,
            roundness(fit)[1],
        )

    return min(fits, key=key), fits
