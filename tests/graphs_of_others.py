"""Modules of other people's code that are read, and what else says of them."""

import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

# of torchvision; issue by issue, the families that people bring
NAMES = (
    *("mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "mnasnet1_0"),
    *("efficientnet_b0", "resnet18", "resnet50", "shufflenet_v2_x1_0", "squeezenet1_1", "vgg16"),
    *("densenet121", "regnet_y_400mf", "convnext_tiny"),
)


def module_named(name):
    """A module of torchvision, ready for evaluation."""
    return torchvision.models.get_model(name, weights=None).eval()


def params_of(module):
    """Learnable parameters, as torch counts them."""
    return sum(held.numel() for held in module.parameters())


def macs_of(module, image):
    """Half of what torch's own counter calls floating-point operations."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(image)
    return counter.get_total_flops() // 2


def shaken(module):
    """The module with biases and statistics that differ from each other, as trained ones do."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for held in (*module.parameters(), *module.buffers()):
            if held.ndim in (1, 3):
                held.copy_(torch.rand(held.shape, generator=generator) + 0.5)
    return module
