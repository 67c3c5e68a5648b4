"""Single- and multi-process training under torchrun."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from viz.lab.errors import RunError

DEVICES = ("auto", "cpu", "cuda", "mps")


def ranks() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """The number of this one; number 0 speaks and writes."""
    return dist.get_rank() if dist.is_initialized() else 0


@contextmanager
def together(device: torch.device) -> Iterator[None]:
    """Join the processes that torchrun started, if it did."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


def wait_for_all() -> None:
    """Wait for all processes."""
    if ranks() > 1:
        dist.barrier()


def device_of(name: str) -> torch.device:
    """The device that is meant; ``auto`` is the fastest there is. Raises ``RunError``."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next((found for found, available in there.items() if available), "cpu")
    if not there.get(name, True):
        raise RunError(f"--device {name}: this machine has none, or torch cannot use it.")
    number = os.environ.get("LOCAL_RANK")
    return torch.device(f"cuda:{number}" if name == "cuda" and number else name)


def shared(module: nn.Module) -> nn.Module:
    """The module as it is called in training: gradients are averaged over all processes."""
    return DistributedDataParallel(module) if ranks() > 1 else module


def same_everywhere(module: nn.Module) -> None:
    """Give every process the running statistics of number 0."""
    if ranks() > 1:
        for buffer in module.buffers():
            dist.broadcast(buffer, 0)


def gathered(values: list[Any]) -> list[Any]:
    """The values of all processes, one process after the other."""
    if ranks() == 1:
        return values
    found: list[list[Any]] = [[] for _ in range(ranks())]
    dist.all_gather_object(found, values)
    return [value for own in found for value in own]


def total(values: list[float], device: torch.device) -> list[float]:
    """Each value, added up over all processes."""
    if ranks() == 1:
        return values
    exact = torch.float32 if device.type == "mps" else torch.float64
    summed = torch.tensor(values, dtype=exact, device=device)
    dist.all_reduce(summed)
    return [float(value) for value in summed]
