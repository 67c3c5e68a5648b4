"""Pictures that a command line names: files, folders, patterns, and standard input."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from glob import glob, has_magic
from mimetypes import guess_type
from pathlib import Path
from typing import BinaryIO, NamedTuple

from PIL import Image

from viz.lab.errors import RunError
from viz.lab.picture_files import KINDS, SUFFIXES, pictures_in

STANDARD_INPUT = "-"


class Source(NamedTuple):
    """A picture by its name, as a file or in memory; or why there is none."""

    name: str
    file: Path | BinaryIO = Path()
    problem: str = ""


def sources(names: Iterable[str]) -> Iterator[Source]:
    """The pictures behind the names, one after the other; nothing is decoded."""
    for name in names:
        yield from _piped() if name == STANDARD_INPUT else _named(name)


def _named(name: str) -> Iterator[Source]:
    path = Path(name)
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.exists() or not has_magic(name):
            path.stat()
            yield Source(name, path)
        else:
            yield from _fitting(name)
    except (OSError, ValueError) as error:  # not there, or a name that no system takes
        yield Source(name, problem=f"{name}: {getattr(error, 'strerror', None) or error}.")


def _in_folder(folder: Path) -> Iterator[Source]:
    found = pictures_in(folder)
    if not found:
        problem = f"{folder} has no pictures: they end in {', '.join(KINDS)}."
        yield Source(str(folder), problem=problem)
    yield from (Source(str(path), path) for path in found)


def left_out(names: Iterable[str]) -> Iterator[str]:
    """A sentence for each folder with pictures of other kinds than those that are read there."""
    for name in names:
        path = Path(name)
        with suppress(OSError, ValueError):
            others = _other_pictures(path) if path.is_dir() else []
            if others:
                count = f"{len(others)} picture{'s' * (len(others) > 1)}"
                kinds = ", ".join(KINDS)
                yield (
                    f"{name}: {count} left out, the first is {others[0].name}: in folders names "
                    f"end in {kinds}; name a file itself to have it read."
                )


def _other_pictures(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() not in SUFFIXES
        and (guess_type(path.name)[0] or "").startswith("image/")
        and path.is_file()
    )


def _fitting(pattern: str) -> Iterator[Source]:
    found = [Path(name) for name in sorted(glob(pattern, recursive=True))]  # noqa: PTH207  # any root
    files = [path for path in found if path.is_file()]
    if not files:
        yield Source(pattern, problem=f"{pattern}: no file fits this pattern.")
    yield from (Source(str(path), path) for path in files)


def _piped() -> Iterator[Source]:
    """One picture, or the names of pictures line by line. Raises ``RunError``."""
    content = sys.stdin.buffer.read()
    if _is_picture(content):
        yield Source(STANDARD_INPUT, io.BytesIO(content))
        return
    try:
        names = [line.strip() for line in content.decode().splitlines() if line.strip()]
    except UnicodeDecodeError:
        sentence = "standard input is neither a picture that can be read nor a list of names."
        raise RunError(sentence) from None
    if not names:
        raise RunError("standard input is empty: it must be a picture, or names of pictures.")
    for name in names:
        yield from _named(name)


def _is_picture(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)):
            return True
    except Image.DecompressionBombError:
        return True  # it is said of the picture
    except Exception:  # whatever a decoder makes of other bytes
        return False
