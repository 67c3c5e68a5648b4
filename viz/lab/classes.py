"""Class names from a JSON file: post 001's ``class_indices.json`` or a list."""

import json
from pathlib import Path

from viz.lab.errors import RunError
from viz.lab.files import run_errors

WANTED = 'must be a list of names, or {"0": name, "1": name, ...}'


def read_classes(path: Path) -> tuple[str, ...]:
    """The names in the order of their numbers. Raises ``RunError``."""
    with run_errors(path):
        content = path.read_bytes()
    return classes_in(content, str(path))


def classes_in(text: bytes, path: str) -> tuple[str, ...]:
    """The names in the content of a file that is called ``path``. Raises ``RunError``."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise RunError(f"{path} is no JSON: it {WANTED}.") from None
    if isinstance(content, dict):
        content = [content.get(str(number)) for number in range(len(content))]
    if not isinstance(content, list) or not all(isinstance(name, str) for name in content):
        raise RunError(f"{path} {WANTED}.")
    return tuple(content)
