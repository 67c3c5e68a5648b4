"""Claims about costs."""

from math import prod
from typing import Unpack

from viz.claims.claim import Facts, PostClaim
from viz.lessons.convolution import convolution_cost, ratio_rows
from viz.lessons.residual import inverted_residual, resnet_bottleneck
from viz.lessons.squeeze import se_operations
from viz.lessons.tail import last_stage, stem
from viz.net import cost
from viz.net.choices import Choices
from viz.net.operations import CONVOLUTIONS, Role, Tape
from viz.net.trace import Trace, trace

EIGHTH = 1 / 8


def _millions(value: float) -> float:
    return value / 1e6


def _c1() -> Facts:
    pair = trace("v1").of_block(13)
    depthwise, pointwise = (op for op in pair if op.kind in CONVOLUTIONS)
    counted = cost.macs(depthwise) + cost.macs(pointwise)
    standard = convolution_cost(
        depthwise.in_shape[0], pointwise.out_shape[0], depthwise.kernel, depthwise.out_shape[1]
    )
    formula = 1 / pointwise.out_shape[0] + 1 / depthwise.kernel**2
    share = counted / cost.macs(standard.standard)
    return {"filters": pointwise.out_shape[0], "counted": share, "formula": formula}


def _c2() -> Facts:
    example = convolution_cost(3, 4, 3, 14)
    reached = (row for row in ratio_rows([3], 128) if row.ratio <= EIGHTH + 1e-12)
    return {
        "example": 1 / example.macs_ratio,
        "first": next(reached).filters,
        "whole": _with_standard_convolutions(trace("v1")) / trace("v1").macs,
    }


def _with_standard_convolutions(traced: Trace) -> int:
    """MACs of V1 if every pair were one ordinary convolution."""
    total = 0
    for block in traced.blocks:
        operations = [op for op in traced.of_block(block.index) if cost.macs(op)]
        if block.kind == "separable":
            depthwise, pointwise = operations
            total += prod(pointwise.out_shape) * depthwise.kernel**2 * depthwise.in_shape[0]
        else:
            total += sum(map(cost.macs, operations))
    return total


def _c4() -> Facts:
    def convolved(**chosen: Unpack[Choices]) -> int:
        operations = trace("v1", **chosen).operations
        return sum(cost.macs(op) for op in operations if op.kind in CONVOLUTIONS)

    return {
        "alpha": convolved(width=0.5) / convolved(),
        "rho": convolved(resolution=224) / convolved(resolution=448),
    }


def _c5() -> Facts:
    traced = trace("v1")
    kinds = {
        kind: sum(cost.macs(op) for op in traced.operations if op.kind == kind) / traced.macs
        for kind in ("depthwise", "pointwise")
    }
    return {name: 100 * share for name, share in kinds.items()}


def _c10() -> Facts:
    theirs = resnet_bottleneck(64, 14, 2, same=True)
    ours = inverted_residual(64, 14, 2, 6, same=True)
    return {
        "projection": sum(map(cost.params, theirs.projection)),
        "mobilenet": sum(map(cost.params, ours.projection)),
    }


def _c12() -> Facts:
    def widths(channels: int, steps: list[int]) -> str:
        return " → ".join(map(str, [channels, *steps]))

    theirs = resnet_bottleneck(64, 14, 1, same=True)
    ours = inverted_residual(64, 14, 1, 6, same=True)
    return {
        "resnet": widths(theirs.in_shape[0], [step.out_shape[0] for step in theirs.steps]),
        "mobilenet": widths(ours.in_shape[0], [step.out_shape[0] for step in ours.steps]),
    }


def _c23() -> Facts:
    conv, linear = Tape((120, 1, 1)), Tape((120,))
    conv.conv("0", 32, Role.REDUCE, bias=True)
    linear.linear("0", 32, Role.REDUCE)
    pair = (conv.operations[0], linear.operations[0])
    values = [f"{cost.params(op):,} parameters, {cost.macs(op):,} MACs" for op in pair]
    return dict(zip(("conv", "linear"), values, strict=True))


def _c25() -> Facts:
    before, after = stem().macs
    return {"saved": _millions(before - after)}


def _c26() -> Facts:
    before, after = last_stage().macs
    post = trace("post-003-small")
    last = next(block for block in post.blocks if block.kind == "last conv")
    added = se_operations(post.of_block(last.index))
    return {
        "before": _millions(before),
        "after": _millions(after),
        "added": sum(map(cost.params, added)),
    }


def _c28() -> Facts:
    facts: Facts = {}
    for name in ("large", "small"):
        for state, reduced in (("full", False), ("half", True)):
            traced = trace(f"v3-{name}", reduced_tail=reduced)
            facts[f"{name}_{state}"] = (
                f"{_millions(traced.params):.2f} M parameters, {_millions(traced.macs):.1f} M MACs"
            )
    return facts


