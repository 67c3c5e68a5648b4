"""Which network is this? Tensors with shapes in, a configuration of the zoo out.

Shapes say it, not names: the search finds the networks and widths that share most layers with the
file, and the best of them is laid over it tensor by tensor.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from os import PathLike
from pathlib import Path
from typing import Any

from viz.net.config import Config
from viz.net.operations import Role
from viz.net.trace import trace_config
from viz.net.zoo import ZOO
from viz.reading import dialects
from viz.reading.answer import Close, Difference, Identification
from viz.reading.layers import NORM_PARTS, Kernel, Layers, layers_of
from viz.reading.loose_weights import with_beside
from viz.reading.match import Match, Pair, is_at, match
from viz.reading.process import read
from viz.reading.published import published_as
from viz.reading.search import Found, Shapes, best
from viz.reading.specs import FINEST, Candidate, Spec, candidates, specs_at
from viz.reading.table import explained, missing_of, names_of, params_of, prefix_of, unexpected_of
from viz.reading.tensors import Content, ReadError, arrays_in, content_of
from viz.reading.variations import (
    PUBLISHED_DEPTHS,
    at_other_depths,
    at_other_divisors,
    in_channels_of,
)

MOST_LAYERS = 2_000  # of a kind; EfficientNet-B7 has 300, with averages beside them 600
PAPERS = "papers"
WHOLE = frozenset({"int8", "uint8", "int4", "uint4"})  # types of quantised weights
# Whose width rule is named where several fit and names do not say.
RULES_OF_FORMATS = {"keras": "keras", "tflite": "keras"}
# What is claimed without being exact: so much of the network's layers, and of the file's where the
# network lies (docs/identification.md).
LEAST = 2 / 3


def identify(source: str | Path | Mapping[str, Any]) -> Identification:
    """Say which network a file, or a state_dict (names with tensors or arrays), is.

    A file is read in a process of its own, without its weights (``viz.reading.limits``). It goes by
    the shapes of tensors, not by their names. Raises ``ReadError``, one sentence, for what cannot
    be read.
    """
    if isinstance(source, Mapping):
        return identify_content(content_of(_arrays(source)))
    if not isinstance(source, str | PathLike):
        kind = type(source).__name__
        raise ReadError(
            f"A file or a state_dict is identified, and this is a {kind}: give the state_dict() of "
            "a module, or draw it whole with viz.read."
        )
    answer = identify_content(read(source))
    published, warning = published_as(Path(source))
    notes = (*answer.notes, warning) if warning else answer.notes
    return replace(answer, published=published, notes=notes)


def _arrays(source: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return arrays_in(source)
    except ReadError:
        raise ReadError("There are no tensors: give a state_dict, names with tensors.") from None


def identify_content(content: Content) -> Identification:
    """Say which network the tensors of a file are."""
    content = replace(content, notes=(*content.notes, *_quantised(content)))
    layers = layers_of(content)
    dialect = dialects.dialect_of([tensor.name for tensor in content.tensors])
    is_too_large = max(len(layers.kernels), len(layers.norms)) > MOST_LAYERS
    fits = [] if is_too_large else _fits(layers)
    if not fits:
        return _nothing(content, dialect)
    chosen = _chosen(content, layers, fits, dialect)
    laid = match(layers, specs_at(chosen.candidate, chosen.width))
    config = chosen.candidate.at(chosen.width, laid.classes)
    laid = with_beside(content, layers, laid, trace_config(config))
    share, exact = explained(content, layers, laid), is_exact(layers, laid)
    if not (exact or _is_most(layers, laid)):
        return _nothing(content, dialect, params_of(content, layers))
    rows = names_of(content, laid, config)
    return Identification(
        format=content.format,
        tensors=len(content.tensors),
        params=params_of(content, layers),
        exact=exact,
        explained=share,
        match=config,
        nearest=_nearest_other(layers, config),
        prefix=prefix_of(laid, rows),
        dialect=dialect,
        widths=interval_of(chosen, fits),
        rules=rules_of(chosen, fits),
        folded=laid.folded,
        differences=tuple(_difference(s, k, laid.classes) for s, k in laid.replaced),
        missing=missing_of(laid),
        unexpected=unexpected_of(content, layers, laid),
        names=rows,
        notes=content.notes,
    )


def _quantised(content: Content) -> Iterator[str]:
    """A sentence, where kernels are whole numbers."""
    kinds = {one.dtype for one in content.tensors if len(one.shape) > 1 and one.dtype in WHOLE}
    if kinds:
        yield f"Its weights are quantised: {', '.join(sorted(kinds))}."


def _difference(spec: Spec, kernel: Kernel, classes: int) -> Difference:
    """Two shapes of a layer; that of a classifier for as many classes as the file has."""
    out, *rest = spec.shape
    shape = (classes if spec.role is Role.CLASSIFIER else out, *rest)
    return Difference(spec.path, kernel.shape, shape)


def _nothing(content: Content, dialect: str, params: int = 0) -> Identification:
    """A file that is not a network the Atlas knows."""
    return Identification(
        content.format, len(content.tensors), params, False, 0.0, None, None, "", dialect, (0, 0),
        (), False, (), (), (), (), content.notes
    )  # fmt: skip


# Finding candidates


def _fits(layers: Layers) -> list[Found]:
    """The best fits, at a divisor of 8 and a depth of 1; at others where none of these is whole."""
    shapes = Shapes(layers.kernels)
    found: list[Found] = []
    for in_channels in in_channels_of(layers):
        found += best(shapes, candidates(in_channels))
    found = _best_of(found)
    if found and not is_exact(layers, match(layers, _specs(found[0]))):
        in_channels = found[0].candidate.in_channels
        others = at_other_divisors(layers, shapes, in_channels)
        others += at_other_depths(layers, shapes, in_channels)
        whole = [fit for fit in others if fit.score >= sum(not s.in_head for s in _specs(fit))]
        found = [fit for fit in whole if is_exact(layers, match(layers, _specs(fit)))] or found
    if found and ZOO[found[0].candidate.variant].group != PAPERS:
        own = [c for c in candidates(found[0].candidate.in_channels) if _is_of_paper(c)]
        found += best(shapes, own)
    return found


def _is_of_paper(candidate: Candidate) -> bool:
    return ZOO[candidate.variant].group == PAPERS


def _specs(fit: Found) -> tuple[Spec, ...]:
    return specs_at(fit.candidate, fit.width)


def _best_of(fits: Iterable[Found]) -> list[Found]:
    """Those that share the highest score."""
    listed = list(fits)
    most = max((fit.score for fit in listed), default=0)
    return [fit for fit in listed if fit.score == most]


# Choosing among equals


def _chosen(content: Content, layers: Layers, fits: Sequence[Found], dialect: str) -> Found:
    """Among fits as good as each other: exact ones, the dialect's rule, the roundest width."""
    said = RULES_OF_FORMATS.get(content.format, "")
    roundest = [min(group, key=roundness) for group in _by_candidate(fits)]

    def key(fit: Found) -> tuple[object, ...]:
        candidate, laid = fit.candidate, match(layers, _specs(fit))
        network = ZOO[candidate.variant]
        rules = [rule.name for rule in network.rules]
        return (
            not is_exact(layers, laid),
            -_whole_layers(laid),
            -explained(content, layers, laid),
            network.group != PAPERS,
            len(missing_of(laid)),
            PUBLISHED_DEPTHS.get(candidate.depth, fit.width) != fit.width,
            roundness(fit)[0],
            candidate.rule != (dialects.rule_of(dialect, candidate.options) or said),
            len(candidate.options),
            rules.index(candidate.rule),
            candidate.divisor.bit_count(),  # 4 rather than 6, and 4 rather than 2
            -candidate.divisor,
        )

    return min(roundest, key=key)


