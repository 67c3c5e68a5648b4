"""Gates of a trained network for two pictures, and the maps that they open and close.

The page Squeeze and excite asks; ``inside`` shows all maps of a block, this only two channels: the
one that the first picture opens most against the second, and the other way round.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from PIL import Image
from torch import Tensor

from viz.lab.choice import choice_of
from viz.lab.pytorch.inside import outputs_of
from viz.lab.pytorch.inside_page import DRAWN_SIDE
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.preparation import png_text, unprepared
from viz.lab.pytorch.weights import Loaded, load
from viz.lab.scenery import picture
from viz.lessons.squeeze import se_operations
from viz.net.config import Config
from viz.net.operations import Role

SIDE = 160  # pixels of a map


class Gated(NamedTuple):
    """What one SE does to a picture: its gates, and maps (C, H, W) before and after them."""

    prepared: Tensor
    gates: Tensor
    before: Tensor
    after: Tensor


def gates_answer(config: Config, asked: Mapping[str, Any]) -> dict[str, Any]:
    """``asked`` has ``kinds`` (two flowers), ``seed`` and ``block``, one with SE.

    Gives "pictures", each with "picture" (a PNG), "gates" and "maps": for each of "channels" a pair
    of PNGs, before and after the gate, all of one channel in the same colours. Raises ``RunError``.
    """
    loaded = load(config, choice_of("atlas", config.variant))
    drawn = [picture(kind, (asked["seed"],), DRAWN_SIDE) for kind in asked["kinds"]]
    found = [gated(loaded, each, asked["block"]) for each in drawn]
    channels = furthest(found[0].gates, found[1].gates)
    tiles = [_tiles(found, channel) for channel in channels]
    return {
        "channels": list(channels),
        "pictures": [
            {
                "picture": png_text(unprepared(each.prepared, loaded.preparation)),
                "gates": each.gates.tolist(),
                "maps": [list(tile[number]) for tile in tiles],
            }
            for number, each in enumerate(found)
        ],
    }


def gated(loaded: Loaded, image: Image.Image, block: int) -> Gated:
    """Send a picture through the network; ``block`` is one with SE."""
    traced = loaded.traced
    prepared = for_answers(traced.config.image, loaded.preparation)(image)
    outputs, _answer = outputs_of(loaded.module, traced, prepared)
    parts = {op.role: op for op in se_operations(traced.of_block(block))}
    gates, scaled = (outputs[parts[role].path] for role in (Role.GATE, Role.SCALE))
    return Gated(prepared, gates.flatten(), outputs[parts[Role.SQUEEZE].inputs[0]], scaled)


def furthest(first: Tensor, second: Tensor) -> tuple[int, int]:
    """The channel that ``first`` opens most against ``second``, and the other way round."""
    more = first - second
    return int(more.argmax()), int(more.argmin())


def _tiles(found: Sequence[Gated], channel: int) -> list[tuple[str, str]]:
    """Before and after of one channel, in each picture, all in the same colours."""
    maps = [[each.before[channel].numpy(), each.after[channel].numpy()] for each in found]
    low, high = (
        min(m.min() for pair in maps for m in pair),
        max(m.max() for pair in maps for m in pair),
    )
    return [(_tile(before, low, high), _tile(after, low, high)) for before, after in maps]


def _tile(values: npt.NDArray[np.float32], low: float, high: float) -> str:
    colours = colormaps["viridis"]((values - low) / (high - low or 1.0), bytes=True)[..., :3]
    return png_text(Image.fromarray(colours).resize((SIDE, SIDE), Image.Resampling.NEAREST))
