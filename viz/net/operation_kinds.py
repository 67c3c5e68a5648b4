"""The kinds of operations, and which of them belong together."""

from typing import Literal

OperationKind = Literal[
    "conv",
    "depthwise",
    "pointwise",
    "linear",
    "norm",
    "activation",
    "pool",
    "flatten",
    "dropout",
    "scale",
    "add",
    "scores",
    "mix",
    "gain",
    "mean",
    "concat",
    "split",
    "shuffle",
    # of networks that were read, and of no row of a paper
    "window",
    "product",
    "shape",
    "matmul",
    "other",
]
Shape = tuple[int, ...]

CONVOLUTIONS: frozenset[str] = frozenset({"conv", "depthwise", "pointwise"})
WINDOWS: frozenset[str] = CONVOLUTIONS | {"window"}  # of which the field of view grows
PRODUCTS: frozenset[str] = frozenset({"scores", "mix"})  # of attention: they have no weights