def _by_candidate(fits: Sequence[Found]) -> list[list[Found]]:
    listed = sorted(fits, key=lambda fit: (fit.candidate, fit.width))
    return [list(group) for _, group in groupby(listed, key=lambda fit: fit.candidate)]


def roundness(fit: Found) -> tuple[int, int]:
    """Smaller for rounder widths: 1, then halves, quarters, tenths, twentieths, the rest."""
    steps = (100, 50, 25, 10, 5, 1)
    return next(i for i, step in enumerate(steps) if fit.width % step == 0), abs(fit.width - 100)


def interval_of(chosen: Found, fits: Sequence[Found]) -> tuple[float, float]:
    """The least and the largest width with the same shapes."""
    same = {
        fit.width
        for fit in fits
        if fit.candidate == chosen.candidate and _specs(fit) == _specs(chosen)
    }
    low = high = chosen.width
    while low - 1 in same:
        low -= 1
    while high + 1 in same:
        high += 1
    return low / FINEST, high / FINEST


def rules_of(chosen: Found, fits: Iterable[Found]) -> tuple[str, ...]:
    """The width rules that give the same shapes at the same width."""
    alike = {
        fit.candidate.rule
        for fit in fits
        if fit.width == chosen.width
        and fit.candidate._replace(rule="") == chosen.candidate._replace(rule="")
        and _specs(fit) == _specs(chosen)
    }
    return tuple(r.name for r in ZOO[chosen.candidate.variant].rules if r.name in alike)


