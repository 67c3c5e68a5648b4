"""What weights a network has, layer by layer: read off its trace, at any width."""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

from viz.net.config import Config, config_from, configure
from viz.net.operations import CONVOLUTIONS, Operation, Role
from viz.net.trace import Trace, trace_config
from viz.net.zoo import ZOO, Network
from viz.reading.layers import KernelShape

FINEST = 100  # widths are looked for in steps of 0.01
FEWEST_LAYERS = 10
WIDTHS = (10, 200)  # in such steps, both included
HEAD_ROLES = frozenset({Role.HEAD, Role.CLASSIFIER})


class Spec(NamedTuple):
    """A layer with weights: the kernel's shape is (out, in / groups, height, width).

    ``norm`` is the path of the batch norm behind it, empty where there is none.
    """

    path: str
    shape: KernelShape
    bias: bool
    norm: str
    role: Role
    block: int

    @property
    def in_head(self) -> bool:
        """Whether it lies behind the last map, where others put layers of their own."""
        return self.role in HEAD_ROLES


class Candidate(NamedTuple):
    """A network under one width rule, with options that weights can show."""

    variant: str
    rule: str
    options: tuple[str, ...]
    in_channels: int = 3
    divisor: int = 8
    depth: float = 1.0

    def at(self, width: int, classes: int = 1_000) -> Config:
        """The configuration at a width in hundredths."""
        chosen: dict[str, object] = dict.fromkeys(self.options, True)
        numbers = {"in_channels": self.in_channels, "divisor": self.divisor, "classes": classes}
        chosen |= {"width": width / FINEST, "width_rule": self.rule, **numbers}
        if ZOO[self.variant].deepens:
            chosen["depth"] = self.depth
        return config_from(self.variant, chosen)


def candidates(in_channels: int = 3, divisor: int = 8) -> list[Candidate]:
    """Every network of the zoo under each of its rules, with and without each visible option.

    Toys are left out: a few layers fit into anything.
    """
    return [
        Candidate(network.key, rule.name, options, in_channels, divisor)
        for network in ZOO.values()
        if len(_plain_specs(network)) >= FEWEST_LAYERS
        for rule in network.rules
        for options in _options(network)
    ]


@lru_cache(maxsize=64)
def _options(network: Network) -> list[tuple[str, ...]]:
    """Every choice of those options that change a weight's shape; strides and dilation do not."""
    plain = _plain_specs(network)
    seen = [
        name
        for name in network.options
        if specs_of(trace_config(config_from(network, {name: True}))) != plain
    ]
    choices = product((False, True), repeat=len(seen))
    return [tuple(name for name, on in zip(seen, chosen, strict=True) if on) for chosen in choices]


@lru_cache(maxsize=64)
def _plain_specs(network: Network) -> tuple[Spec, ...]:
    return specs_of(trace_config(configure(network)))


@lru_cache(maxsize=4096)
def specs_at(candidate: Candidate, width: int) -> tuple[Spec, ...]:
    """The layers of a candidate at a width in hundredths."""
    return specs_of(trace_config(candidate.at(width)))


def specs_of(traced: Trace) -> tuple[Spec, ...]:
    """The layers of a trace that have a kernel, in execution order."""
    norms = {op.inputs[0]: op.path for op in traced.operations if op.kind == "norm"}
    return tuple(
        _spec(op, norms.get(op.path, ""))
        for op in traced.operations
        if op.kind in CONVOLUTIONS or op.kind == "linear"
    )


def _spec(op: Operation, norm: str) -> Spec:
    side = op.kernel or 1
    shape = (op.out_shape[0], op.in_shape[0] // op.groups, side, side)
    return Spec(op.path, shape, op.bias, norm, op.role, op.block)
