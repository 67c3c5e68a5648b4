"""Shapes of networks as libraries name them, to find the name that a configuration has there."""

from viz.net.config import OPTIONS, Config
from viz.net.names import LIBRARY_NAMES

Shape = tuple[object, ...]


def shape_of(config: Config) -> Shape:
    """What a library's name says of a network."""
    return config.variant, config.width, config.depth, *config.options


def shape_named(name: str) -> Shape:
    """The same of a library's name."""
    key, choices = LIBRARY_NAMES[name]
    options = (option for option in OPTIONS if choices.get(option))
    return key, choices.get("width", 1.0), choices.get("depth", 1.0), *options
