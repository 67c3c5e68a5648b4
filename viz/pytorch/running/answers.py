"""What a network answers to pictures, as post 001's predict.py asks it: the likeliest classes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from viz.net.config import Config
from viz.pytorch.running.pictures import check_channels, for_answers
from viz.pytorch.running.start import ends_in_softmax, last_layer
from viz.pytorch.running.weights import Loaded, load
from viz.running.choice import Choice
from viz.running.errors import RunError
from viz.running.pictures import open_picture


class Guess(NamedTuple):
    """A class by number and name, and its probability from 0 to 1."""

    number: int
    name: str
    probability: float


class Answer(NamedTuple):
    """The most likely classes of one picture, most likely first."""

    picture: str
    top: tuple[Guess, ...]

    def content(self) -> dict[str, object]:
        """As JSON's values."""
        return {"picture": self.picture, "top": [guess._asdict() for guess in self.top]}


def answers(
    paths: Sequence[Path],
    config: Config,
    choice: Choice,
    names: tuple[str, ...] | None = None,
    top: int = 5,
) -> Iterator[Answer]:
    """One answer a picture, as they come; ``names`` take the place of the weights' own.

    Raises ``RunError`` for weights that do not fit, for a picture that cannot be read, and where
    the number of names is another than that of classes.
    """
    check_channels(config)
    loaded = load(config, choice)
    last_layer(loaded.traced)
    known = _names(loaded, names)
    for path in paths:
        yield Answer(str(path), _top(_ask(loaded, path), known, top))


def _names(loaded: Loaded, names: tuple[str, ...] | None) -> tuple[str, ...]:
    classes = loaded.traced.config.classes
    found = names or loaded.classes or tuple(f"class {number}" for number in range(classes))
    if len(found) != classes:
        raise RunError(f"--classes-file has {len(found):,} names for {classes:,} classes.")
    return found


@torch.inference_mode()
def _ask(loaded: Loaded, path: Path) -> Tensor:
    """Probabilities, (classes,)."""
    picture = for_answers(loaded.traced.config.image)(open_picture(path))
    outputs: Tensor = loaded.module(picture[None])[0]
    return outputs if ends_in_softmax(loaded.traced) else outputs.softmax(0)


def _top(probabilities: Tensor, names: tuple[str, ...], count: int) -> tuple[Guess, ...]:
    values, numbers = probabilities.topk(min(count, len(names)))
    pairs = zip(numbers.tolist(), values.tolist(), strict=True)
    return tuple(Guess(number, names[number], value) for number, value in pairs)
