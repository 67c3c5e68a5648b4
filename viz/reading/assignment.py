"""Which kernel and which norm belongs to which layer, where names alone tell the order.

Layers of one shape take kernels in the order that names tell. Where names do not tell it, a kernel
goes where its neighbours in name leave one place only; what is then still open is ``undecided``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from viz.reading.layers import Kernel, KernelShape, Layers, Norm
from viz.reading.order import Key, is_before, is_chain
from viz.reading.specs import Spec

Names = tuple[str, ...]


class Group(NamedTuple):
    """Layers of one shape, by their numbers, and the file's kernels of that shape."""

    places: list[int]
    kernels: list[Kernel]


class Assigned(NamedTuple):
    """Kernels by the number of their layer; names of which nothing tells where they go."""

    kernels: dict[int, Kernel]
    undecided: Names


def assigned(layers: Layers, kernels: Sequence[Kernel], specs: Sequence[Spec]) -> Assigned:
    """The kernels of these layers."""
    found: dict[int, Kernel] = {}
    unsettled = []
    for group in _groups(kernels, specs):
        if len(group.places) == len(group.kernels) and is_chain([k.key for k in group.kernels]):
            found.update(zip(group.places, group.kernels, strict=True))
        else:
            unsettled.append(group)
    while unsettled and (fixed := _forced(layers, unsettled, found)):
        found.update(fixed)
        unsettled = [left for group in unsettled if (left := _left(group, fixed)).places]
    return _guessed(layers, unsettled, found)


def _groups(kernels: Sequence[Kernel], specs: Sequence[Spec]) -> Iterator[Group]:
    """By shape; by shape and bias where both sides have as many of each."""
    wanted: dict[KernelShape, list[int]] = defaultdict(list)
    held: dict[KernelShape, list[Kernel]] = defaultdict(list)
    for number, spec in enumerate(specs):
        wanted[spec.shape].append(number)
    for kernel in kernels:
        held[kernel.shape].append(kernel)
    for shape, places in wanted.items():
        yield from _by_bias(Group(places, held.get(shape, [])), specs)


def _by_bias(group: Group, specs: Sequence[Spec]) -> Iterator[Group]:
    biases = Counter(specs[place].bias for place in group.places)
    if len(biases) < 2 or biases != Counter(k.bias is not None for k in group.kernels):
        if group.kernels:
            yield group
        return
    for bias in (False, True):
        places = [place for place in group.places if specs[place].bias == bias]
        yield Group(places, [k for k in group.kernels if (k.bias is not None) == bias])


def _forced(
    layers: Layers, unsettled: Sequence[Group], found: dict[int, Kernel]
) -> dict[int, Kernel]:
    """Kernels that fit one place only, and places that only one kernel fits."""
    fixed: dict[int, Kernel] = {}
    for group in unsettled:
        fits = {kernel: _fitting(layers, kernel, group.places, found) for kernel in group.kernels}
        takers = Counter(place for places in fits.values() for place in places)
        only = Counter(places[0] for places in fits.values() if len(places) == 1)
        for kernel, places in fits.items():
            alone = [place for place in places if takers[place] == 1]
            if len(places) == 1 and only[places[0]] == 1:
                fixed[places[0]] = kernel
            elif len(alone) == 1:
                fixed.setdefault(alone[0], kernel)
    return fixed


def _left(group: Group, fixed: dict[int, Kernel]) -> Group:
    taken = {kernel.weight for kernel in fixed.values()}
    places = [place for place in group.places if place not in fixed]
    return Group(places, [kernel for kernel in group.kernels if kernel.weight not in taken])


def _fitting(
    layers: Layers, kernel: Kernel, places: Sequence[int], found: dict[int, Kernel]
) -> list[int]:
    low, high = bounds(layers, kernel, found)
    return [place for place in places if low < place < high]


