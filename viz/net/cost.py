"""What one operation costs. The counting convention of the whole project stands here, once.

* **params**: learnable parameters. Batch normalisation has two a channel, layer scale has one; the
  running mean and variance are not learned and not counted (Keras's "total" counts them).
* **MACs**: multiply-adds of the weights of convolutions and linear layers, the papers' convention,
  and of attention's two products, which have no weights (``products``).
  Biases, normalisation, activations, pooling and additions are not counted (torchinfo's
  ``total_mult_adds`` adds normalisation parameters and biases; fvcore adds normalisation and
  pooling).
* **activation memory**: bytes of every operation's output at float32 and batch 1, as if each were
  kept. Operations that work in place are counted too.
"""

from collections.abc import Iterable
from math import prod

from viz.net.operations import CONVOLUTIONS, PRODUCTS, Operation

BYTES_PER_VALUE = 4
WEIGHTED = CONVOLUTIONS | {"linear"}


def weights(op: Operation) -> int:
    """Weights of a convolution or linear layer, biases left out; 0 for anything else."""
    if op.read is not None:
        return op.read.weights
    if op.kind in CONVOLUTIONS:
        return op.out_shape[0] * (op.in_shape[0] // op.groups) * op.kernel * op.kernel
    return op.out_shape[0] * op.in_shape[0] if op.kind == "linear" else 0


def params(op: Operation) -> int:
    """Learnable parameters."""
    if op.read is not None:
        return op.read.params
    if op.kind == "norm":
        return 2 * op.out_shape[0]
    if op.kind == "gain":
        return op.out_shape[0]
    return weights(op) + (op.out_shape[0] if op.bias else 0)


def macs(op: Operation) -> int:
    """Multiply-adds for one input image: every weight once for each output position.

    0 for an operation of which nobody can say (``Trace.uncounted``).
    """
    if op.read is not None:
        return op.read.macs or 0
    if op.kind in PRODUCTS:
        return products(op)
    return weights(op) * prod(op.out_shape[1:]) if op.kind in WEIGHTED else 0


def products(op: Operation) -> int:
    """Multiply-adds of attention: queries with keys, or weights with values; 0 for all else."""
    if op.kind == "scores":
        return prod(op.out_shape) * op.in_shape[0] // op.out_shape[0]
    return prod(op.in_shape) * op.out_shape[0] // op.in_shape[0] if op.kind == "mix" else 0


def attention_macs(operations: Iterable[Operation]) -> int:
    """Multiply-adds of all products of attention, which have no weights."""
    return sum(map(products, operations))


def activation_bytes(op: Operation) -> int:
    """Bytes of the output tensor at float32, batch 1."""
    return BYTES_PER_VALUE * prod(op.out_shape)
