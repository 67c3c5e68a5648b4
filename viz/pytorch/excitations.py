"""A picture sent through a built network, to see what its squeeze-and-excite blocks do with it."""

from collections.abc import Callable
from typing import TypedDict

import torch
from torch import Tensor, nn

from viz.activations import Gate
from viz.lessons.squeeze import se_blocks, se_operations, with_gate
from viz.net.bounds import check_run
from viz.net.operations import Role
from viz.net.trace import Trace
from viz.pytorch.modules import seeded_module

PICTURES = 2  # batch normalisation needs more than one value per channel


class Excitation(TypedDict):
    """What one SE did to the first picture: a value per channel, in the order of the steps."""

    block: int
    squeezed: list[float]
    hidden: list[float]
    gate: list[float]
    scaled: list[float]


def pictures(shape: tuple[int, ...]) -> Tensor:
    """(2, *shape): rings and waves, of mean 0 and deviation 1, the same on every machine."""
    channels, height, width = shape
    rows = torch.linspace(-1, 1, height)[:, None]
    columns = torch.linspace(-1, 1, width)[None, :]
    made = [
        torch.cos(9 * ((rows - 0.2 * n) ** 2 + columns**2) + channel) + torch.sin(7 * columns + n)
        for n in range(PICTURES)
        for channel in range(channels)
    ]
    batch = torch.stack(made).reshape(PICTURES, channels, height, width)
    return (batch - batch.mean()) / batch.std()


def excitations(traced: Trace, gate: Gate, seed: int) -> list[Excitation]:
    """Every SE of the network with fresh weights, in training mode, under this gate.

    Raises ``TooLarge``.
    """
    check_run(traced.params, traced.macs, traced.peak_bytes(), PICTURES)
    module = seeded_module(with_gate(traced, gate), seed).train()
    seen: dict[str, Tensor] = {}
    hooked = {op.path for op in se_operations(traced.operations)}
    for path, child in module.named_modules():
        if path in hooked:
            child.register_forward_hook(_keeper(seen, path))
    with torch.no_grad():
        module(pictures(traced.operations[0].in_shape))
    return [_excitation(traced, block, seen) for block in se_blocks(traced)]


def _keeper(seen: dict[str, Tensor], path: str) -> Callable[[nn.Module, object, Tensor], None]:
    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        seen[path] = output[0].mean(dim=(1, 2)).clone()

    return keep


def _excitation(traced: Trace, block: int, seen: dict[str, Tensor]) -> Excitation:
    steps = {
        op.role: [round(float(value), 6) for value in seen[op.path]]
        for op in se_operations(traced.of_block(block))
    }
    return Excitation(
        block=block,
        squeezed=steps[Role.SQUEEZE],
        hidden=steps[Role.INNER],
        gate=steps[Role.GATE],
        scaled=steps[Role.SCALE],
    )