def _c32() -> Facts:
    traced = trace("v2", classes=5)
    norms = [op for op in traced.operations if op.kind == "norm"]
    return {
        "trainable": cost.params(traced.operations[-1]),
        "all": traced.params,
        "moving": 2 * sum(op.out_shape[0] for op in norms),
    }


def _c45() -> Facts:
    names = ("v1", "v2", "v3-large", "v3-small")
    traces = {key: trace(key) for key in names}
    return {
        "params": " → ".join(f"{_millions(traces[key].params):.2f}" for key in names[:3]),
        "macs": " → ".join(f"{_millions(traces[key].macs):.0f}" for key in names[:3]),
        "small": _millions(traces["v3-small"].params),
    }


COSTS = (
    PostClaim(
        "C1",
        ("001:37",),
        "A separable convolution costs 1/N + 1/K² of a standard one.",
        "true",
        "V1's last pair, {filters} filters: {counted:.4f} counted, {formula:.4f} by the formula.",
        _c1,
        "convolution",
        {"part": "cost", "m": "512", "n": "512"},
    ),
    PostClaim(
        "C2",
        ("001:39-40", "001:748"),
        "With 3×3 kernels that is 1/8 to 1/9.",
        "imprecise",
        "Only from {first} filters on; the post's own example comes to 1/{example:.2f}, "
        "the whole of V1 to 1/{whole:.2f}.",
        _c2,
        "convolution",
        {"part": "cost", "m": "3", "n": "4"},
    ),
    PostClaim(
        "C4",
        ("001:46-47",),
        "α alone gives the new cost formula.",
        "imprecise",
        "It holds α and ρ together, and they differ: half the width leaves {alpha:.4f} of the MACs "
        "in V1's convolutions, half the resolution {rho:.4f}.",
        _c4,
        "scaling",
        {"network": "v1", "width": "0.5"},
    ),
    PostClaim(
        "C5",
        ("001:49",),
        "V1 is limited because depthwise convolution cannot change the channels.",
        "imprecise",
        "The pointwise step right after it does, with {pointwise:.1f} % of V1's MACs; depthwise "
        "has {depthwise:.1f} %.",
        _c5,
        "architecture",
        {"network": "v1", "block": "2"},
    ),
    PostClaim(
        "C10",
        ("001:278",),
        "The shortcut's condition is the same as ResNet's.",
        "false",
        "Where shapes differ ResNet projects, here with {projection:,} parameters; V2 has no "
        "shortcut then, {mobilenet} parameters.",
        _c10,
        "residual",
        {"stride2": "true"},
    ),
    PostClaim(
        "C12",
        ("002:4",),
        "An ordinary residual block is a large convolution, then a smaller 1×1.",
        "false",
        "ResNet's bottleneck is {resnet}; V2's block {mobilenet}. Widths are inverted, not order.",
        _c12,
        "residual",
    ),
    PostClaim(
        "C23",
        ("001:548",),
        "1×1 convolutions and linear layers make the same SE.",
        "true",
        "As convolution {conv}; as linear layer {linear}.",
        _c23,
        "architecture",
        {"network": "v3-large", "block": "5"},
    ),
    PostClaim(
        "C25",
        ("001:132",),
        "The first convolution goes from 32 to 16 filters.",
        "true",
        "That saves {saved:.2f} M MACs in the stem and the block after it.",
        _c25,
        "tail",
        {"part": "Stem"},
    ),
    PostClaim(
        "C26",
        ("001:133", "003:250"),
        "The last stage is simplified; post 003 says SE is left out there.",
        "imprecise",
        "{before:.2f} M → {after:.2f} M MACs. But post 003 then adds SE with {added:,} parameters.",
        _c26,
        "tail",
    ),
    PostClaim(
        "C28",
        ("001:566",),
        "The reduced tail halves the last blocks.",
        "true",
        "Large: {large_full} → {large_half}. Small: {small_full} → {small_half}.",
        _c28,
        "architecture",
        {"network": "v3-large", "reduced_tail": "true"},
    ),
    PostClaim(
        "C32",
        ("001:691",),
        "Frozen features are not trained.",
        "imprecise",
        "{trainable:,} of {all:,} parameters learn, but {moving:,} running statistics of batch "
        "norm still move in training mode.",
        _c32,
        "frozen",
        {"network": "v2"},
    ),
    PostClaim(
        "C45",
        ("004:14",),
        "Parameters stay as few as ever.",
        "false",
        "V1 → V2 → V3-Large: {params} M parameters, while MACs fell, {macs} M. Small has "
        "{small:.2f} M.",
        _c45,
        "compare",
        {"network": "v1", "b_network": "v3-large"},
    ),
)
