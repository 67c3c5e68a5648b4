"""Predictions for pictures, as in post 001's predict.py."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from viz.lab.choice import Choice
from viz.lab.errors import RunError
from viz.lab.pictures import open_picture
from viz.lab.preparation import PreparationAsked, of_library
from viz.lab.pytorch.pictures import check_channels, for_answers
from viz.lab.pytorch.start import ends_in_softmax, last_layer
from viz.lab.pytorch.weights import Loaded, load, preparation_for
from viz.lab.sources import Source
from viz.net.config import Config
from viz.net.trace import Trace

NOTHING_ASKED = PreparationAsked()


class Guess(NamedTuple):
    """A class by number and name, and its probability from 0 to 1."""

    number: int
    name: str
    probability: float


class Answer(NamedTuple):
    """The most likely classes of one picture, most likely first; or why it cannot be read."""

    picture: str
    top: tuple[Guess, ...] = ()
    problem: str = ""

    def content(self) -> dict[str, object]:
        """As JSON's values."""
        if self.problem:
            return {"picture": self.picture, "problem": self.problem}
        return {"picture": self.picture, "top": [guess._asdict() for guess in self.top]}


def ready(
    config: Config,
    choice: Choice,
    names: tuple[str, ...] | None = None,
    asked: PreparationAsked = NOTHING_ASKED,
    *,
    own_side: bool = False,
) -> Loaded:
    """The network with its weights, and with the preparation of pictures that is asked for.

    ``names`` take the place of the weights' own. With ``own_side`` the input has the size at which
    the weights' library uses them. Raises ``RunError`` for weights that do not fit, and where the
    number of names is another than that of classes.
    """
    check_channels(config)
    found = preparation_for(config, choice)
    if asked.library:
        found = of_library(config, asked.library, choice.version)
    if own_side and (asked.library or choice.source != "random"):
        config = replace(config, resolution=found.side)
    loaded = load(config, choice)._replace(preparation=asked.changed(found, config.image))
    last_layer(loaded.traced)
    if names is not None:
        loaded = loaded._replace(classes=names)
    _check_names(loaded)
    return loaded


def answers(sources: Iterable[Source], loaded: Loaded, top: int = 5) -> Iterator[Answer]:
    """One answer per picture, as they come; a picture that cannot be read says why."""
    for source in sources:
        if source.problem:
            yield Answer(source.name, problem=source.problem)
            continue
        try:
            yield Answer(source.name, named(_ask(loaded, source), loaded, top))
        except RunError as error:
            yield Answer(source.name, problem=str(error))


def _check_names(loaded: Loaded) -> None:
    found, classes = len(loaded.classes), loaded.traced.config.classes
    if found not in (0, classes):
        raise RunError(f"--classes-file has {found:,} names for {classes:,} classes.")


@torch.inference_mode()
def _ask(loaded: Loaded, source: Source) -> Tensor:
    """Probabilities, (classes,)."""
    prepare = for_answers(loaded.traced.config.image, loaded.preparation)
    picture = prepare(open_picture(source.file, source.name))
    return probabilities(loaded.module(picture[None])[0], loaded.traced)


def probabilities(outputs: Tensor, traced: Trace) -> Tensor:
    """A network's outputs for one picture, (classes,), as probabilities."""
    return outputs if ends_in_softmax(traced) else outputs.softmax(0)


def named(found: Tensor, loaded: Loaded, top: int | None = None) -> tuple[Guess, ...]:
    """The likeliest classes, or all, with their names where the weights know them."""
    values, numbers = found.topk(min(top or len(found), len(found)))
    pairs = zip(numbers.tolist(), values.tolist(), strict=True)
    return tuple(Guess(number, _name(loaded, number), value) for number, value in pairs)


def _name(loaded: Loaded, number: int) -> str:
    return loaded.classes[number] if loaded.classes else f"class {number}"
