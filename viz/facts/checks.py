"""Printed and computed figures, and counting rules of other tools."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from viz.net import cost
from viz.net.config import Config, config_from
from viz.net.operations import CONVOLUTIONS, Role
from viz.net.trace import Trace, trace_config
from viz.net.zoo import ZOO, Claim

DIFFERS = "differs"
# What people mean by "parameters": the first that gives the printed figure is taken.
BINARY = "without batch norm, in 2^20"
SLIM_CLASSES = 1_001
COUNTS: tuple[str, ...] = ("learnable", "weights only", "with statistics", "slim's, 1001 classes")


class ClaimRow(NamedTuple):
    """A printed figure, what is computed for it, and how the two agree; counts in millions.

    Differences are in percent of the computed figure, None where nothing is printed.
    """

    network: str
    width: float
    resolution: int
    options: str
    source: str
    table: str
    params_printed: float | None
    params_computed: float
    params_difference: float | None
    params_agreement: str
    macs_printed: float | None
    macs_computed: float
    macs_difference: float | None
    macs_agreement: str
    reason: str

    @property
    def differs(self) -> bool:
        """Whether a printed figure differs."""
        return DIFFERS in (self.params_agreement, self.macs_agreement)


class CountingRow(NamedTuple):
    """Multiply-adds as one tool counts them: those of weights, and what it adds."""

    tool: str
    weights: int
    normalisation: int = 0
    biases: int = 0
    pooling: int = 0
    activations: int = 0
    additions: int = 0

    @property
    def total(self) -> int:
        """The tool's total."""
        return sum(self[1:])


def claim_rows(networks: Sequence[str]) -> list[ClaimRow]:
    """One row per claim."""
    return [_claim_row(key, claim) for key in networks for claim in ZOO[key].claims]


def claimed_config(key: str, claim: Claim) -> Config:
    """The configuration that a claim speaks of, under its source's width rule."""
    names = [rule.name for rule in ZOO[key].rules]
    choices = {
        "width": claim.width,
        "resolution": claim.resolution,
        "width_rule": claim.rule if claim.rule in names else names[0],
        "depth": claim.depth,
    }
    return config_from(key, choices | dict.fromkeys(claim.options, True))


def _claim_row(key: str, claim: Claim) -> ClaimRow:
    traced = trace_config(claimed_config(key, claim))
    counts, macs_counts = _counts_meant(traced, claim)
    params_how, meant = _first_agreement(claim.params, counts)
    thousands = 1 if claim.unit == "M" else 1_000
    macs_how, _meant = _first_agreement(claim.macs, macs_counts, thousands)
    computed = counts[meant or next(iter(counts))]
    return ClaimRow(
        network=ZOO[key].name,
        width=claim.width,
        resolution=claim.resolution,
        options=", ".join(claim.options),
        source=claim.source,
        table=claim.table,
        params_printed=claim.params,
        params_computed=computed / 1e6,
        params_difference=_difference(claim.params, computed),
        params_agreement=", ".join(filter(None, (params_how, meant))),
        macs_printed=claim.macs,
        macs_computed=macs_counts[""] / 1e6,
        macs_difference=_difference(claim.macs, macs_counts[""]),
        macs_agreement=macs_how,
        reason=claim.note,
    )


def _counts_meant(traced: Trace, claim: Claim) -> tuple[dict[str, float], dict[str, float]]:
    """Parameters and MACs by every reading of the claim; binary ones as if they were decimal."""
    if claim.unit == "binary":
        weights = traced.params - 2 * _norm_channels(traced)
        return {BINARY: weights * 1e6 / 2**20}, {"": traced.macs * 1e9 / 2**30}
    return {**parameter_counts(traced)}, {
        "": traced.macs,
        "with biases": traced.macs + _biases(traced),
    }


def agreement(printed: float, computed: float) -> str:
    """Agreement of a printed and a computed figure, both in millions, at the last printed digit."""
    decimals = len(f"{printed:.6f}".rstrip("0").partition(".")[2])
    scaled, target = computed * 10**decimals, round(printed * 10**decimals)
    if round(scaled) == target:
        return "rounded"
    if math.floor(scaled) == target:
        return "rounded down"
    return "rounded up" if math.ceil(scaled) == target else DIFFERS


def _first_agreement(
    printed: float | None, counts: Mapping[str, float], thousands: int = 1
) -> tuple[str, str]:
    """(how it agrees, with which count); the count is empty where none agrees.

    ``thousands`` is 1,000 where billions are printed, so that 200 M is a figure of one digit.
    """
    if printed is None:
        return "", ""
    for name, count in counts.items():
        how = agreement(printed / thousands, count / thousands / 1e6)
        if how != DIFFERS:
            return how, name
    return DIFFERS, ""


def _difference(printed: float | None, computed: float) -> float | None:
    """Difference of printed and computed, in percent of computed."""
    return None if printed is None else 100 * (printed * 1e6 / computed - 1)


