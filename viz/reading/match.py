"""A network laid over a file: which layer is which, what is missing, and what is left over."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from viz.net.operations import Role
from viz.reading.assignment import assigned, bounds, norms_of
from viz.reading.layers import Kernel, KernelShape, Layers, Norm
from viz.reading.order import is_average, key_of, sort_key
from viz.reading.specs import Spec

DEEPEST_NAMES = 16
FEW_NORMS = 4  # a quarter of the norms: the others have gone into kernels
MOST_IN_A_HEAD = 2  # layers of a classifier; more of them are a detector's or a segmenter's


class Pair(NamedTuple):
    """A layer of the network with its kernel and norm in the file; None where there is none."""

    spec: Spec
    kernel: Kernel | None
    norm: Norm | None

    @property
    def folded(self) -> bool:
        """Whether its norm has gone into the kernel, which has a bias instead."""
        is_biased = self.kernel is not None and self.kernel.bias is not None
        return is_biased and bool(self.spec.norm) and not (self.norm or self.spec.bias)


class Match(NamedTuple):
    """Pairs in the network's order; what the file has beside them; and where it was found.

    ``replaced`` are layers that the file has in another shape. ``home`` is what the names of the
    network's layers begin with. ``folded`` says that batch norms have gone into kernels and biases.
    ``beside`` are paths of weights that belong to no layer, with their tensors (see ``beside``).
    ``undecided`` are names of which nothing tells in which order they stand.
    """

    pairs: tuple[Pair, ...]
    replaced: tuple[tuple[Spec, Kernel], ...]
    kernels: tuple[Kernel, ...]
    norms: tuple[Norm, ...]
    home: tuple[str, ...]
    folded: bool
    classes: int
    beside: tuple[tuple[str, tuple[int, ...]], ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        """How many layers before the head have been found."""
        return sum(pair.kernel is not None for pair in self.pairs if not pair.spec.in_head)

    @property
    def wanted(self) -> int:
        """How many layers the network has before its head."""
        return sum(not pair.spec.in_head for pair in self.pairs)


def match(layers: Layers, specs: Sequence[Spec]) -> Match:
    """Lay a network over a file's layers."""
    body = [spec for spec in specs if not spec.in_head]
    home = _home(layers.kernels, Counter(spec.shape for spec in body))
    chosen, undecided = _kernels(layers, specs, home)
    chosen |= _twin_classifiers(layers, specs)
    classifier = chosen.get(specs[-1].path) or _classifier(
        layers, specs, chosen, specs[-1].shape[1], home
    )
    if classifier:
        chosen[specs[-1].path] = classifier
    norms, open_norms = _norms(layers, specs, chosen)
    normed = sum(bool(spec.norm) for spec in specs)
    if folded := FEW_NORMS * len(norms) < normed:  # what is left stands before attention
        norms, open_norms = {}, ()
    pairs = tuple(Pair(s, chosen.get(s.path), norms.get(s.path)) for s in specs)
    taken = {kernel.weight for kernel in chosen.values()}
    left = [kernel for kernel in layers.kernels if kernel.weight not in taken]
    replaced = tuple(_replaced(layers, pairs, left))
    if replaced and not classifier:
        classifier = _other_classifier(layers, specs, chosen, replaced, home)
        replaced += ((specs[-1], classifier),) if classifier else ()
    used = {kernel.weight for _, kernel in replaced}
    named = set(norms.values())
    return Match(
        pairs,
        replaced,
        tuple(kernel for kernel in left if kernel.weight not in used),
        tuple(norm for norm in layers.norms if norm not in named),
        home,
        folded=folded,
        classes=classifier.shape[0] if classifier else 0,
        undecided=undecided or open_norms,
    )


def parts(layer: str) -> tuple[str, ...]:
    """A layer's name in parts; what lies deeper than any module's is left together."""
    return tuple(layer.replace("/", ".").split(".", DEEPEST_NAMES)) if layer else ()


