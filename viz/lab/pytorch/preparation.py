"""Preprocessing step by step, and answers with one step missing."""

import base64
import io
from collections.abc import Callable
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor
from torchvision import transforms
from torchvision.transforms import functional

from viz.lab.preparation import POST, Preparation
from viz.lab.pytorch.answers import Guess, named, probabilities
from viz.lab.pytorch.pictures import for_answers, resized
from viz.lab.pytorch.weights import Loaded

MOST_SHOWN = 512  # pixels of the longer side of a picture that is shown


class Step(NamedTuple):
    """One step, the picture after it as a PNG (base64), its size, minimum and maximum."""

    what: str
    image: str
    size: tuple[int, int]
    low: float
    high: float


class Mistake(NamedTuple):
    """One mistake, and the top class with it."""

    what: str
    guess: Guess


def preparation(
    picture: Image.Image, image: tuple[int, int], how: Preparation = POST
) -> tuple[Step, ...]:
    """The picture as it is, resized, cropped, and normalised (``for_answers``)."""
    short = how.short_side(image)
    smaller = resized(picture, image, how)
    cropped = functional.center_crop(smaller, list(image))
    prepared = for_answers(image, how)(picture)
    cut = [_step("middle cut", cropped)] if short else []
    return (
        _step("picture", picture),
        _step(f"short side {short}" if short else "stretched", smaller),
        *cut,
        _step("mean and deviation", cropped)._replace(
            low=float(prepared.min()), high=float(prepared.max())
        ),
    )


def _step(what: str, picture: Image.Image) -> Step:
    shown = picture.copy()
    shown.thumbnail((MOST_SHOWN, MOST_SHOWN))
    lows, highs = zip(*picture.getextrema(), strict=True)  # of the three colours
    return Step(what, png_text(shown), picture.size, float(min(lows)), float(max(highs)))


@torch.inference_mode()
def mistakes(loaded: Loaded, picture: Image.Image) -> tuple[Mistake, ...]:
    """The answers to the same picture, each time with one thing done wrong."""
    size = list(loaded.traced.config.image)
    right = for_answers(loaded.traced.config.image, loaded.preparation)
    plain = transforms.Compose([*right.transforms[:-1]])  # type: ignore[attr-defined]  # composed
    ways: dict[str, Callable[[Image.Image], Tensor]] = {
        "without mean and deviation": plain,
        "values of 0 to 255": lambda shown: plain(shown) * 255,
        "colours as BGR": lambda shown: right(shown).flip(0),
        "squeezed, not cut": lambda shown: right.transforms[-1](  # type: ignore[attr-defined]
            functional.to_tensor(functional.resize(shown, size))
        ),
    }
    short = loaded.preparation.short_side(loaded.traced.config.image)
    if short:
        ways["resized without antialiasing"] = lambda shown: right.transforms[-1](  # type: ignore[attr-defined]
            functional.center_crop(_aliased(shown, short), size)
        )
    else:
        del ways["squeezed, not cut"]  # is right here
    return tuple(Mistake(what, _answer(loaded, prepare(picture))) for what, prepare in ways.items())


def _aliased(picture: Image.Image, short: int) -> Tensor:
    """Pixels between the nearest four, however far apart these are: as OpenCV's INTER_LINEAR."""
    values: Tensor = functional.resize(functional.to_tensor(picture), [short], antialias=False)
    return values


def _answer(loaded: Loaded, prepared: Tensor) -> Guess:
    found = probabilities(loaded.module(prepared[None])[0], loaded.traced)
    return named(found, loaded, 1)[0]


def unprepared(prepared: Tensor, how: Preparation = POST) -> Image.Image:
    """Normalised values as the picture that they stand for."""
    mean, deviation = (torch.tensor(values)[:, None, None] for values in (how.mean, how.deviation))
    pixels = (prepared * deviation + mean).clamp(0, 1) * 255
    return Image.fromarray(pixels.round().byte().permute(1, 2, 0).numpy())


def png_text(image: Image.Image) -> str:
    """A picture as PNG in base64."""
    target = io.BytesIO()
    image.save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()
