"""Tensors of frozen features that change in one epoch.

Post 001's train.py sets ``requires_grad = False`` on the features and calls ``net.train()``. The
weights stay, but batch normalisation in training mode still averages what it sees into its running
statistics, which inference uses. ``eval()`` on the frozen part is what keeps it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from viz.lab.pytorch.start import feature_paths, freeze, logits
from viz.net.trace import Trace

Batch = tuple[Tensor, Tensor]
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


class Moved(NamedTuple):
    """One feature tensor after an epoch, with its largest change.

    ``statistic`` tells running statistics from weights and biases.
    """

    name: str
    numbers: int
    statistic: bool
    furthest: float


class Epoch(NamedTuple):
    """Result of an epoch: trained parameters, all parameters, feature tensors."""

    learning: int
    params: int
    features: tuple[Moved, ...]

    @property
    def changed(self) -> tuple[Moved, ...]:
        """The feature tensors that changed."""
        return tuple(moved for moved in self.features if moved.furthest > 0)


def the_posts_way(module: nn.Module, traced: Trace) -> None:
    """``requires_grad = False`` on the features, then ``net.train()``."""
    freeze(module, traced)
    module.train()


def the_right_way(module: nn.Module, traced: Trace) -> None:
    """The same, and the features in ``eval``."""
    paths = freeze(module, traced)
    module.train()
    for path in paths:
        module.get_submodule(path).eval()


def one_epoch(
    module: nn.Module,
    traced: Trace,
    batches: Sequence[Batch],
    way: Callable[[nn.Module, Trace], None],
    lr: float = 1e-4,
) -> Epoch:
    """Train one epoch with Adam and cross-entropy, frozen in one of two ways, and see what moved.

    ``batches`` hold pictures (N, C, H, W) and class numbers (N,). The module is changed.
    """
    way(module, traced)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    learning = [p for p in module.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(learning, lr=lr)
    for pictures, labels in batches:
        optimizer.zero_grad()
        loss = cross_entropy(logits(module(pictures), traced), labels)
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no hints here
        optimizer.step()
    prefixes = tuple(f"{path}." for path in feature_paths(traced))
    after = module.state_dict()
    moved = (_moved(n, before[n], after[n]) for n in before if n.startswith(prefixes))
    return Epoch(sum(p.numel() for p in learning), traced.params, tuple(moved))


def _moved(name: str, before: Tensor, after: Tensor) -> Moved:
    statistic = name.rpartition(".")[2] in STATISTICS
    return Moved(name, before.numel(), statistic, float((after - before).abs().max()))
