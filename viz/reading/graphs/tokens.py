"""What stands in a line of nodes: layers with their norm and activation, SE, and single steps."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from viz.reading.graphs.activations import label
from viz.reading.graphs.nodes import Node
from viz.reading.graphs.wiring import Wiring

WEIGHTED = ("conv", "linear")
FOLLOWS = ("norm", "activation")
# Backwards from SE's product: what stands on the way to the pooled map.
SE_STEPS = ("activation", "layer", "activation", "layer", "average")


class Layer(NamedTuple):
    """A convolution or linear layer with the norm and the activation behind it.

    ``form`` is depthwise, pointwise (a 1x1 convolution, or a linear layer on every position), conv,
    or vector (a linear layer). ``places`` are all its nodes in order.
    """

    places: tuple[int, ...]
    form: str
    kernel: int
    stride: int
    dilation: int
    groups: int
    out: int
    normed: bool
    activation: str


class SE(NamedTuple):
    """Squeeze and excite: its nodes in order, and the channels at its waist."""

    places: tuple[int, ...]
    squeeze: int
    reduce: int  # the place of its first layer
    excite: int  # and of its second


class Step(NamedTuple):
    """A node that is no part of a layer."""

    places: tuple[int, ...]
    kind: str


class Branched(NamedTuple):
    """Branches up to where they meet: ``join`` is the kind of the node that they meet in.

    ``line`` is the branch with most layers, ``aside`` are the places of all others. ``far`` says
    that one of them comes from far before.
    """

    places: tuple[int, ...]
    join: str
    line: "tuple[Token, ...]"
    aside: frozenset[int]
    far: bool


Token = Layer | SE | Step | Branched


def tokens_of(wiring: Wiring) -> list[Token]:
    """The whole graph: its line of tokens, branches as one each."""
    found: list[Token] = []
    line: list[int] = []
    for part in wiring.parts:
        if len(part) == 1 or _is_gate(wiring, part):
            line += part
            continue
        found += line_tokens(wiring, line)
        line = []
        found.append(_branched(wiring, part))
    return found + line_tokens(wiring, line)


def _is_gate(wiring: Wiring, part: range) -> bool:
    se = se_at(wiring, part[-1])
    return se is not None and se.places == tuple(part)


def _branched(wiring: Wiring, part: range) -> Branched:
    end = part[-1]
    ways = [wiring.way_to(source, part) for source in dict.fromkeys(wiring.sources[end])]
    main = max(ways, key=lambda way: (wiring.work(way), wiring.reach(way), len(way)), default=set())
    aside = frozenset(part) - main - {end}
    line = tuple(line_tokens(wiring, sorted(main)))
    far = any(s < part.start - 1 for place in part for s in wiring.sources[place])
    return Branched(tuple(part), wiring.nodes[end].kind, line, aside, far)


def line_tokens(wiring: Wiring, places: Sequence[int]) -> list[Token]:
    """The tokens of some nodes in order."""
    gates = {se.places[-1]: se for se in _all_se(wiring, places)}
    inside = {place for se in gates.values() for place in se.places}
    found: list[Token] = []
    run: list[int] = []
    for place in places:
        if place in gates:
            found += [*_layer(wiring, run), gates[place]]
            run = []
        elif place not in inside:
            if run and not _goes_on(wiring, run, place):
                found += _layer(wiring, run)
                run = []
            run.append(place)
    return _with_late_norms([*found, *_layer(wiring, run)])


def _with_late_norms(tokens: list[Token]) -> list[Token]:
    """A norm behind a change of axes belongs to the layer before, as in ConvNeXt."""
    made: list[Token] = []
    for token in tokens:
        layer = made[-2] if len(made) > 1 and _is_step(made[-1], "shape") else None
        bare = isinstance(layer, Layer) and not (layer.normed or layer.activation)
        if isinstance(layer, Layer) and bare and _is_step(token, "norm"):
            places = (*layer.places, *made[-1].places, *token.places)
            made[-2:] = [layer._replace(places=places, normed=True)]
        else:
            made.append(token)
    return made


def _is_step(token: Token, kind: str) -> bool:
    return isinstance(token, Step) and token.kind == kind


def _all_se(wiring: Wiring, places: Iterable[int]) -> Iterator[SE]:
    for place in places:
        if wiring.nodes[place].kind == "product" and (se := se_at(wiring, place)):
            yield se


def _goes_on(wiring: Wiring, run: Sequence[int], place: int) -> bool:
    """Whether a node belongs to the layer before it: one norm, then one activation."""
    node, before = wiring.nodes[place], [wiring.nodes[p].kind for p in run]
    return (
        before[0] in WEIGHTED
        and node.kind in FOLLOWS
        and wiring.sources[place] == (run[-1],)
        and node.kind not in before
        and not (node.kind == "norm" and "activation" in before)
    )


def _layer(wiring: Wiring, run: Sequence[int]) -> Iterator[Token]:
    if not run:
        return
    node = wiring.nodes[run[0]]
    if node.kind not in WEIGHTED:
        yield Step(tuple(run), node.kind)
        return
    kinds = {wiring.nodes[place].kind: wiring.nodes[place] for place in run}
    kernel, stride, dilation, groups = _window(node)
    acts = kinds.get("activation")
    channels = len(node.shape) - 1 if node.kind == "linear" else 0
    yield Layer(
        tuple(run),
        _form(wiring, run[0]),
        kernel,
        stride,
        dilation,
        groups,
        node.shape[channels],
        "norm" in kinds,
        label(acts) if acts else "",
    )


def _window(node: Node) -> tuple[int, int, int, int]:
    """Kernel, stride, dilation, groups: the larger ones, where height and width differ."""
    w = node.window
    return (max(w.kernel), max(w.stride), max(w.dilation), w.groups) if w else (1, 1, 1, 1)


def _form(wiring: Wiring, place: int) -> str:
    node = wiring.nodes[place]
    if node.kind == "linear":
        return "vector" if len(node.shape) == 1 else "pointwise"
    window = node.window
    channels = wiring.shape(wiring.sources[place][0])[-3]
    if window and window.groups == channels > 1:
        return "depthwise"
    return "conv" if window and max(window.kernel) > 1 else "pointwise"


def se_at(wiring: Wiring, place: int) -> SE | None:
    """The SE that ends in a product: a gate that is made of the other operand, pooled."""
    if wiring.nodes[place].kind != "product" or len(wiring.sources[place]) != 2:
        return None
    for gate, source in (wiring.sources[place], wiring.sources[place][::-1]):
        if way := _gate_way(wiring, gate, source):
            layers = [p for p in way if wiring.nodes[p].kind in WEIGHTED]
            squeeze = wiring.nodes[layers[0]].shape[0]
            return SE((*way, place), squeeze, layers[0], layers[1])
    return None


def _gate_way(wiring: Wiring, gate: int, source: int) -> list[int]:
    """From the pooled map to the gate; empty where it is another way."""
    found: list[int] = []
    wanted = list(SE_STEPS)
    here = gate
    while here >= 0 and wanted and len(wiring.sources[here]) == 1:
        node = wiring.nodes[here]
        kind = "layer" if node.kind in WEIGHTED else node.kind
        if kind == wanted[0]:
            wanted.pop(0)
        elif kind not in ("shape", "flatten"):
            return []
        found.insert(0, here)
        here = wiring.sources[here][0]
    is_way = not wanted and here == source and all(b == a + 1 for a, b in pairwise(found))
    return found if is_way else []
