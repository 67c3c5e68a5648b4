"""Torch's own count of a module, for the tests of lessons."""

import torch
from torch.utils.flop_counter import FlopCounterMode


def counted(module, shape) -> tuple[int, int]:
    """(parameters, multiply-adds) of a module."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module.eval()(torch.zeros(1, *shape))
    return sum(p.numel() for p in module.parameters()), counter.get_total_flops() // 2
