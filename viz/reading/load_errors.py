"""The error of weights that do not fit a model: which network each side is, and what to change.

Its text lists tensors whose shapes differ, with both shapes, and names that only one side has. What
both have alike it leaves out, so that a side is known by a part of its layers: a network is named
only where it explains all that is listed (docs/identification.md).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from viz.net.operations import Role
from viz.net.zoo import ZOO
from viz.reading.advice import COUNTERS, Side, advice_of, is_stem
from viz.reading.dialects import dialect_of, rule_of
from viz.reading.error_text import Listed, listed_in
from viz.reading.identify import LEAST, PAPERS, interval_of, roundness, rules_of
from viz.reading.layers import NORM_PARTS, KernelShape, Layers, layers_of
from viz.reading.search import Found, Shapes, best
from viz.reading.specs import Candidate, Spec, candidates, specs_at
from viz.reading.tensors import Content, Tensor, layout_of
from viz.reading.variations import PUBLISHED_DEPTHS, in_channels_of

FEWEST_KERNELS = 3  # fewer could belong to anything
FEWEST_DEPTHWISE = 2  # all networks of the family have them, and few others
USUAL_CHANNELS = 3  # of images
USUAL_WIDTHS = (100, 75, 50, 140, 35, 125)  # in hundredths: looked at though little is listed


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

    ``text`` is what PyTorch, mmcv, TensorFlow or Keras prints, with whatever stands around it.
    Raises ``ReadError`` where no such error is in it.
    """
    listed = listed_in(text)
    file, model = _sides_of(listed)
    advice = (*listed.told, *advice_of(file, model, listed.missing, listed.unexpected))
    return ErrorAnswer(file, model, listed.missing, listed.unexpected, advice)


class _Part(NamedTuple):
    """What is listed of one side, and what explains it: of each network the likeliest."""

    tensors: tuple[Tensor, ...]
    layers: Layers
    alone: int  # kernels that this side alone has, of which names are listed
    dialect: str
    fits: list[Found]
    likely: list[Found]


def _sides_of(listed: Listed) -> tuple[Side, Side]:
    """Both sides: what explains the whole error, or most of a network on its own."""
    file = _part([theirs for theirs, _ in listed.pairs], listed.unexpected, listed.kind)
    model = _part([ours for _, ours in listed.pairs], listed.missing, listed.kind)
    more = _counted(listed.unexpected) - _counted(listed.missing)
    both = [
        (one, other)
        for one, other in product(file.likely, model.likely)
        if _tensor_count(one) - _tensor_count(other) == more
    ]
    shapes = list(_shape_pairs(file.layers, model.layers))
    whole = [pair for pair in both if _is_whole(*pair, shapes)]
    whole = whole or [p for p in both if _is_most(file, p[0]) and _is_most(model, p[1])]
    if whole:
        return _side(file, [one for one, _ in whole]), _side(model, [other for _, other in whole])
    return tuple(  # type: ignore[return-value]  # two of two
        _side(part, [fit for fit in part.likely if not part.alone and _is_most(part, fit)])
        for part in (file, model)
    )


def _counted(names: Sequence[str]) -> int:
    """So many tensors, without counters: PyTorch itself adds those that a file lacks."""
    return sum(not name.endswith(COUNTERS) for name in names)


def _part(tensors: Sequence[Tensor], beside: Sequence[str], kind: str) -> _Part:
    layers = layers_of(Content("error", tuple(tensors), layout_of(tensors)))
    dialect = dialect_of([*(tensor.name for tensor in tensors), *beside])
    fits = _fits(layers)
    likely = _likely(fits, layers, kind, dialect)
    return _Part(tuple(tensors), layers, _kernel_count(beside), dialect, fits, likely)


def _kernel_count(names: Sequence[str]) -> int:
    """How many of these names are kernels: a norm has statistics beside its weight."""
    held = set(names)
    weights = (name.removesuffix("weight") for name in names if name.endswith(".weight"))
    return sum(f"{layer}running_mean" not in held for layer in weights)


def _shape_pairs(file: Layers, model: Layers) -> Iterator[tuple[KernelShape, KernelShape]]:
    """The two shapes of each listed kernel."""
    theirs = {kernel.layer: kernel for kernel in file.kernels}
    for kernel in model.kernels:
        if other := theirs.get(kernel.layer):
            yield other.shape, kernel.shape


def _is_whole(one: Found, other: Found, shapes: list[tuple[KernelShape, KernelShape]]) -> bool:
    """Whether loading one network into the other gives this error, whatever its classes are."""
    classes = [specs_at(fit.candidate, fit.width)[-1] for fit in (one, other)]
    last = shapes[-1:]
    is_classifier = all(spec.role is Role.CLASSIFIER for spec in classes) and any(
        pair[side][1:] == classes[side].shape[1:] for pair in last for side in (0, 1)
    )
    alike = (shapes, shapes[:-1]) if is_classifier else (shapes,)
    return any(list(_differing(one, other, staged=staged)) in alike for staged in (False, True))


def _differing(
    one: Found, other: Found, *, staged: bool
) -> Iterator[tuple[KernelShape, KernelShape]]:
    """What the error of loading one network into another lists, in order.

    Names count blocks from the first to the last, or (``staged``) within each stage.
    """
    theirs, ours = (_by_place(_before_classes(fit), staged=staged) for fit in (one, other))
    for key, spec in ours.items():
        if key in theirs and theirs[key].shape != spec.shape:
            yield theirs[key].shape, spec.shape