def _home(kernels: Sequence[Kernel], wanted: Counter[KernelShape]) -> tuple[str, ...]:
    """The deepest place among the names that holds the whole network; empty where none does."""
    home: tuple[str, ...] = ()
    inside = list(kernels) if _holds(kernels, wanted) else []
    while True:
        groups: dict[str, list[Kernel]] = {}
        for kernel in inside:
            named = parts(kernel.layer)
            if len(named) > len(home):
                groups.setdefault(named[len(home)], []).append(kernel)
        whole = [name for name, held in groups.items() if _holds(held, wanted)]
        if not whole:
            return home
        first = min(whole, key=lambda name: (is_average(name), sort_key(key_of(name))))
        home, inside = (*home, first), groups[first]


def _holds(kernels: Iterable[Kernel], wanted: Counter[KernelShape]) -> bool:
    return wanted <= Counter(kernel.shape for kernel in kernels)


def is_at(kernel: Kernel | Norm, home: tuple[str, ...]) -> bool:
    """Whether a layer lies below a place."""
    return parts(kernel.layer)[: len(home)] == home


def _kernels(
    layers: Layers, specs: Sequence[Spec], home: tuple[str, ...]
) -> tuple[dict[str, Kernel], tuple[str, ...]]:
    """For each path its kernel, and names of which nothing tells where they go."""
    wanted = [spec for spec in specs if spec.role is not Role.CLASSIFIER]
    if layers.ordered:
        return _in_order(layers, wanted, home), ()
    found = assigned(layers, _near_home(layers.kernels, wanted, home), wanted)
    return {wanted[n].path: kernel for n, kernel in found.kernels.items()}, found.undecided


def _near_home(
    kernels: Sequence[Kernel], specs: Sequence[Spec], home: tuple[str, ...]
) -> list[Kernel]:
    """Of each shape the kernels nearest home, as many as are wanted, and those as near as these."""
    wanted = Counter(spec.shape for spec in specs)
    depths: dict[KernelShape, list[int]] = {}
    near = {kernel.weight: _shared(parts(kernel.layer), home) for kernel in kernels}
    for kernel in kernels:
        depths.setdefault(kernel.shape, []).append(near[kernel.weight])
    least = {s: sorted(depths[s], reverse=True)[:n][-1] for s, n in wanted.items() if s in depths}
    return [k for k in kernels if k.shape in least and near[k.weight] >= least[k.shape]]


def _in_order(layers: Layers, wanted: Sequence[Spec], home: tuple[str, ...]) -> dict[str, Kernel]:
    """For each path a kernel of its shape: the next one, at home first, with a bias where wanted.

    Where a file has layers that the network has not, the longest runs that both have come first.
    """
    chosen = {} if home else _by_runs(layers.kernels, wanted)
    taken = {kernel.weight for kernel in chosen.values()}
    waiting: dict[KernelShape, deque[Kernel]] = {}
    for kernel in sorted(layers.kernels, key=lambda kernel: not is_at(kernel, home)):
        if kernel.weight not in taken:
            waiting.setdefault(kernel.shape, deque()).append(kernel)
    for spec in wanted:
        queue = waiting.get(spec.shape)
        if queue and spec.path not in chosen:
            fitting = [kernel for kernel in queue if (kernel.bias is not None) == spec.bias]
            chosen[spec.path] = fitting[0] if fitting else queue[0]
            queue.remove(chosen[spec.path])
    return chosen


def _by_runs(kernels: Sequence[Kernel], specs: Sequence[Spec]) -> dict[str, Kernel]:
    ours, theirs = [spec.shape for spec in specs], [kernel.shape for kernel in kernels]
    runs = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return {
        specs[run.a + step].path: kernels[run.b + step] for run in runs for step in range(run.size)
    }


def _twin_classifiers(layers: Layers, specs: Sequence[Spec]) -> dict[str, Kernel]:
    """Kernels of a network with several classifiers, in order or each by the end of its name."""
    twins = [spec for spec in specs if spec.role is Role.CLASSIFIER]
    if len(twins) < 2:
        return {}
    ends = {parts(spec.path)[-2:]: spec for spec in twins}
    fitting = [k for k in layers.kernels if k.shape[1:] == twins[-1].shape[1:]]
    found = {ends[end].path: k for k in fitting if (end := parts(k.layer)[-2:]) in ends}
    if layers.ordered:
        found = {spec.path: k for spec, k in zip(twins, fitting[-len(twins) :], strict=False)}
    same = {kernel.shape for kernel in found.values()}
    return found if len(found) == len(twins) and len(same) == 1 else {}


