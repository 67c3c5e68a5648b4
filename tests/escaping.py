"""A reading process that tries everything that it may not do: ``python -m tests.escaping``."""

import os
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from viz.reading.child import Reader, serve


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


def _thread() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


def _reader(_path: Path) -> Reader:
    return lambda path: {
        "environment": sorted(os.environ),
        "connect": _outcome(lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)),
        "resolve": _outcome(lambda: socket.getaddrinfo("example.org", 80)),
        "program": _outcome(lambda: subprocess.run(["true"], check=True)),
        "fork": _outcome(os.fork),
        "write": _outcome(lambda: path.with_name("written").write_bytes(b"")),
        "change": _outcome(lambda: path.open("r+b").close()),
        "append": _outcome(lambda: path.open("ab").close()),
        "delete": _outcome(path.unlink),
        "rename": _outcome(lambda: path.rename(path.with_name("moved"))),
        "folder": _outcome(path.with_name("folder").mkdir),
        "kill": _outcome(lambda: os.kill(os.getppid(), 0)),
        "read": _outcome(path.read_bytes),
        "thread": _outcome(_thread),
    }


if __name__ == "__main__":
    serve(_reader)
