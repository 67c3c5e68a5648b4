"""What commands read alike: a network's parameters, and the preparation of pictures."""

import argparse

from viz.lab.preparation import PreparationAsked
from viz.net.config import NUMBERS
from viz.net.fields import ConfigError


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


def preparation_asked(options: argparse.Namespace) -> PreparationAsked:
    """How pictures are to be prepared, where that is said."""
    return PreparationAsked(options.prepare, options.resize or "", options.crop or "")