def _classifier(
    layers: Layers,
    specs: Sequence[Spec],
    chosen: dict[str, Kernel],
    features: int,
    home: tuple[str, ...],
) -> Kernel | None:
    """The one layer that gives classes from so many features and feeds no other, nearest home."""
    last = specs[-1]
    if last.role is not Role.CLASSIFIER or any(
        s.in_head and s.path not in chosen for s in specs[:-1]
    ):
        return None
    taken = {kernel.weight for kernel in chosen.values()}
    free = [kernel for kernel in layers.kernels if kernel.weight not in taken]
    fitting = [
        kernel
        for kernel in free
        if kernel.shape[1:] == (features, 1, 1)
        and not any(k.shape[1] == kernel.shape[0] for k in free if k is not kernel)
    ]
    depths = [_shared(parts(kernel.layer), home) for kernel in fitting]
    near = [k for k, depth in zip(fitting, depths, strict=True) if depth == max(depths)]
    return near[0] if len(near) == 1 else None


def _other_classifier(
    layers: Layers,
    specs: Sequence[Spec],
    chosen: dict[str, Kernel],
    replaced: Sequence[tuple[Spec, Kernel]],
    home: tuple[str, ...],
) -> Kernel | None:
    """The classifier of a network whose last layer before it has another width."""
    before, kernel = replaced[-1]
    if len(specs) < 2 or before != specs[-2]:
        return None
    seen = {**chosen, before.path: kernel}
    return _classifier(layers, specs, seen, kernel.shape[0], home)


def _norms(
    layers: Layers, specs: Sequence[Spec], chosen: dict[str, Kernel]
) -> tuple[dict[str, Norm], tuple[str, ...]]:
    """For each path its norm, and names of which nothing tells whose they are."""
    if layers.ordered:
        return _norms_behind(layers, specs, chosen), ()
    return norms_of(layers, specs, chosen)


def _norms_behind(
    layers: Layers, specs: Sequence[Spec], chosen: dict[str, Kernel]
) -> dict[str, Norm]:
    """For each path the norm of its length whose name is nearest; of equals the one right behind.

    One that is spelled out stands right behind its kernel: the norms of others may be folded.
    """

    def key(norm: Norm, kernel: Kernel) -> tuple[int, bool, int]:
        behind = norm.place - kernel.place
        return _distance(norm, kernel), behind < 0, abs(behind)

    waiting: dict[int, list[Norm]] = {}
    for norm in layers.norms:
        waiting.setdefault(norm.length, []).append(norm)
    found = {}
    for spec in specs:
        if not spec.norm or spec.path not in chosen:
            continue
        kernel, free = chosen[spec.path], waiting.get(spec.shape[0], [])
        near = [n for n in free if not n.spelled or n.place == kernel.place + 1]
        if near:
            found[spec.path] = min(near, key=partial(key, kernel=kernel))
            free.remove(found[spec.path])
    return found


def _distance(norm: Norm, kernel: Kernel) -> int:
    """Steps from one name to the other in the tree of names."""
    one, other = parts(norm.layer), parts(kernel.layer)
    return len(one) + len(other) - 2 * _shared(one, other)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _replaced(
    layers: Layers, pairs: Sequence[Pair], left: Sequence[Kernel]
) -> Iterable[tuple[Spec, Kernel]]:
    """Layers without a kernel of their shape, with the kernel that stands in their place."""
    found = {number: pair.kernel for number, pair in enumerate(pairs) if pair.kernel}
    open_ = [
        (number, pair.spec)
        for number, pair in enumerate(pairs)
        if number not in found
        and pair.spec.role is not Role.CLASSIFIER
        and not (pair.spec.in_head and len(left) > MOST_IN_A_HEAD)
    ]
    between = {k.weight: bounds(layers, k, found) for k in left} if open_ else {}
    used: set[int] = set()
    for number, spec in open_:
        for kernel in left:
            low, high = between[kernel.weight]
            fits = low < number < high and kernel.weight not in used
            if fits and _is_alike(spec.shape, kernel.shape):
                used.add(kernel.weight)
                yield spec, kernel
                break


def _is_alike(one: KernelShape, other: KernelShape) -> bool:
    """The same window, both depthwise or neither."""
    return one[2:] == other[2:] and (one[1] == 1) == (other[1] == 1)