# Judging


def is_exact(layers: Layers, laid: Match) -> bool:
    """Whether the network is there whole, and nothing else among its layers."""
    if laid.found < laid.wanted or _whole_layers(laid) < sum(1 for p in laid.pairs if p.kernel):
        return False
    found = [pair.kernel for pair in laid.pairs if pair.kernel]
    return not any(
        is_at(kernel, laid.home) and not kernel.is_matrix and _is_among(layers, kernel, found)
        for kernel in laid.kernels
    )


def _is_among(layers: Layers, kernel: Kernel, found: Sequence[Kernel]) -> bool:
    """Whether a kernel surely stands between others."""
    is_behind = any(layers.is_before(other, kernel) for other in found)
    return is_behind and any(layers.is_before(kernel, other) for other in found)


def _whole_layers(laid: Match) -> int:
    """Layers that are there with all that belongs to them, and without a bias that does not."""
    return sum(
        pair.kernel is not None
        and (
            laid.folded
            or pair.folded
            or (pair.spec.bias == (pair.kernel.bias is not None) and _has_norm(pair))
        )
        for pair in laid.pairs
    )


def _is_most(layers: Layers, laid: Match) -> bool:
    """Whether most of the network is in the file, and most of what lies there is the network."""
    inside = sum(is_at(kernel, laid.home) for kernel in layers.kernels)
    taken = sum(p.kernel is not None and is_at(p.kernel, laid.home) for p in laid.pairs)
    return laid.found >= LEAST * laid.wanted and taken >= LEAST * inside


def _has_norm(pair: Pair) -> bool:
    """Whether its norm is whole: a group norm has no statistics, and is another one."""
    if pair.norm is None or not pair.spec.norm:
        return pair.norm is None and not pair.spec.norm
    return pair.norm.spelled or len(pair.norm.tensors) == len(NORM_PARTS)


def _share(laid: Match) -> float:
    return laid.found / max(laid.wanted, 1)


def _nearest_other(layers: Layers, config: Config) -> Close | None:
    """The paper's network, other than this one, that shares most layers with the file."""
    others = [
        candidate
        for candidate in candidates(config.in_channels)
        if candidate.variant != config.variant and _is_of_paper(candidate)
    ]
    found = best(Shapes(layers.kernels), others)
    if not found:
        return None
    fit = min(_best_of(found), key=roundness)
    laid = match(layers, _specs(fit))
    return Close(fit.candidate.at(fit.width, config.classes), _share(laid))
