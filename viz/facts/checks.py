"""Printed figures against computed ones, and why other tools count differently."""

import math
from collections.abc import Sequence

from viz.facts.tables import Record
from viz.net.config import Config, configure
from viz.net.trace import Trace, trace_config
from viz.net.zoo import ZOO, Claim

DIFFERS = "differs"
# What people mean by "parameters": the first that gives the printed figure is taken.
COUNTS: tuple[str, ...] = ("learnable", "weights only", "with statistics", "slim's, 1001 classes")


def claim_rows(networks: Sequence[str]) -> list[Record]:
    """One row a claim: what is printed, what is computed, and how the two agree."""
    return [_claim_row(key, claim) for key in networks for claim in ZOO[key].claims]


def claimed_config(key: str, claim: Claim) -> Config:
    """The configuration that a claim speaks of, under its source's width rule."""
    names = [rule.name for rule in ZOO[key].rules]
    return configure(
        key,
        width=claim.width,
        resolution=claim.resolution,
        width_rule=claim.rule if claim.rule in names else names[0],
        **dict.fromkeys(claim.options, True),
    )


def _claim_row(key: str, claim: Claim) -> Record:
    traced = trace_config(claimed_config(key, claim))
    counts = parameter_counts(traced)
    params_how, meant = _first_agreement(claim.params, counts)
    macs_counts = {"": traced.macs, "with biases": traced.macs + _biases(traced)}
    macs_how, _meant = _first_agreement(claim.macs, macs_counts)
    computed = counts[meant or COUNTS[0]]
    return {
        "network": ZOO[key].name,
        "width": claim.width,
        "resolution": claim.resolution,
        "options": ", ".join(claim.options),
        "source": claim.source,
        "table": claim.table,
        "params_printed": claim.params,
        "params_computed": computed / 1e6,
        "params_difference": _difference(claim.params, computed),
        "params_agreement": ", ".join(filter(None, (params_how, meant))),
        "macs_printed": claim.macs,
        "macs_computed": traced.macs / 1e6,
        "macs_difference": _difference(claim.macs, traced.macs),
        "macs_agreement": macs_how,
        "reason": claim.note,
    }


def agreement(printed: float, computed: float) -> str:
    """How a printed figure comes from a computed one, both in millions, at its last digit."""
    decimals = len(f"{printed:.6f}".rstrip("0").partition(".")[2])
    scaled, target = computed * 10**decimals, round(printed * 10**decimals)
    if round(scaled) == target:
        return "rounded"
    if math.floor(scaled) == target:
        return "cut off"
    return "rounded up" if math.ceil(scaled) == target else DIFFERS


def _first_agreement(printed: float | None, counts: dict[str, int]) -> tuple[str, str]:
    """(how it agrees, with which count); the count is empty where none agrees."""
    if printed is None:
        return "", ""
    for name, count in counts.items():
        how = agreement(printed, count / 1e6)
        if how != DIFFERS:
            return how, name
    return DIFFERS, ""


def _difference(printed: float | None, computed: int) -> float | None:
    """Printed against computed, in percent of the computed."""
    return None if printed is None else 100 * (printed * 1e6 / computed - 1)


def parameter_counts(traced: Trace) -> dict[str, int]:
    """The parameters of a network by every convention in use."""
    channels = _norm_channels(traced)
    biases = sum(op.out_shape[0] for op in traced.operations if op.bias)
    weights = traced.params - 2 * channels - biases
    extra_class = traced.operations[-1].in_shape[0] + 1
    values = (
        traced.params,
        weights,
        traced.params + 2 * channels,
        weights + 3 * channels + biases + extra_class,
    )
    return dict(zip(COUNTS, values, strict=True))


def counting_rows(traced: Trace) -> list[Record]:
    """The multiply-adds of a network as different tools count them, with the terms they add.

    ptflops hooks modules and patches the functions they call, so what is both is counted twice:
    ReLU, softmax and pooling, but not ReLU6, whose function it does not know.
    """
    normalised = _values(traced, "norm")
    pooled = sum(math.prod(op.in_shape) for op in traced.operations if op.kind == "pool")
    biases = _biases(traced)
    rows: list[tuple[str, int, int, int, int]] = [
        ("papers, torchvision", 0, 0, 0, 0),
        ("torch FlopCounterMode / 2", 0, 0, 0, 0),
        ("torchinfo mult-adds", 2 * _norm_channels(traced), biases, 0, 0),
        ("fvcore", 2 * normalised, 0, pooled, 0),
        ("ptflops", 2 * normalised, biases, 2 * pooled, _activated(traced)),
    ]
    return [
        {
            "tool": tool,
            "weights": traced.macs,
            "normalisation": norm,
            "biases": bias,
            "pooling": pool,
            "activations": activated,
            "total": traced.macs + norm + bias + pool + activated,
        }
        for tool, norm, bias, pool, activated in rows
    ]


def _activated(traced: Trace) -> int:
    """Values that ptflops counts for activations; it knows no hard functions and no sigmoid."""
    times = {"relu": 2, "relu6": 1, "softmax": 1}
    return sum(times.get(op.activation, 0) * math.prod(op.out_shape) for op in traced.operations)


def _values(traced: Trace, kind: str) -> int:
    return sum(math.prod(op.out_shape) for op in traced.operations if op.kind == kind)


def _norm_channels(traced: Trace) -> int:
    return sum(op.out_shape[0] for op in traced.operations if op.kind == "norm")


def _biases(traced: Trace) -> int:
    """Additions of biases, once for every output value."""
    return sum(math.prod(op.out_shape) for op in traced.operations if op.bias)
