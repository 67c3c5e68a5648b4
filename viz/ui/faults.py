"""Faults that come again and again: each is logged once a minute, with a count of the others."""

import errno
import logging
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable

from viz.ui.sockets import open_files

LOG = logging.getLogger("atlas")
EVERY_SECONDS = 60.0
PLAIN = frozenset({"DecodeError"})  # the visitor's, not ours: a frame that cannot be read
FULL = frozenset({errno.EMFILE, errno.ENFILE})
Fault = tuple[str, str, str, int]
NO_FILES: Fault = ("", "Too many open files", "", 0)  # one fault, wherever a file was wanted
KINDS = 100  # that are told apart; a kind is the name of an exception's class
SEEN: Counter[str] = Counter()  # faults by kind, with those that were not logged


class Repeats(logging.Filter):
    """Lets a fault pass once in a while.

    Where a machine has no more open files, Python says so 2,048 times a second with a traceback; a
    frame that cannot be read costs another. What tells faults apart is where they were raised.
    """

    def __init__(
        self, every: float = EVERY_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let each pass once in ``every`` seconds of the ``clock``."""
        super().__init__()
        self._every, self._clock = every, clock
        self._seen: dict[Fault, tuple[float, int]] = {}  # when it passed, how many since

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged; a repeated one says how many were not."""
        fault = _fault_of(record)
        if fault is None:
            return True
        SEEN[fault[1] if fault[1] in SEEN or len(SEEN) < KINDS else "others"] += 1
        now = self._clock()
        passed, since = self._seen.get(fault, (None, 0))
        if passed is not None and now - passed < self._every:
            self._seen[fault] = (passed, since + 1)
            return False
        self._seen[fault] = (now, 0)
        if fault[1] in PLAIN or fault == NO_FILES:
            record.exc_info, record.exc_text = None, None
        if fault == NO_FILES:
            record.msg, record.args = _no_files(), ()
        if since:
            record.msg, record.args = f"{record.getMessage()} ({since:,} more of these before)", ()
        return True


def _fault_of(record: logging.LogRecord) -> Fault | None:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None
    if isinstance(error, OSError) and error.errno in FULL:
        return NO_FILES
    frames = traceback.extract_tb(error.__traceback__)
    place = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
    return (record.name, type(error).__name__, *place)


def _no_files() -> str:
    """What to do where no more files can be opened."""
    files = open_files()
    told = f" ({files:,})" if files else ""
    return f"Too many open files: readers wait. Raise this server's limit{told}, as by ulimit -n."


def log_once() -> None:
    """Put the filter before every logger that there is, and log what Python would print."""
    repeats = Repeats()
    loggers = [logging.getLogger(), *logging.root.manager.loggerDict.values()]
    for logger in loggers:
        if isinstance(logger, logging.Logger):
            logger.addFilter(repeats)
    sys.unraisablehook = _log_unraisable


def _log_unraisable(found: "sys.UnraisableHookArgs") -> None:
    if found.exc_value is not None:
        about = (found.exc_type, found.exc_value, found.exc_traceback)
        LOG.error("A fault while something was tidied away.", exc_info=about)
