"""Header of the Atlas's weights files: network and class names.

It stands in the header of the safetensors file, as JSON under one key, and is read without torch.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from viz.lab.errors import RunError
from viz.net.config import Config
from viz.net.words import words_of

KEY = "mobilenet-atlas"  # one key only: several would be written in any order


class Card(NamedTuple):
    """A network, the words of its configuration (``viz.net.words``), and its classes by number.

    ``preparation`` is how pictures are prepared (``viz.lab.preparation``); empty: as by the posts.
    """

    network: str
    words: Mapping[str, str]
    classes: tuple[str, ...]
    preparation: Mapping[str, Any] = MappingProxyType({})


def card_of(
    config: Config, classes: tuple[str, ...], preparation: Mapping[str, Any] | None = None
) -> Card:
    """The card of weights for this configuration."""
    return Card(config.variant, words_of(config), classes, dict(preparation or {}))


def header(content: Mapping[str, object]) -> dict[str, str]:
    """Content as the metadata of a safetensors file."""
    return {KEY: json.dumps(content, sort_keys=True)}


def content_of(path: Path) -> dict[str, object]:
    """Header content under the Atlas's key; empty without it. Raises ``RunError``."""
    from safetensors import SafetensorError, safe_open  # other commands do without it

    try:
        with safe_open(path, framework="numpy") as file:
            stored = (file.metadata() or {}).get(KEY, "{}")
        content = json.loads(stored)
    except OSError as error:
        raise RunError(f"{path}: {error.strerror or 'no such file'}.") from None
    except (SafetensorError, ValueError):
        raise RunError(f"{path} is no safetensors file, or is cut off.") from None
    return content if isinstance(content, dict) else {}


def read_card(path: Path) -> Card | None:
    """The card in a file's header; None where there is none. Raises ``RunError``."""
    content = content_of(path)
    network, words, classes, preparation = (content.get(name) for name in Card._fields)
    if not isinstance(network, str) or not isinstance(words, dict) or not isinstance(classes, list):
        return None
    texts = {str(name): str(text) for name, text in words.items()}
    return Card(network, texts, tuple(map(str, classes)), _mapping(preparation))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
