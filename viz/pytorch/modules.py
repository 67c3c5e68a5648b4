"""Trace -> torch.nn.Module, without knowing any network by name.

The tree of modules is read off the operations' paths: every operation is a leaf, every container
runs its children on what they read. Weights can be exchanged with torchvision, whose names they
have.
"""

import threading
from collections import OrderedDict
from typing import Unpack

import torch
from torch import Tensor, nn

from viz.net.bounds import check_built
from viz.net.choices import Choices
from viz.net.config import Config
from viz.net.operations import Operation
from viz.net.trace import Trace, trace
from viz.net.tree import SEQUENTIAL, Container, Pad, modules_of
from viz.net.zoo import Network
from viz.pytorch import layers
from viz.pytorch.calls import Call, call_of

_RANDOMNESS = threading.Lock()  # torch has one source of it for all threads


def build(variant: str | Network, **chosen: Unpack[Choices]) -> nn.Module:
    """Build one network of the zoo; arguments and errors as for ``viz.trace``.

    The module takes (N, in_channels, height, width) and gives (N, classes) logits.
    """
    return build_trace(trace(variant, **chosen))


def build_trace(traced: Trace) -> nn.Module:
    """Build the module of a trace, with V2's and V3's usual initialisation.

    Raises ``TooLarge`` for more parameters than may be built.
    """
    check_built(traced.params)
    module = _container(modules_of(traced.operations), traced.config)
    module.apply(_initialise)
    return module


def seeded_module(traced: Trace, seed: int) -> nn.Module:
    """The module with random weights that depend on the seed alone, whatever runs beside it."""
    with _RANDOMNESS, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build_trace(traced)


def _container(container: Container, config: Config) -> nn.Module:
    children = OrderedDict(
        (name, _module(child, config)) for name, child in container.children.items()
    )
    if container.form == SEQUENTIAL:
        return nn.Sequential(children)
    made: nn.Module = getattr(layers, container.form)(children, list(container.reads))
    return made


def _module(child: Operation | Pad | Container, config: Config) -> nn.Module:
    if isinstance(child, Container):
        return _container(child, config)
    return _called(call_of(child, config))


def _called(call: Call) -> nn.Module:
    torchs = call.name.removeprefix("nn.")
    maker = getattr(layers if torchs == call.name else nn, torchs)
    made: nn.Module = maker(*call.arguments, **dict(call.named))
    return made


def _initialise(module: nn.Module) -> None:
    """He initialisation for convolutions, small normal weights for linear layers."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
    elif isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0, 0.01)
    if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is not None:
        nn.init.zeros_(module.bias)


def example_input(traced: Trace) -> Tensor:
    """A batch of one image of zeros, of the size that the trace was made for."""
    return torch.zeros(1, *traced.operations[0].in_shape)
