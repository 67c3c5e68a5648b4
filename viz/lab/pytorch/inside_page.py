"""Requests of the page Look inside: a picture and weights as JSON values."""

import base64
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from viz.lab.choice import choice_of
from viz.lab.pictures import open_picture
from viz.lab.preparation import of_library
from viz.lab.pytorch.inside import look_inside
from viz.lab.pytorch.pictures import check_channels
from viz.lab.pytorch.weights import load
from viz.lab.scenery import picture
from viz.net.config import Config

DRAWN_SIDE = 256


def inside_answer(config: Config, asked: Mapping[str, Any]) -> dict[str, Any]:
    """``asked`` has ``weights`` ("atlas" or "random"), ``block``, and ``picture``.

    ``prepare`` may name a library whose preparation of pictures is taken, ``class`` is the number
    of the class that is mapped, ``page`` the page of each map's channels.
    A picture is {"kind": flower, "seed": n} or {"file": base64, "name": text}. Raises ``RunError``.
    """
    check_channels(config)
    loaded = load(config, choice_of(asked["weights"], config.variant))
    if library := asked.get("prepare"):
        loaded = loaded._replace(preparation=of_library(config, library))
    how = asked["block"], asked.get("class"), asked.get("page", 1)
    return look_inside(loaded, _picture(asked["picture"]), *how).content()


def _picture(source: Mapping[str, Any]) -> Image.Image:
    if "file" in source:
        return open_picture(io.BytesIO(base64.b64decode(source["file"])), source["name"])
    return picture(source["kind"], (source["seed"],), DRAWN_SIDE)
