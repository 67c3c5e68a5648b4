"""What commands read alike: a network, its weights, and the preparation of pictures."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from viz.lab.choice import Choice, choice_of, config_for, knows_resolution
from viz.lab.classes import read_classes
from viz.lab.preparation import PreparationAsked
from viz.net.config import NUMBERS, Config
from viz.net.fields import ConfigError

if TYPE_CHECKING:
    from viz.lab.pytorch.weights import Loaded


def setting(text: str) -> tuple[str, str]:
    """``option=value`` as its two parts. Raises ``ConfigError``."""
    name, equals, value = text.partition("=")
    if not equals:
        raise ConfigError("--set", text, "of the form option=value")
    return name, value


def network_params(options: argparse.Namespace) -> dict[str, str]:
    """Configuration parameters from the command line."""
    params = {n: getattr(options, n) for n in NUMBERS if getattr(options, n, None) is not None}
    return params | dict(map(setting, options.set))


class Wanted(NamedTuple):
    """A network with weights that is to answer; ``own_side``: at the size that these learned."""

    config: Config
    choice: Choice
    names: tuple[str, ...] | None
    preparation: PreparationAsked
    own_side: bool


def wanted(options: argparse.Namespace) -> Wanted:
    """What a command line asks for. Raises ``RunError``, ``ConfigError``; torch is not needed."""
    params = network_params(options)
    asked = PreparationAsked(options.prepare, options.resize or "", options.crop or "")
    side = asked.side(params.get("resolution"))
    if side:
        params["resolution"] = side
    choice = choice_of(options.weights, options.network, by_order=options.by_order)
    config = config_for(choice, options.network, params)
    names = read_classes(Path(options.classes_file)) if options.classes_file else None
    own_side = side is None and not knows_resolution(choice)
    return Wanted(config, choice, names, asked, own_side)


def loaded_for(asked: Wanted) -> "Loaded":
    """The network itself, ready to answer. Raises ``RunError``."""
    from viz.lab.pytorch.answers import ready

    return ready(
        asked.config, asked.choice, asked.names, asked.preparation, own_side=asked.own_side
    )


def about(asked: Wanted, loaded: "Loaded") -> dict[str, Any]:
    """What answers are of, as JSON's values."""
    config = loaded.traced.config
    return {
        "network": config.variant,
        "config": config.arguments(),
        "weights": asked.choice.text,
        "preparation": loaded.preparation.content(),
    }
