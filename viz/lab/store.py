"""Where what outlives a server lies: training runs, and networks that readers have opened.

``ATLAS_STORE`` names a folder that all servers share, or an address that fsspec knows, such as
``s3://bucket/atlas``. At an address there are copies: each machine works in a folder of its own.
"""

import os
from functools import lru_cache
from pathlib import Path

from viz.lab.copies import Copies

USUAL = Path.home() / ".cache" / "mobilenet-atlas"


def address() -> str:
    """What the operator named; empty where nothing was."""
    return os.environ.get("ATLAS_STORE", "")


def root() -> Path:
    """The folder on this machine."""
    named = address()
    return Path(named) if named and "://" not in named else USUAL


def copies(name: str, folder: Path) -> Copies | None:
    """What keeps ``folder`` and the address alike, if one was named."""
    return _copies(f"{address().rstrip('/')}/{name}", folder) if "://" in address() else None


@lru_cache(maxsize=4)
def _copies(address: str, folder: Path) -> Copies:
    return Copies(address, folder)
