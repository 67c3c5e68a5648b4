"""Branches and batch norms, folded into one kernel for inference.

Between two steps that are not linear, everything that a network does is one convolution: a norm
scales and shifts, a skip is a kernel with a one in its middle, a 1x1 kernel is a larger one with
zeros around it, and branches add up. RepVGG (Ding et al., 2021, arXiv 2101.03697, section 3.3).
"""

from collections.abc import Mapping
from typing import NamedTuple, Unpack

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from viz.net.choices import Choices
from viz.net.config import config_from
from viz.net.graph import sources_of
from viz.net.operations import CONVOLUTIONS, Operation
from viz.net.trace import Trace, trace_config
from viz.net.zoo import Network
from viz.pytorch.modules import build_trace

LAYERS = CONVOLUTIONS | {"linear"}
Weights = Mapping[str, Tensor]


class FusionError(Exception):
    """Weights that cannot be folded; the message is one sentence."""


class Affine(NamedTuple):
    """What an output is of the output of the operation ``source``: a kernel, and a bias.

    ``kernel`` is (out, in / groups, height, width), or one factor a channel where nothing has been
    convolved: ``source``'s own channels.
    """

    source: int
    kernel: Tensor
    bias: Tensor

    @property
    def is_channelwise(self) -> bool:
        """Whether it has no kernel but factors."""
        return self.kernel.dim() == 1


def fuse(trained: nn.Module, variant: str | Network, **chosen: Unpack[Choices]) -> nn.Module:
    """The network for inference that does what a trained one does.

    ``trained`` is ``viz.build(variant, ...)`` with its weights; the other arguments are those that
    it was built with. Raises ``ConfigError`` for a network without the option ``fused``, and
    ``FusionError`` for weights of another network.
    """
    before, after = (
        trace_config(config_from(variant, {**chosen, "fused": fused})) for fused in (False, True)
    )
    made = build_trace(after)
    made.load_state_dict(fused_weights(before, after, trained.state_dict()))
    return made.train(trained.training)


def fused_weights(before: Trace, after: Trace, weights: Weights) -> dict[str, Tensor]:
    """The state_dict of ``after``, the fused form, from that of ``before``."""
    layers = [op for op in after.operations if op.kind in LAYERS]
    found = [_shaped(form, op) for form, op in zip(_folded(before, weights), layers, strict=True)]
    state: dict[str, Tensor] = {}
    for op, (kernel, bias) in zip(layers, found, strict=True):
        state[f"{op.path}.weight"] = kernel.to(torch.float32)
        state[f"{op.path}.bias"] = bias.to(torch.float32)
    return state


def _shaped(form: Affine, op: Operation) -> tuple[Tensor, Tensor]:
    return (form.kernel.flatten(1) if op.kind == "linear" else form.kernel), form.bias


def _folded(traced: Trace, weights: Weights) -> list[Affine]:
    """Every convolution that is left, in order."""
    needed: set[int] = set()  # outputs that some reader needs as they are
    while True:  # a reader may come after another that could do without
        forms, found = _pass(traced, weights, needed)
        if found == needed:
            return [forms[index] for index in sorted(needed) if not forms[index].is_channelwise]
        needed |= found


def _pass(traced: Trace, weights: Weights, needed: set[int]) -> tuple[dict[int, Affine], set[int]]:
    """What each output is of the last one before it that is needed; and those found needed."""
    operations, eps = traced.operations, traced.config.norm.eps
    forms: dict[int, Affine] = {}
    found = set(needed)
    for index, (op, read) in enumerate(zip(operations, sources_of(operations), strict=True)):
        untouched = [_untouched(source, op) for source in read]
        given = [
            plain if source in found else forms.get(source, plain)
            for source, plain in zip(read, untouched, strict=True)
        ]
        folded = _fold(op, given, weights, eps)
        if folded is None:
            found |= set(read) & forms.keys()
            folded = _fold(op, untouched, weights, eps)
        if folded is not None:
            forms[index] = folded
    return forms, found | ({len(operations) - 1} & forms.keys())


def _untouched(source: int, reader: Operation) -> Affine:
    channels = reader.in_shape[0]
    ones = torch.ones(channels, dtype=torch.float64)
    return Affine(source, ones, torch.zeros_like(ones))


def _fold(op: Operation, given: list[Affine], weights: Weights, eps: float) -> Affine | None:
    """What an operation makes of what it reads; None where that is not one convolution."""
    if op.kind in LAYERS and given[0].is_channelwise:
        return _layer(op, given[0], weights)
    if op.kind == "norm":
        return _normed(op, given[0], weights, eps)
    if op.kind == "dropout":
        return given[0]
    if op.kind in ("add", "mean") and len({form.source for form in given}) == 1:
        share = 1 / len(given) if op.kind == "mean" else 1.0
        summed = _sum(given, op)
        return Affine(summed.source, summed.kernel * share, summed.bias * share)
    return None


def _layer(op: Operation, given: Affine, weights: Weights) -> Affine | None:
    """A convolution of what has at most been scaled and shifted, channel by channel."""
    kernel = weights[f"{op.path}.weight"].double()
    kernel = kernel[:, :, None, None] if kernel.dim() == 2 else kernel
    bias = weights[f"{op.path}.bias"].double() if op.bias else kernel.new_zeros(len(kernel))
    if op.groups == 1 and op.kernel <= 1:  # of a shifted map, a padded kernel sees zeros too
        bias = bias + kernel.flatten(1) @ given.bias
        kernel = kernel * given.kernel[None, :, None, None]
        return Affine(given.source, kernel, bias)
    return Affine(given.source, kernel, bias)


def _normed(op: Operation, given: Affine, weights: Weights, eps: float) -> Affine:
    names = ("weight", "bias", "running_mean", "running_var")
    gain, shift, mean, variance = (weights[f"{op.path}.{name}"].double() for name in names)
    scale = gain / torch.sqrt(variance + eps)
    factors = scale if given.is_channelwise else scale[:, None, None, None]
    return Affine(given.source, given.kernel * factors, shift + (given.bias - mean) * scale)


def _sum(given: list[Affine], op: Operation) -> Affine:
    """Branches of one map as one: kernels padded to the largest, skips as kernels."""
    kernels = [form.kernel for form in given if not form.is_channelwise]
    if not kernels:
        kernel = torch.stack([form.kernel for form in given]).sum(dim=0)
    else:
        inner, side = kernels[0].shape[1], max(kernel.shape[-1] for kernel in kernels)
        kernel = sum(_padded(form, inner, side) for form in given)  # type: ignore[assignment]
    return Affine(given[0].source, kernel, torch.stack([f.bias for f in given]).sum(dim=0))


def _padded(form: Affine, inner: int, side: int) -> Tensor:
    """A kernel of ``side`` pixels and ``inner`` channels a group."""
    kernel = form.kernel
    if form.is_channelwise:
        channels = len(kernel)
        kernel = kernel.new_zeros(channels, inner, 1, 1)
        place = torch.arange(channels)
        kernel[place, place % inner, 0, 0] = form.kernel
    around = (side - kernel.shape[-1]) // 2
    return pad(kernel, [around] * 4)