def parameter_counts(traced: Trace) -> dict[str, int]:
    """The parameters of a network by every convention in use; slim's where it has a classifier."""
    channels = _norm_channels(traced)
    biases = sum(op.out_shape[0] for op in traced.operations if op.bias)
    weights = traced.params - 2 * channels - biases
    counts = [traced.params, weights, traced.params + 2 * channels]
    last = next(
        (op for op in traced.operations if op.role is Role.CLASSIFIER and cost.weights(op)), None
    )
    if last:
        missing = (SLIM_CLASSES - last.out_shape[0]) * (last.in_shape[0] + 1)
        counts.append(weights + 3 * channels + biases + missing)
    return dict(zip(COUNTS, counts, strict=False))


# How often ptflops counts what is pooled, by how the class does it.
PTFLOPS = {"module": 2, "function": 1, "mean": 0}


def counting_rows(traced: Trace) -> list[CountingRow]:
    """The multiply-adds of a network as different tools print them, with the terms they add.

    Tools look at torchvision's class where it has the network: its V2 pools with a function, which
    tools that hook modules do not see, and its MnasNet with a mean, which none of them counts.
    ptflops hooks modules and patches the functions they call, so what is both is counted twice:
    ReLU, GELU, softmax and pooling, but not ReLU6, whose function it does not know, nor swish,
    whose module it does not know. thop changed its mind about batch norm, and about linear layers:
    the first release of 2020 (January) counts their additions and their biases, those from April on
    neither.
    """
    values, pooled, biases = _values(traced, "norm"), _pooled(traced), _biases(traced)
    pools = _pools(traced.config)
    divided = (pooled + _pooled_channels(traced)) * (pools == "module")
    additions, inside = _linear_additions(traced), _convolution_biases(traced)
    softmax = _softmax(traced)
    twice = PTFLOPS[pools] * pooled + PTFLOPS["module"] * _max_pooled(traced)
    count, macs = CountingRow, traced.macs
    own = macs - sum(map(cost.products, traced.operations))  # what layers with weights do
    return [
        count("papers, torchvision", macs),
        count("torch FlopCounterMode / 2", macs),
        count("torchinfo mult-adds", own, 2 * _norm_channels(traced), biases),
        count("fvcore", macs, 2 * values, pooling=pooled * (pools != "mean")),
        count("ptflops", macs, 2 * values, biases, twice, _activated(traced)),
        count("thop 0.1.1", own, 4 * values, 0, divided, softmax),
        count("thop 0.0.31, 2020", own, 2 * values, biases, divided, softmax, additions),
        count("thop 0.0.31, 2019", own, 4 * values, inside, divided, softmax, additions),
    ]


def _pools(config: Config) -> str:
    """Kind of pooling in the class that tools count: torchvision's, if it has the network."""
    theirs = config.width_rule == "torchvision" and config.classes and config.in_channels == 3
    return (config.network.functional_pool if theirs else "") or "module"


def _pooled(traced: Trace) -> int:
    return sum(math.prod(op.in_shape) for op in traced.operations if op.kind == "pool")


def _max_pooled(traced: Trace) -> int:
    return sum(math.prod(op.in_shape) for op in traced.operations if op.kind == "window")


def _pooled_channels(traced: Trace) -> int:
    return sum(op.out_shape[0] for op in traced.operations if op.kind == "pool")


def _linear_additions(traced: Trace) -> int:
    linear = [op for op in traced.operations if op.kind == "linear"]
    return sum((op.in_shape[0] - 1) * op.out_shape[0] for op in linear)


def _convolution_biases(traced: Trace) -> int:
    convolutions = [op for op in traced.operations if op.bias and op.kind in CONVOLUTIONS]
    return sum(math.prod(op.out_shape) for op in convolutions)


def _softmax(traced: Trace) -> int:
    """Exponentials, additions and divisions."""
    shapes = [op.out_shape for op in traced.operations if op.activation == "softmax"]
    return sum(math.prod(shape[:-1]) * (3 * shape[-1] - 1) for shape in shapes)


def _activated(traced: Trace) -> int:
    """Values that ptflops counts for activations; it knows no hard functions and no sigmoid."""
    times = {"relu": 2, "gelu": 2, "relu6": 1, "silu": 1, "softmax": 1}
    return sum(times.get(op.activation, 0) * math.prod(op.out_shape) for op in traced.operations)


def _values(traced: Trace, kind: str) -> int:
    return sum(math.prod(op.out_shape) for op in traced.operations if op.kind == kind)


def _norm_channels(traced: Trace) -> int:
    return sum(op.out_shape[0] for op in traced.operations if op.kind == "norm")


def _biases(traced: Trace) -> int:
    """Additions of biases, once for every output value."""
    return sum(math.prod(op.out_shape) for op in traced.operations if op.bias)
