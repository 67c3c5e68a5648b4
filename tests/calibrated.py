"""Weights through which a signal flows, without training."""

import torch
from torch import nn


def calibrated(model: nn.Module, pictures: torch.Tensor) -> nn.Module:
    """The model in ``eval``, its running statistics those of ``pictures``, (N, C, H, W).

    Fresh statistics let the signal of a deep network vanish: every answer would be the same.
    """
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0, 0.02)
    with torch.no_grad():
        model.train()(pictures)
    return model.eval()
