"""Weights of a network that belong to no convolution: norms of their own, and layer scale.

V4's hybrids have both. Where what is left over of a file is exactly these, in the network's order,
they belong together.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from viz.net.operations import CONVOLUTIONS
from viz.net.trace import Trace
from viz.reading.layers import Layers
from viz.reading.match import Match, parts
from viz.reading.order import key_of, sort_key
from viz.reading.tensors import Content

GAIN_NAME = "gamma"


class Loose(NamedTuple):
    """One of them: the path in the network or the layer's name in the file, and how long it is.

    ``numbers`` are those of its tensors in the file; a norm has several, layer scale one.
    """

    path: str
    is_norm: bool
    length: int
    numbers: tuple[int, ...] = ()


def with_beside(content: Content, layers: Layers, laid: Match, traced: Trace) -> Match:
    """The match with these weights taken out of what is left over."""
    wanted = list(_of_network(traced))
    found = _of_file(content, layers, laid)
    for pairs in (_in_order(wanted, found), _by_ends(wanted, found)):
        if wanted and pairs and all(own[1:3] == theirs[1:3] for own, theirs in pairs):
            taken = tuple((own.path, theirs.numbers) for own, theirs in pairs)
            return laid._replace(norms=(), beside=taken)
    return laid


def _in_order(wanted: Sequence[Loose], found: Sequence[Loose]) -> list[tuple[Loose, Loose]]:
    return list(zip(wanted, found, strict=True)) if len(wanted) == len(found) else []


def _by_ends(wanted: Sequence[Loose], found: Sequence[Loose]) -> list[tuple[Loose, Loose]]:
    """Pairs whose names end alike, those of one end and one length in their order."""
    ours, theirs = _ends(wanted), _ends(found)
    if {end: len(each) for end, each in ours.items()} != {
        e: len(each) for e, each in theirs.items()
    }:
        return []
    return [pair for end in ours for pair in zip(ours[end], theirs[end], strict=True)]


def _ends(each: Sequence[Loose]) -> dict[tuple[tuple[str, ...], int], list[Loose]]:
    found: dict[tuple[tuple[str, ...], int], list[Loose]] = {}
    for one in each:
        found.setdefault((parts(one.path)[-2:], one.length), []).append(one)
    return found


def _of_network(traced: Trace) -> Iterator[Loose]:
    kinds = {op.path: op.kind for op in traced.operations}
    for op in traced.operations:
        if op.kind == "gain":
            yield Loose(op.path, False, op.out_shape[0])
        elif op.kind == "norm" and kinds.get(op.inputs[0]) not in CONVOLUTIONS:
            yield Loose(op.path, True, op.out_shape[0])


def _of_file(content: Content, layers: Layers, laid: Match) -> Sequence[Loose]:
    found = [Loose(norm.layer, True, norm.length, norm.tensors) for norm in laid.norms]
    for number in layers.others:
        tensor = content.tensors[number]
        found.append(Loose(tensor.layer, False, tensor.elements, (number,)))
    if layers.ordered:
        return sorted(found, key=lambda one: one.numbers[0])
    # Names do not tell more: in a block the norm comes first, layer scale last.
    return sorted(found, key=lambda o: (sort_key(key_of(o.path.rpartition(".")[0])), not o.is_norm))
