"""``atlas app``: start the Streamlit app, from a checkout or from the installed package."""

import argparse
import os
import sys
from pathlib import Path

from viz.extras import require
from viz.net.fields import Number

PORT = Number(1, 65_535, 8_501)
INSTALLED, CHECKOUT = Path(__file__).parents[1] / "app", Path(__file__).parents[2]


def start(options: argparse.Namespace) -> int:
    """Become Streamlit's own server: signals and its exit code are its business."""
    require("app", "streamlit")
    command = [sys.executable, "-m", "streamlit", "run", str(script()), *_flags(options)]
    sys.stdout.flush()
    os.execv(sys.executable, command)


def script() -> Path:
    """What Streamlit runs; a wheel has it in the package, a checkout beside it."""
    folder = INSTALLED if INSTALLED.is_dir() else CHECKOUT
    return folder / "app.py"


def _flags(options: argparse.Namespace) -> list[str]:
    flags = ["--server.headless", "true"] * options.no_browser
    if options.port is not None:
        flags += ["--server.port", PORT.write(PORT.read("--port", options.port))]
    return flags + (["--server.address", options.address] if options.address else [])
