"""Whether the last 1x1 convolution of a network that was read belongs to its head."""

from collections.abc import Iterable
from functools import cache
from itertools import groupby

from viz.net.operations import Block
from viz.net.trace import trace
from viz.net.zoo import ZOO

Form = tuple[tuple[str, tuple[int, ...], int, bool], ...]


def last_is_head(blocks: Iterable[Block]) -> bool:
    """As it is in the network of the zoo that has these blocks, whatever its width and depth."""
    return _form(blocks) in _forms()


@cache
def _forms() -> frozenset[Form]:
    return frozenset(_form(trace(key).blocks) for key, held in ZOO.items() if held.last_is_head)


def _form(blocks: Iterable[Block]) -> Form:
    """Kinds, kernels, strides and SE in their order; what is repeated stands once."""
    each = ((b.kind, b.facts.kernels, b.facts.stride, bool(b.facts.squeeze)) for b in blocks)
    return tuple(form for form, _ in groupby(each))
