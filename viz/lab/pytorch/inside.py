"""Answer of a network for one picture, maps of one block, and statistics of all blocks.

Everything is read from the modules while the picture runs through them; nothing is kept.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from matplotlib import colormaps
from PIL import Image
from torch import Tensor, nn

from viz.lab.errors import RunError
from viz.lab.montage import PER_PAGE, first_of
from viz.lab.pytorch.answers import Guess, named, probabilities
from viz.lab.pytorch.class_map import ClassMap, class_map
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.preparation import (
    Mistake,
    Step,
    mistakes,
    png_text,
    preparation,
    unprepared,
)
from viz.lab.pytorch.weights import Loaded
from viz.net.operations import SE_ROLES, Role
from viz.net.trace import Trace

ROW = 6  # channels beside each other
SIDE = 96  # pixels of one of them
BINS = 32
CEILING = 6.0  # of ReLU6
CLIPPED = ("relu", "relu6")


class Seen(NamedTuple):
    """One operation's output: a page of its channels as a PNG (base64), and what it holds.

    ``zeros`` and ``ceiling`` are shares of the values after ReLU and ReLU6, None after anything
    else; ``gates`` are SE's channel weights, and ``image`` is empty where there is no map.
    ``first`` channels are stronger than those shown.
    ``histogram`` counts all values in ``BINS`` equal steps from the lowest to the highest.
    """

    path: str
    role: str
    what: str
    shape: tuple[int, ...]
    zeros: float | None
    ceiling: float | None
    low: float
    high: float
    first: int
    channels: tuple[int, ...]
    image: str
    gates: tuple[float, ...]
    histogram: tuple[int, ...]


class BlockSeen(NamedTuple):
    """A block in one line: the share of zeros after its ReLUs (None without), output's RMS."""

    name: str
    zeros: float | None
    rms: float


class Inside(NamedTuple):
    """Activations of a network for one picture; ``prepared`` is the network's input.

    ``top`` is empty for a network without classes; ``preparation`` is what ``steps`` do, in words.
    ``map`` is the class activation map, None where there is none; ``names`` are those of all
    classes.
    """

    prepared: str
    top: tuple[Guess, ...]
    operations: tuple[Seen, ...]
    blocks: tuple[BlockSeen, ...]
    steps: tuple[Step, ...]
    mistakes: tuple[Mistake, ...]
    preparation: str
    map: ClassMap | None
    names: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """As JSON's values."""
        return {
            "prepared": self.prepared,
            "top": [guess._asdict() for guess in self.top],
            "operations": [seen._asdict() for seen in self.operations],
            "blocks": [seen._asdict() for seen in self.blocks],
            "steps": [step._asdict() for step in self.steps],
            "mistakes": [{"what": m.what, **m.guess._asdict()} for m in self.mistakes],
            "preparation": self.preparation,
            "map": self.map and self.map.content(),
            "names": list(self.names),
        }


def look_inside(
    loaded: Loaded, picture: Image.Image, block: int, number: int | None = None, page: int = 1
) -> Inside:
    """Send a picture through the network; ``block`` is the one whose operations are shown.

    ``number`` is the class that is mapped; the likeliest where there is no such class. ``page``
    are the channels of each map, strongest first; the last ones where there are fewer.
    """
    traced = loaded.traced
    prepared = for_answers(traced.config.image, loaded.preparation)(picture)
    outputs, answer = outputs_of(loaded.module, traced, prepared)
    shown = [op.path for op in traced.of_block(block) if op.kind not in ("norm", "dropout")]
    return Inside(
        png_text(unprepared(prepared, loaded.preparation)),
        named(probabilities(answer, traced), loaded, 5) if answer.dim() == 1 else (),
        tuple(_seen(traced, path, outputs[path], page) for path in shown),
        tuple(_block(traced, index, outputs) for index in range(len(traced.blocks))),
        preparation(picture, traced.config.image, loaded.preparation),
        mistakes(loaded, picture) if answer.dim() == 1 else (),
        loaded.preparation.text(traced.config.image),
        _class_map(loaded, picture, number),
        loaded.classes,
    )


def _class_map(loaded: Loaded, picture: Image.Image, number: int | None) -> ClassMap | None:
    is_there = number is not None and number < loaded.traced.config.classes
    try:
        return class_map(loaded, picture, number if is_there else None)
    except RunError:  # no classes, or no map that is pooled
        return None


@torch.inference_mode()
def outputs_of(
    module: nn.Module, traced: Trace, prepared: Tensor
) -> tuple[dict[str, Tensor], Tensor]:
    """The output of every operation, without the batch, and the network's answer."""
    seen: dict[str, Tensor] = {}
    hooks = [
        module.get_submodule(op.path).register_forward_hook(_keeper(seen, op.path))
        for op in traced.operations
    ]
    answer: Tensor = module(prepared[None])[0]
    for hook in hooks:
        hook.remove()
    return seen, answer


def _keeper(seen: dict[str, Tensor], path: str) -> Callable[[nn.Module, object, Tensor], None]:
    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        seen[path] = output[0].clone()

    return keep


def _seen(traced: Trace, path: str, values: Tensor, page: int) -> Seen:
    op = next(op for op in traced.operations if op.path == path)
    is_map = values.dim() == 3 and values.shape[-1] > 1
    first = first_of(page, len(values)) if is_map else 0
    channels = _strongest(values)[first : first + PER_PAGE] if is_map else ()
    gates = values.flatten().tolist() if op.role is Role.GATE else ()
    return Seen(
        path=path,
        role=op.role.value,
        what=op.activation or op.kind,
        shape=tuple(values.shape),
        zeros=_share(values <= 0) if op.activation in CLIPPED else None,
        ceiling=_share(values >= CEILING) if op.activation == "relu6" else None,
        low=float(values.min()),
        high=float(values.max()),
        first=first,
        channels=channels,
        image=_montage(values[list(channels)].numpy()) if is_map else "",
        gates=tuple(gates),
        histogram=tuple(int(n) for n in torch.histc(values.float(), BINS)),
    )


def _strongest(values: Tensor) -> tuple[int, ...]:
    """All channels by mean magnitude, strongest first."""
    order = values.abs().mean((1, 2)).argsort(descending=True, stable=True)
    return tuple(int(channel) for channel in order)


def _share(where: Tensor) -> float:
    return float(where.float().mean())


def _block(traced: Trace, index: int, outputs: dict[str, Tensor]) -> BlockSeen:
    block, operations = traced.blocks[index], traced.of_block(index)
    clipped = [
        outputs[op.path].flatten()
        for op in operations
        if op.activation in CLIPPED and op.role not in SE_ROLES
    ]
    zeros = _share(torch.cat(clipped) <= 0) if clipped else None
    rms = float(outputs[operations[-1].path].square().mean().sqrt())
    return BlockSeen(block.name, zeros, rms)


# Pictures


def _montage(maps: npt.NDArray[np.float32]) -> str:
    """Maps (C, H, W) side by side in rows, each from its own lowest to its own highest value."""
    rows = -(-len(maps) // ROW)
    sheet = Image.new("RGBA", (min(len(maps), ROW) * SIDE, rows * SIDE))  # clear, for any theme
    for number, values in enumerate(maps):
        span = float(np.ptp(values)) or 1.0
        colours = colormaps["viridis"]((values - values.min()) / span, bytes=True)[..., :3]
        tile = Image.fromarray(colours).resize((SIDE - 4, SIDE - 4), Image.Resampling.NEAREST)
        sheet.paste(tile, (number % ROW * SIDE + 2, number // ROW * SIDE + 2))
    return png_text(sheet)
