"""Activations that a file or a module spells out: x · relu6(x + 3) / 6 is h-swish.

Steps that work on each value alone, and begin at one map, are one function of one number. It is
computed at many places and compared with the functions that have a name: nothing is guessed from
how it is written.
"""

from collections.abc import Callable, Sequence
from math import erf, exp, inf, log1p, sqrt, tanh

from viz.activations import ACTIVATIONS
from viz.reading.graphs.nodes import Node, readers_of

MOST_STEPS = 12
PLACES = [step / 8 for step in range(-64, 65)]
CLOSE = 1e-5


def _sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def _clip(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def _hard_sigmoid(x: float) -> float:
    return _clip(x + 3, 0, 6) / 6


def _softplus(x: float) -> float:
    return max(x, 0) + log1p(exp(-abs(x)))


NAMED: dict[str, Callable[..., float]] = {
    "relu": lambda x: max(x, 0.0),
    "relu6": lambda x: _clip(x, 0, 6),
    "clip": _clip,
    "sigmoid": _sigmoid,
    "hardsigmoid": _hard_sigmoid,
    "hardswish": lambda x: x * _hard_sigmoid(x),
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    "tanh gelu": lambda x: x * (1 + tanh(sqrt(2 / 3.141592653589793) * (x + 0.044715 * x**3))) / 2,
    "mish": lambda x: x * tanh(_softplus(x)),
    "tanh": tanh,
}
STEPS: dict[str, Callable[..., float]] = {
    **NAMED,
    "erf": erf,
    "softplus": _softplus,
    "exp": exp,
    "neg": lambda x: -x,
    "abs": abs,
    "square": lambda x: x * x,
    "add": lambda x, number: x + number,
    "sub": lambda x, number: x - number,
    "mul": lambda x, number: x * number,
    "div": lambda x, number: x / number,
    "pow": lambda x, number: x**number,
    "linear clip": lambda x, slope, shift: _clip(slope * x + shift, 0, 1),
}
LINEAR = frozenset({"add", "sub", "mul", "div"})  # alone, they are no activation
_CURVES = {name: [value(x) for x in PLACES] for name, value in NAMED.items() if name != "clip"}


def recognised(nodes: Sequence[Node], outputs: Sequence[str]) -> list[Node]:
    """The nodes with every spelled-out activation as one node, under its name."""
    found = {node.name: node for node in nodes}
    readers = readers_of(nodes, outputs)
    order = {node.name: place for place, node in enumerate(nodes)}
    gone: set[str] = set()
    for node in reversed(nodes):
        if node.name in gone or not _is_pointwise(node):
            continue
        inside, source, function = _function(node, found, readers, order)
        if function:
            gone |= inside - {node.name}
            params = sum(found[name].params for name in inside)
            found[node.name] = node._replace(
                kind="activation", inputs=(source,), function=function, number=(), params=params
            )
    return [found[node.name] for node in nodes if node.name not in gone]


def _is_pointwise(node: Node) -> bool:
    if node.kind in ("activation", "scalar"):
        return node.function in STEPS and not node.params
    return node.kind in ("product", "add") and len(node.inputs) == 2


def _function(
    end: Node, found: dict[str, Node], readers: dict[str, set[str]], order: dict[str, int]
) -> tuple[set[str], str, str]:
    """(the nodes within, the node that they begin at, the function's name, empty for none)."""
    inside, edge = {end.name}, set(end.inputs)
    while True:
        if len(edge) == 1:
            (source,) = edge
            is_whole = all(readers[name] <= inside for name in inside - {end.name})
            if is_whole and (
                name := _name(
                    end, source, [found[n] for n in sorted(inside, key=order.__getitem__)]
                )
            ):
                return inside, source, name
        latest = max(edge, key=lambda name: order.get(name, -1))
        if latest not in found or not _is_pointwise(found[latest]) or len(inside) > MOST_STEPS:
            return inside, "", ""
        edge = (edge - {latest}) | set(found[latest].inputs)
        inside.add(latest)


def _name(end: Node, source: str, steps: Sequence[Node]) -> str:
    if len(steps) == 1 and end.function in LINEAR:
        return ""
    try:
        curve = [_value(steps, source, x) for x in PLACES]
    except (OverflowError, ZeroDivisionError, ValueError, TypeError):
        return ""
    for name, values in _CURVES.items():
        if all(abs(a - b) < CLOSE for a, b in zip(curve, values, strict=True)):
            return name
    return ""


def _value(steps: Sequence[Node], source: str, x: float) -> float:
    """What the steps make of one number; the last of them is the end."""
    held = {source: x}
    for node in steps:
        given = [held[name] for name in node.inputs]
        if node.kind == "product":
            held[node.name] = given[0] * given[1]
        elif node.kind == "add":
            held[node.name] = given[0] + given[1]
        else:
            held[node.name] = STEPS[node.function](given[0], *node.number)
    return held[steps[-1].name]


def label(node: Node) -> str:
    """What an activation is called: a key of ``viz.activations``, or its own name."""
    if node.function in ACTIVATIONS:
        return node.function
    if node.function == "clip":
        low, high = (f"{number:g}" for number in node.number)
        return f"clip {low} to {high}".replace(" to inf", "").replace("clip -inf to", "at most")
    numbers = [f"{number:g}" for number in node.number if number not in (inf, -inf)]
    return " ".join([node.function, *numbers])
