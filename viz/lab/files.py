"""Atomic writes, and system errors as one sentence."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from viz.lab.errors import RunError

# What systems say of a file in a folder's place, and the other way round.
PLAIN = {
    errno.EISDIR: "it is a folder, but must be a file",
    errno.EEXIST: "it is a file, but must be a folder",  # where a folder is made
    errno.ENOTDIR: "it is a file, or lies in one, but must be a folder",
}


@contextmanager
def run_errors(path: Path | str) -> Iterator[None]:
    """Turn an ``OSError`` (no such folder, disk full) into a ``RunError``."""
    try:
        yield
    except OSError as error:
        reason = PLAIN.get(error.errno or 0) or error.strerror or str(error)
        raise RunError(f"{path}: {reason}.") from None


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target, then rename: a reader sees the old file or the new one.

    Raises ``RunError``.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with run_errors(path), partial.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())  # a rename may reach the disk before the content does
        with run_errors(path):
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def new_folder(path: Path) -> None:
    """Make the folder with those above it; one that is there must be empty. Raises ``RunError``."""
    make_folder(path)
    check_free(path)


def make_folder(path: Path) -> None:
    """Make the folder, and those above it, unless it is there. Raises ``RunError``."""
    with run_errors(path):
        path.mkdir(parents=True, exist_ok=True)


def check_free(path: Path) -> None:
    """Raise ``RunError`` for a folder that is there and not empty. Nothing is made."""
    with run_errors(path):
        if path.exists() and any(path.iterdir()):
            raise RunError(f"{path}: the folder is not empty; name another one.")
