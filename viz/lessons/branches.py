"""Branches that add up to one kernel: a channel of a depthwise step, folded with drawn weights.

Between two activations a norm scales and shifts, a skip is a kernel with a one in its middle, and a
1x1 kernel is a larger one with zeros around it. ``viz.pytorch.fusing`` does it to whole networks.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from viz.net.fields import ConfigError
from viz.net.graph import sources_of
from viz.net.operations import Operation
from viz.net.trace import Trace, trace

NETWORKS = ("mobileone-s0", "repvit-m0-9")
# name -> lowest, highest, default: each network has as many steps
LIMITS = {"depthwise": (1, 21, 2), "seed": (0, 99, 0)}
MOST = 6  # branches of a step
Kernel = tuple[tuple[float, ...], ...]


class Norm(NamedTuple):
    """Batch norm of one channel, as it is at inference."""

    gain: float
    shift: float
    mean: float
    variance: float


class Folded(NamedTuple):
    """One channel's kernel and bias."""

    kernel: Kernel
    bias: float


@dataclass(frozen=True, slots=True)
class Branch:
    """One channel of a branch: ``side`` pixels of its kernel, 0 for a skip.

    ``conv`` and ``norm`` are the paths of its layers, empty where it has none.
    """

    side: int
    conv: str
    norm: str
    biased: bool

    @property
    def name(self) -> str:
        """Kernel, or skip."""
        return f"{self.side}×{self.side}" if self.side else "skip"


@dataclass(frozen=True, slots=True)
class Step:
    """A depthwise step of parallel branches; ``norm`` is the path of a norm over their sum."""

    block: int
    name: str
    branches: tuple[Branch, ...]
    norm: str

    @property
    def side(self) -> int:
        """Pixels of the one kernel's side."""
        return max(branch.side for branch in self.branches)


class Sizes(NamedTuple):
    """Parameters and multiply-adds as trained, and of one kernel a step."""

    params: int
    fused_params: int
    macs: int
    fused_macs: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Weights of one channel by the path of their layer; the same for a seed everywhere."""

    kernels: dict[str, Kernel]
    biases: dict[str, float]
    norms: dict[str, Norm]


def steps_of(traced: Trace) -> list[Step]:
    """The depthwise steps with branches, in order."""
    return [step for block in traced.blocks for step in _step(traced, block.index)]


def _step(traced: Trace, block: int) -> Iterator[Step]:
    operations, sources = traced.operations, sources_of(traced.operations)
    own = traced.blocks[block]
    for index in range(own.start, own.stop):
        if operations[index].kind != "add":
            continue
        start = _start(operations, sources, index)
        if start is None:
            continue
        branches = tuple(_branch(operations, sources, end, start) for end in sources[index])
        after = operations[index + 1]
        name = f"{own.name} of {traced.config.network.short_name}"
        yield Step(block, name, branches, after.path if after.kind == "norm" else "")
        return


def _start(
    operations: Sequence[Operation], sources: Sequence[tuple[int, ...]], summed: int
) -> int | None:
    """What the branches of a sum all read: what the first depthwise one does; None without."""
    for end in sources[summed]:
        at = sources[end][0] if operations[end].kind == "norm" else end
        if operations[at].kind == "depthwise":
            return sources[at][0]
    return None


def _branch(
    operations: Sequence[Operation], sources: Sequence[tuple[int, ...]], end: int, start: int
) -> Branch:
    norm = conv = None
    at = end
    while at != start:
        op = operations[at]
        norm, conv = (op, conv) if op.kind == "norm" else (norm, op)
        at = sources[at][0]
    return Branch(
        conv.kernel if conv else 0,
        conv.path if conv else "",
        norm.path if norm else "",
        bool(conv and conv.bias),
    )


def step_of(traced: Trace, number: int) -> Step:
    """One of them, counted from 1. Raises ``ConfigError``."""
    found = steps_of(traced)
    if not 1 <= number <= len(found):
        raise ConfigError("depthwise", number, f"a whole number from 1 to {len(found)}")
    return found[number - 1]


def sizes_of(key: str) -> Sizes:
    """Both forms of a network of the zoo."""
    trained, fused = trace(key), trace(key, fused=True)
    return Sizes(trained.params, fused.params, trained.macs, fused.macs)


def drawn(step: Step, seed: int) -> Drawn:
    """Kernels, biases and norms of one channel."""
    chance = random.Random(f"{step.block} {seed}")
    kernels, biases, norms = {}, {}, {}
    for branch in step.branches:
        if branch.conv:
            kernels[branch.conv] = tuple(
                tuple(round(chance.gauss(0, 0.5), 2) for _ in range(branch.side))
                for _ in range(branch.side)
            )
        if branch.biased:
            biases[branch.conv] = round(chance.gauss(0, 0.2), 2)
    for path in [*(branch.norm for branch in step.branches if branch.norm), step.norm]:
        if path:
            norms[path] = _drawn_norm(chance)
    return Drawn(kernels, biases, norms)


def _drawn_norm(chance: random.Random) -> Norm:
    gain, variance = (round(chance.uniform(0.5, 1.5), 2) for _ in range(2))
    shift, mean = (round(chance.gauss(0, 0.2), 2) for _ in range(2))
    return Norm(gain, shift, mean, variance)


def kernels_of(traced: Trace, step: Step, seed: int) -> list[Folded]:
    """Each branch as one kernel, of weights drawn by a seed."""
    return folded(step, drawn(step, seed), traced.config.norm.eps)


def folded(step: Step, weights: Drawn, eps: float) -> list[Folded]:
    """Each branch as a kernel of the step's side, with the norm over their sum in it.

    That norm shifts once: its shift is the first branch's.
    """
    made = [_folded(branch, weights, step.side, eps) for branch in step.branches]
    if not step.norm:
        return made
    norm = weights.norms[step.norm]
    scale = norm.gain / sqrt(norm.variance + eps)
    shift = norm.shift - norm.mean * scale
    return [
        Folded(_scaled(each.kernel, scale), each.bias * scale + (0 if index else shift))
        for index, each in enumerate(made)
    ]


def _folded(branch: Branch, weights: Drawn, side: int, eps: float) -> Folded:
    kernel = padded(weights.kernels.get(branch.conv, ((1.0,),)), side)
    bias = weights.biases.get(branch.conv, 0.0)
    if not branch.norm:
        return Folded(kernel, bias)
    norm = weights.norms[branch.norm]
    scale = norm.gain / sqrt(norm.variance + eps)
    return Folded(_scaled(kernel, scale), norm.shift + (bias - norm.mean) * scale)


def padded(kernel: Kernel, side: int) -> Kernel:
    """The kernel in the middle of one of ``side`` pixels, zeros around it."""
    around = (side - len(kernel)) // 2
    empty = (0.0,) * side
    rows = tuple((0.0,) * around + row + (0.0,) * around for row in kernel)
    return (empty,) * around + rows + (empty,) * around


def _scaled(kernel: Kernel, scale: float) -> Kernel:
    return tuple(tuple(value * scale for value in row) for row in kernel)


def added(parts: Sequence[Folded]) -> Folded:
    """Their sum; there is at least one."""
    kernels = [part.kernel for part in parts]
    kernel = tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*kernels, strict=True))
    return Folded(kernel, sum(part.bias for part in parts))
