"""Claims about activations, gates, rounding and windows."""

import numpy as np

from viz.activations import CURVES
from viz.claims.claim import Facts, PostClaim
from viz.lessons.functions import grid_step, largest_gap, lowest_point
from viz.lessons.windows import pytorch_windows
from viz.net.channels import make_divisible

REACH = 8.0


def _values(key: str, *points: float) -> list[float]:
    return [float(v) for v in CURVES[key].values(np.array(points))]


def _c13() -> Facts:
    low, high = _values("relu6", -REACH, REACH)
    return {"low": low, "high": high}


def _c14() -> Facts:
    return {"step": grid_step(6.0), "wide": grid_step(50.0)}


def _c15() -> Facts:
    x = np.linspace(-REACH, REACH, 4001)
    formula = x * np.minimum(np.maximum(x + 3, 0), 6) / 6
    gap = float(np.max(np.abs(CURVES["hardswish"].values(x) - formula)))
    at, low = lowest_point("hardswish", -REACH, REACH)
    return {"gap": gap, "at": at, "low": low}


def _c16() -> Facts:
    (gate,) = _values("hardsigmoid", REACH)
    (bare,) = _values("relu6", REACH + 3)
    return {"gate": gate, "bare": bare}


def _c17() -> Facts:
    slopes = CURVES["hardswish"].derivative(np.array([-1.0, 1.0]))
    gates = CURVES["hardsigmoid"].derivative(np.array([-1.0, 1.0]))
    at, gap = largest_gap("silu", "hardswish", -REACH, REACH)
    return {
        "low": float(slopes[0]),
        "high": float(slopes[1]),
        "gate": float(gates[0]),
        "gate_high": float(gates[1]),
        "gap": abs(gap),
        "at": abs(at),
    }


def _c24() -> Facts:
    wanted = np.arange(4.0, 64.0, 0.01)  # with more, the next multiple is near
    changes = {float(w): make_divisible(float(w)) / float(w) - 1 for w in wanted}
    down, up = min(changes, key=changes.__getitem__), max(changes, key=changes.__getitem__)
    return {
        "down": 100 * changes[down],
        "up": 100 * changes[up],
        "at": up,
        "given": make_divisible(up),
    }


def _c39() -> Facts:
    settings = [
        (w, f, p, s)
        for w in range(1, 17)
        for f in range(1, 8)
        for p in range(4)
        for s in range(1, 5)
        if f <= w + 2 * p
    ]
    agree = sum(
        pytorch_windows(w, f, s, p).out == len(range(0, w + 2 * p - f + 1, s))
        for w, f, p, s in settings
    )
    return {"agree": agree, "all": len(settings)}


def _c48() -> Facts:
    (swish,) = _values("hardswish", 0.0)
    (gate,) = _values("hardsigmoid", 0.0)
    return {"swish": swish, "gate": gate, "low": lowest_point("hardswish", -REACH, REACH)[1]}


FUNCTIONS = (
    PostClaim(
        "C13",
        ("001:72",),
        "ReLU6 is min(max(x, 0), 6).",
        "true",
        "Values run from {low:g} to {high:g}.",
        _c13,
        "activations",
        {"curves": "relu6"},
    ),
    PostClaim(
        "C14",
        ("001:73",),
        "Bounded at 6, eight bits step by 0.024.",
        "true",
        "{step:.5f} in unsigned eight bits; for a range up to fifty it would be {wide:.3f}.",
        _c14,
        "activations",
        {"top": "50"},
    ),
    PostClaim(
        "C15",
        ("001:116", "003:81", "004:76"),
        "h-swish is x · ReLU6(x + 3) / 6.",
        "true",
        "Largest difference {gap:.0e}; lowest value {low:.4f} at x = {at:.2f}.",
        _c15,
        "activations",
        {"curves": "hardswish"},
    ),
    PostClaim(
        "C16",
        ("001:117",),
        "h-sigmoid is min(max(x + 3, 0), 6).",
        "false",
        "The division is missing: that runs up to {bare:g}, a gate must end at {gate:g}.",
        _c16,
        "activations",
        {"curves": "hardsigmoid"},
    ),
    PostClaim(
        "C17",
        ("001:118",),
        "h-swish is the piecewise linear approximation of swish.",
        "false",
        "Between its kinks h-swish bends: slope {low:.3f}, then {high:.3f}. h-sigmoid is the "
        "linear one: {gate:.3f} and {gate_high:.3f}. Furthest from swish by {gap:.4f}, at "
        "|x| = {at:g}.",
        _c17,
        "activations",
        {"first": "silu", "second": "hardswish"},
    ),
    PostClaim(
        "C24",
        ("001:272",),
        "make_divisible deviates by at most 10 %.",
        "false",
        "Down at most {down:.2f} %, but up by more: {up:+.0f} % from {at:g} to {given}.",
        _c24,
        "rounding",
        {"width": "0.25"},
    ),
    PostClaim(
        "C39",
        ("003:106-109",),
        "N = (W − F + 2P) / S + 1, rounded down.",
        "true",
        "Windows counted one by one agree in {agree:,} of {all:,} settings.",
        _c39,
        "convolution",
        {"part": "Output size"},
    ),
    PostClaim(
        "C48",
        ("004:57", "004:104"),
        "h-swish takes the place of swish because it computes less.",
        "true",
        "As SE's gate, where that post uses it too, it gives {swish:g} at zero and falls to "
        "{low:g}, where h-sigmoid gives {gate:g}: SE starts switched off.",
        _c48,
        "squeeze",
        {"network": "post-004", "part": "Gates"},
    ),
)