def _by_place(specs: Sequence[Spec], *, staged: bool) -> dict[tuple[int | str, ...], Spec]:
    seen: Counter[tuple[int | str, ...]] = Counter()
    places = _stages(specs) if staged else {}
    placed: dict[tuple[int | str, ...], Spec] = {}
    for spec in specs:
        key = (*places.get(spec.block, (spec.block, 0)), str(spec.role))
        placed[(*key, seen[key])] = spec
        seen[key] += 1
    return placed


def _stages(specs: Sequence[Spec]) -> dict[int, tuple[int, int]]:
    """Of each block its stage and its place there: a stage ends where the channels change."""
    channels = {spec.block: spec.shape[0] for spec in specs}  # of its last layer
    places: dict[int, tuple[int, int]] = {}
    stage, place, before = 0, -1, 0
    for block, out in channels.items():
        stage, place = (stage, place + 1) if out == before else (stage + 1, 0)
        places[block], before = (stage, place), out
    return places


def _before_classes(fit: Found) -> list[Spec]:
    specs = specs_at(fit.candidate, fit.width)
    return [spec for spec in specs if spec.role is not Role.CLASSIFIER]


def _is_most(part: _Part, fit: Found) -> bool:
    """Whether the layers listed are most of the network's before its head, and no more."""
    wanted = len(_before_classes(fit))
    has_classifier = any(kernel.is_matrix for kernel in part.layers.kernels[-1:])
    listed = len(part.layers.kernels) + part.alone - has_classifier
    return LEAST * wanted <= listed <= wanted


def _side(part: _Part, fits: Sequence[Found]) -> Side:
    """The side as the roundest of what explains it; several networks where these are as good."""
    kernels = part.layers.kernels
    classes = kernels[-1].shape[0] if _ends_in_classes(part.layers) else 0
    first = list({fit.candidate.variant: fit for fit in reversed(fits)}.values())[::-1]
    if any(ZOO[fit.candidate.variant].group == PAPERS for fit in first):
        first = [fit for fit in first if ZOO[fit.candidate.variant].group == PAPERS]
    configs = tuple(fit.candidate.at(fit.width, classes or 1_000) for fit in first)
    if len(first) != 1:
        return Side(None, (0.0, 0.0), (), classes, part.dialect, part.tensors, configs)
    fit = first[0]
    widths, rules = interval_of(fit, part.fits), rules_of(fit, part.fits)
    return Side(configs[0], widths, rules, classes, part.dialect, part.tensors)


def _ends_in_classes(layers: Layers) -> bool:
    """Whether the last layer listed is a classifier: a matrix with a bias."""
    last = layers.kernels[-1:]
    return any(kernel.is_matrix and kernel.bias is not None for kernel in last)


def _fits(layers: Layers) -> list[Found]:
    """The networks that have every listed convolution."""
    shapes = Shapes(layers.kernels, is_part=True)
    listed = Counter(kernel.shape for kernel in layers.kernels if not kernel.is_matrix)
    depthwise = sum(n for shape, n in listed.items() if shape[1] == 1 and shape[2] > 1)
    if shapes.counts.total() < FEWEST_KERNELS or depthwise < FEWEST_DEPTHWISE:
        return []
    entering = in_channels_of(layers) if is_stem(layers.kernels[0].layer) else []
    fits: dict[tuple[Candidate, int], Found] = {}
    for channels in dict.fromkeys((*entering, USUAL_CHANNELS)):
        likely = candidates(channels)
        usual = [Found(shapes.counts.total(), c, width) for c in likely for width in USUAL_WIDTHS]
        for fit in (*best(shapes, likely), *usual):
            if _has(fit, listed):
                fits[fit.candidate, fit.width] = fit
    return list(fits.values())


def _has(fit: Found, listed: Counter[KernelShape]) -> bool:
    return listed <= Counter(spec.shape for spec in specs_at(fit.candidate, fit.width))


def _tensor_count(fit: Found) -> int:
    """Tensors of the network's state_dict, without counters."""
    specs = specs_at(fit.candidate, fit.width)
    return sum(1 + spec.bias + len(NORM_PARTS) * bool(spec.norm) for spec in specs)


def _likely(fits: Sequence[Found], layers: Layers, kind: str, dialect: str) -> list[Found]:
    """Of each network, with each choice of options, the roundest at each depth; likeliest first."""
    by_path = {kernel.layer: kernel.shape for kernel in layers.kernels}
    said = rule_of(dialect) or "torchvision"
    has_stem = any(is_stem(kernel.layer) for kernel in layers.kernels[:1])

    def key(fit: Found) -> tuple[object, ...]:
        candidate, specs = fit.candidate, specs_at(fit.candidate, fit.width)
        network = ZOO[candidate.variant]
        hits = sum(by_path.get(spec.path) == spec.shape for spec in specs)
        return (
            -hits,
            kind.lower() not in network.name.lower() and network.name.lower() not in kind.lower(),
            network.group != PAPERS,
            roundness(fit)[0],
            has_stem and specs[0].shape != layers.kernels[0].shape,
            candidate.in_channels != USUAL_CHANNELS,
            len(candidate.options),
            candidate.rule != said,
            roundness(fit)[1],
        )

    first: dict[tuple[str, tuple[str, ...]], Found] = {}
    for fit in sorted(fits, key=key):
        first.setdefault((fit.candidate.variant, fit.candidate.options), fit)
    return [deep for fit in first.values() for deep in _at_depths(fit)]


def _at_depths(fit: Found) -> list[Found]:
    """The same at the depth that is published with its width: what is repeated has its shapes."""
    depths = [depth for depth, width in PUBLISHED_DEPTHS.items() if width == fit.width]
    if not ZOO[fit.candidate.variant].deepens:
        depths = []
    return [fit, *(fit._replace(candidate=fit.candidate._replace(depth=d)) for d in depths)]
