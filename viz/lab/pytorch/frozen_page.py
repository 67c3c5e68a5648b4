"""Requests of the page on frozen features: a few training steps under both codes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypedDict

import torch
from PIL import Image
from torch import Tensor

from viz.lab.pytorch.frozen import Batch, Epoch, one_epoch, the_posts_way, the_right_way
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.start import last_layer
from viz.lab.pytorch.weights import fresh
from viz.lab.sample_data import KINDS
from viz.lab.scenery import picture
from viz.net.config import Config
from viz.net.trace import Trace, trace_config

WAYS = {"post": the_posts_way, "right": the_right_way}
PICTURES = 4  # a step
SEED = 0


class Answer(TypedDict):
    """Both codes; each has ``learning``, ``params`` and ``features`` (``frozen.Moved``)."""

    post: dict[str, Any]
    right: dict[str, Any]


def frozen_lesson(config: Config, steps: int) -> Answer:
    """Train the last layer for some steps, from random weights. Raises ``RunError``."""
    traced = trace_config(replace(config, classes=len(KINDS)))
    last_layer(traced)
    batches = list(_batches(traced, steps))
    post, right = (
        _content(one_epoch(fresh(traced, SEED), traced, batches, way)) for way in WAYS.values()
    )
    return Answer(post=post, right=right)


def _content(epoch: Epoch) -> dict[str, Any]:
    return {**epoch._asdict(), "features": [moved._asdict() for moved in epoch.features]}


def _batches(traced: Trace, steps: int) -> Iterator[Batch]:
    image = traced.config.image
    prepare, channels = for_answers(image), traced.config.in_channels
    for step in range(steps):
        numbers = [(step * PICTURES + index) % len(KINDS) for index in range(PICTURES)]
        pictures = [_flower(number, step, max(image)) for number in numbers]
        batch: Tensor = torch.stack([prepare(flower) for flower in pictures])
        yield batch[:, [n % 3 for n in range(channels)]], torch.tensor(numbers)


def _flower(number: int, step: int, side: int) -> Image.Image:
    return picture(KINDS[number], (SEED, step), max(32, side))
