"""What networks readers have opened, for servers that did not see them do it.

Only where an operator has named a place (``ATLAS_STORE``): the network's names and shapes as they
were read, for a day, under a digest of a cookie that only its reader has. Files are not kept.
"""

import gzip
import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from viz.lab import store
from viz.lab.files import make_folder, write_whole

SECONDS = 86_400.0
MOST = 2_000  # readers


def are_kept() -> bool:
    """Whether an operator wants it."""
    return bool(store.address())


def keep(reader: str, read: dict[str, Any]) -> None:
    """Keep what was read of a file, in place of an earlier one. Raises ``RunError``."""
    folder = store.root() / "uploads"
    make_folder(folder)
    _tidy(folder)
    name = _name(reader)
    write_whole(folder / name, gzip.compress(json.dumps(read).encode(), mtime=0))
    if copies := store.copies("uploads", folder):
        copies.send(name)


def kept(reader: str) -> dict[str, Any] | None:
    """What the reader has opened within a day, wherever that was. Raises ``RunError``."""
    folder, name = store.root() / "uploads", _name(reader)
    if copies := store.copies("uploads", folder):
        copies.fetch(name)
    with suppress(OSError):
        if time.time() - (folder / name).stat().st_mtime < SECONDS:
            found: dict[str, Any] = json.loads(gzip.decompress((folder / name).read_bytes()))
            return found
    return None


def _name(reader: str) -> str:
    return f"{hashlib.sha256(reader.encode()).hexdigest()[:32]}.json.gz"


def _tidy(folder: Path) -> None:
    """Remove what is older than a day, and the oldest where there are too many."""
    with suppress(OSError):  # another server tidies too
        files = sorted(folder.glob("*.gz"), key=lambda path: path.stat().st_mtime)
        late = time.time() - SECONDS
        for number, path in enumerate(files):
            if path.stat().st_mtime < late or len(files) - number >= MOST:
                path.unlink(missing_ok=True)
