"""Signs of life of a run, for servers on other machines, which do not see its process."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from viz.lab.errors import RunError
from viz.lab.files import write_whole

ALIVE, STOP = "alive", "stop"
EVERY = 2.0  # seconds between two signs
LATE = 60.0  # seconds: clocks differ, and a store is slow


def node() -> str:
    """This machine's name, or this container's."""
    return socket.gethostname()


def process_text(number: int) -> str:
    """A process of this machine, as a run's folder names it."""
    return f"{number} {node()}"


def is_alive(folder: Path) -> bool:
    """Whether the run of a folder has given a sign of late, from wherever it is."""
    with suppress(OSError, ValueError):
        return abs(time.time() - float((folder / ALIVE).read_text())) < LATE
    return False


def sign(folder: Path) -> None:
    """Give one. Raises ``RunError``."""
    write_whole(folder / ALIVE, str(time.time()).encode())


class Beat:
    """Gives signs while it is entered, and obeys whoever asks the run to stop.

    ``share`` is called after each sign; it may raise ``RunError``, which is logged.
    """

    def __init__(self, folder: Path, share: Callable[[], None]) -> None:
        """Of the run in ``folder``."""
        self.folder, self.share = folder, share
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go, name="beat", daemon=True)

    def __enter__(self) -> None:
        """Give the first sign."""
        self._sign()
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        """Give no more."""
        self._ended.set()
        self._thread.join()
        (self.folder / ALIVE).unlink(missing_ok=True)
        self._share()

    def _go(self) -> None:
        has_obeyed = False
        while not self._ended.wait(EVERY):
            self._sign()
            self._share()
            if not has_obeyed and self._is_told_to_stop():
                has_obeyed = True
                os.kill(os.getpid(), signal.SIGINT)

    def _is_told_to_stop(self) -> bool:
        """Whether this process is meant, and no earlier one of the same run."""
        with suppress(OSError):
            return (self.folder / STOP).read_text() == process_text(os.getpid())
        return False

    def _sign(self) -> None:
        with suppress(RunError):  # the disk is full
            sign(self.folder)

    def _share(self) -> None:
        try:
            self.share()
        except RunError as error:
            logging.getLogger(__name__).warning("%s", error)
