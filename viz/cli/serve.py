"""``atlas serve``: several servers of the app behind HAProxy."""

import argparse
import os
import re

from viz.cli.app import PORT, script
from viz.extras import require
from viz.net.fields import ConfigError, Number
from viz.serving.fleet import Asked, first_free, serve

WORKERS = Number(1, 64, None)
DRAIN = Number(0, 86_400, 60)
USUAL = range(2, 9)  # servers, by the number of cores
PATH = re.compile(r"(/[\w.~-]+)*", re.ASCII)
LONGEST_PATH = 200


def start(options: argparse.Namespace) -> None:
    """Serve until Ctrl-C."""
    require("serve", "streamlit")
    serve(_asked(options))


def _asked(options: argparse.Namespace) -> Asked:
    """What the command line says. Raises ``ConfigError``."""
    text = options.workers
    workers = _usual() if text is None else int(WORKERS.read("--workers", text))
    path = _path(options.path)
    drain = DRAIN.read("--drain", options.drain)
    address = options.address or ""
    if options.port is None:
        port = first_free(address, range(int(PORT.default or 0), int(PORT.high) + 1))
    else:
        port = int(PORT.read("--port", options.port))
    return Asked(script(), workers, port, address, path, drain)


def _usual() -> int:
    return min(max(os.cpu_count() or 1, USUAL[0]), USUAL[-1])


def _path(text: str) -> str:
    """The path below which all is served, with a slash before it; empty for the root."""
    path = f"/{text.strip('/')}" if text.strip("/") else ""
    is_known = PATH.fullmatch(path) and not {".", ".."} & set(path.split("/"))
    if not is_known or len(path) > LONGEST_PATH:
        allowed = f"letters, digits and . _ ~ - after slashes, at most {LONGEST_PATH} characters"
        raise ConfigError("--path", text, f"{allowed}, such as /course/atlas")
    return path
