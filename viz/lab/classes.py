"""Class names from a file: JSON as post 001's scripts or Keras have it, or a text with lines."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from viz.lab.errors import RunError
from viz.lab.files import run_errors

WANTED = (
    'must be a list of names, {"0": name, ...}, {name: 0, ...}, '
    "Keras's imagenet_class_index.json, or a text with a name on each line"
)
NUMBERED = re.compile(r"(\d+)(?:\s*[:,;]\s*|\s+)(\S.*)")  # "0 daisy", "0: daisy", "0,daisy"


def read_classes(path: Path) -> tuple[str, ...]:
    """The names in the order of their numbers. Raises ``RunError``."""
    if path.is_dir():
        raise RunError(f"{path} is a folder: name a file of class names.")
    with run_errors(path):
        content = path.read_bytes()
    return classes_in(content, str(path))


def classes_in(content: bytes, path: str) -> tuple[str, ...]:
    """The names in the content of a file that is called ``path``. Raises ``RunError``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RunError(f"{path} is no JSON, nor a text: it {WANTED}.") from None
    if path.lower().endswith(".json") or text.lstrip()[:1] in ("[", "{"):
        return _of_json(text, path)
    names = _of_lines([line.strip() for line in text.splitlines() if line.strip()])
    if not names:
        raise RunError(f"{path} holds no names: it {WANTED}.")
    return names


def _of_lines(lines: list[str]) -> tuple[str, ...]:
    """A name on each line, behind its number if all lines begin with theirs."""
    found = [NUMBERED.fullmatch(line) for line in lines]
    numbered = [match.groups() for match in found if match]
    if [int(number) for number, _ in numbered] == list(range(len(lines))):
        return tuple(name for _, name in numbered)
    return tuple(lines)


def _of_json(text: str, path: str) -> tuple[str, ...]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise RunError(f"{path} is no JSON: it {WANTED}.") from None
    if isinstance(content, dict):
        content = _ordered(content, path)
    names = [_name(entry) for entry in content] if isinstance(content, list) else [None]
    if None in names:
        raise RunError(f"{path} {WANTED}.")
    return tuple(name for name in names if name is not None)


def _ordered(content: Mapping[str, object], path: str) -> list[object]:
    """Names by number or numbers by name, as a list."""
    by_name = all(type(value) is int for value in content.values())
    pairs = {str(n): name for name, n in content.items()} if by_name else content
    wanted = [str(number) for number in range(len(content))]
    if set(wanted) != set(pairs):
        raise RunError(f"{path} must number its {len(content):,} classes from 0, each once.")
    return [pairs[number] for number in wanted]


def _name(entry: object) -> str | None:
    """A name, or Keras's pair of WordNet's number and a name."""
    if isinstance(entry, list) and len(entry) == 2:
        entry = entry[1]
    return entry if isinstance(entry, str) else None