def bounds(layers: Layers, kernel: Kernel, found: dict[int, Kernel]) -> tuple[int, int]:
    """The last layer before a kernel and the first behind it, of those that have been found."""
    low, high = -1, 1 << 60
    for place, other in found.items():
        if layers.is_before(other, kernel):
            low = max(low, place)
        elif layers.is_before(kernel, other):
            high = min(high, place)
    return low, high


def _guessed(layers: Layers, unsettled: Sequence[Group], found: dict[int, Kernel]) -> Assigned:
    """What nothing decides goes in the order of names, as good as any other."""
    names: Names = ()
    more: dict[int, Kernel] = {}
    for group in unsettled:
        free = list(group.kernels)
        for place in group.places:
            fitting = [k for k in free if place in _fitting(layers, k, [place], found)]
            if fitting:
                more[place] = fitting[0]
                free.remove(fitting[0])
        if len(group.kernels) > 1 or (group.kernels and len(group.places) > 1):
            names = names or tuple(kernel.layer for kernel in group.kernels[:2])
    return Assigned({**found, **more}, names)


# Norms


def norms_of(
    layers: Layers, specs: Sequence[Spec], chosen: dict[str, Kernel]
) -> tuple[dict[str, Norm], Names]:
    """For each path the norm of its length whose name shares most with its kernel's.

    Of several that share as much, the order of names says which; names where it does not.
    """
    wanted: dict[int, list[Spec]] = defaultdict(list)
    held: dict[int, list[Norm]] = defaultdict(list)
    for spec in specs:
        if spec.norm and spec.path in chosen:
            wanted[spec.shape[0]].append(spec)
    behind = {kernel.place + 1 for kernel in chosen.values()}
    for norm in layers.norms:
        if not norm.spelled or norm.place in behind:  # the norms of others may be folded
            held[norm.length].append(norm)
    found: dict[str, Norm] = {}
    undecided: Names = ()
    for length, alike in wanted.items():
        undecided = _nearest(alike, held.get(length, []), chosen, found) or undecided
    return found, undecided


def _nearest(
    specs: list[Spec], norms: list[Norm], chosen: dict[str, Kernel], found: dict[str, Norm]
) -> Names:
    """Norms and kernels with the longest beginning in common first; then shorter ones."""
    undecided: Names = ()
    deepest = max((len(norm.key) for norm in norms), default=-1)
    for depth in range(deepest, -1, -1):
        near: dict[Key, list[Norm]] = defaultdict(list)
        for norm in norms:
            near[norm.key[:depth]].append(norm)
        groups: dict[Key, list[Spec]] = defaultdict(list)
        for spec in specs:
            groups[chosen[spec.path].key[:depth]].append(spec)
        for start, kin in groups.items():
            if start in near and len(start) == depth:
                held = _behind(kin, near[start], chosen) or near[start]
                found.update((s.path, norm) for s, norm in zip(kin, held, strict=False))
                undecided = _open(kin, held) or undecided
        specs = [spec for spec in specs if spec.path not in found]
        taken = {norm.place for norm in found.values()}
        norms = [norm for norm in norms if norm.place not in taken]
        if not specs or not norms:
            break
    return undecided


def _behind(
    specs: Sequence[Spec], norms: Sequence[Norm], chosen: dict[str, Kernel]
) -> list[Norm] | None:
    """Where there are too many norms: of each kernel the first that names put behind it."""
    if len(norms) <= len(specs):
        return None
    held: list[Norm] = []
    for spec in specs:
        behind = [n for n in norms if n not in held and is_before(chosen[spec.path].key, n.key)]
        if not behind:
            return None
        held.append(behind[0])
    return held


def _open(specs: Sequence[Spec], norms: Sequence[Norm]) -> Names:
    """Names of norms of which nothing tells whose they are."""
    one_way = len(specs) == len(norms) and is_chain([norm.key for norm in norms])
    return () if one_way else tuple(norm.layer for norm in norms[:2])
