"""What a forgotten ``eval()`` looks like beside a network whose branches were folded."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from viz.net.config import Config
from viz.net.trace import trace_config
from viz.pytorch.fusing import fuse
from viz.pytorch.modules import seeded_module

SEED, BATCHES, PICTURES = 0, 8, 4


class Distances(NamedTuple):
    """Largest difference from the folded network's scores, as a share of their largest."""

    evaluated: float
    forgotten: float


def forgotten_eval(config: Config) -> Distances:
    """Fold a network of random weights, and run it in both modes on the same noise.

    Its norms' statistics are those of some batches before. Raises ``ConfigError``.
    """
    module = seeded_module(trace_config(config), SEED).train()
    keep_averages(module)
    with torch.no_grad():
        for batch in range(BATCHES):
            module(noise(config, batch))
        folded = fuse(module, config.variant, **config.arguments()).eval()  # type: ignore[arg-type]  # its own arguments
        picture = noise(config, BATCHES)
        wanted = folded(picture)
        return Distances(
            distance(module.eval()(picture), wanted), distance(module.train()(picture), wanted)
        )


def keep_averages(module: nn.Module) -> None:
    """Let norms keep plain averages over all batches."""
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
            norm.reset_running_stats()
            norm.momentum = None


def noise(config: Config, number: int) -> Tensor:
    """A batch (pictures, channels, height, width) of mean 0 and deviation 1."""
    chance = torch.Generator().manual_seed(number)
    return torch.randn(PICTURES, config.in_channels, *config.image, generator=chance)


def distance(scores: Tensor, wanted: Tensor) -> float:
    """The largest difference as a share of the largest wanted score."""
    return float((scores - wanted).abs().max() / wanted.abs().max())
