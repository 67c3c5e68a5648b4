"""Copies of a folder's files at an address of fsspec: S3, or any other store that it knows.

Training writes to its folder all the time, which no such store is made for. So whatever has changed
is sent every few seconds, and fetched by whoever looks.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from viz.extras import PACKAGE
from viz.lab.errors import RunError
from viz.lab.files import make_folder, write_whole

EVERY = 5.0  # seconds between two looks at the address


class Copies:
    """Files below ``folder`` and their copies below ``address``; names are relative to both.

    Files in folders go first: those above say that they are there.
    """

    def __init__(self, address: str, folder: Path) -> None:
        """Raises ``RunError`` where fsspec, or what it needs for the address, is not there."""
        self.address, self.folder = address, folder
        self._sent: dict[str, tuple[int, int]] = {}
        self._fetched: dict[str, object] = {}
        self._looked: dict[str, float] = {}
        self._lock = threading.Lock()
        with self._errors():
            try:
                import fsspec
            except ModuleNotFoundError:
                raise RunError(f"ATLAS_STORE needs s3fs: pip install '{PACKAGE}[store]'.") from None
            options = {"auto_mkdir": True} if address.startswith("file:") else {}
            self._system, self._base = fsspec.url_to_fs(address, **options)

    def send(self, name: str) -> None:
        """Send what has changed of a file, or of a folder's files. Raises ``RunError``."""
        place = self.folder / name
        with self._lock, self._errors():
            paths = place.rglob("*") if place.is_dir() else [place]
            for path in sorted(paths, key=lambda path: -len(path.parts)):
                self._send(path)

    def _send(self, path: Path) -> None:
        if path.name.startswith(".") or not path.is_file():
            return  # half written
        name, found = path.relative_to(self.folder).as_posix(), path.stat()
        state = (found.st_mtime_ns, found.st_size)
        if self._sent.get(name) != state:
            self._system.pipe_file(f"{self._base}/{name}", path.read_bytes())
            self._sent[name] = state

    def fetch(self, name: str) -> None:
        """Fetch what has changed there of a file or a folder. Raises ``RunError``."""
        with self._lock, self._errors():
            self._system.invalidate_cache()
            found = self._system.find(f"{self._base}/{name}", detail=True)
            for path in sorted(found, key=lambda path: -path.count("/")):
                self._fetch(path, found[path])

    def _fetch(self, path: str, about: dict[str, Any]) -> None:
        name = path[len(self._base) :].lstrip("/")
        times = (about.get(key) for key in ("ETag", "LastModified", "mtime", "created"))
        state = (about.get("size"), *times)
        target = self.folder / name
        if self._fetched.get(name) != state or not target.exists():
            make_folder(target.parent)
            write_whole(target, self._system.cat_file(path))
            found = target.stat()
            self._fetched[name], self._sent[name] = state, (found.st_mtime_ns, found.st_size)

    def newest(self) -> str | None:
        """The last by name of the folders there, looked for every few seconds."""
        if not self.is_due("newest"):
            return None
        with self._lock, self._errors():
            self._system.invalidate_cache()
            if not self._system.exists(self._base):
                return None
            found = self._system.ls(self._base, detail=True)
            folders = [each["name"] for each in found if each["type"] == "directory"]
            return max(folders).rstrip("/").rpartition("/")[2] if folders else None

    def is_due(self, what: str) -> bool:
        """Whether enough time has passed since the last time."""
        now = time.monotonic()
        if now - self._looked.get(what, -EVERY) < EVERY:
            return False
        self._looked[what] = now
        return True

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """One sentence; each kind of store has errors of its own."""
        try:
            yield
        except RunError:
            raise
        except Exception as error:
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise RunError(f"{self.address}: {reason.rstrip('.')}.") from None
