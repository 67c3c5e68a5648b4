"""One JSON object a line for every message that is logged, where ``ATLAS_LOG=json``."""

import json
import logging
import os
from datetime import UTC, datetime

WANTED = "ATLAS_LOG"
LOG = logging.getLogger("atlas")


class JsonLines(logging.Formatter):
    """Time, level, logger and message; of a fault its kind and traceback too."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        found = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            found["fault"] = record.exc_info[0].__name__
            found["traceback"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


HANDLER = logging.StreamHandler()
HANDLER.setFormatter(JsonLines())


class OneHandler(logging.Logger):
    """A logger that takes no handler but ours: Streamlit gives each of its own one for text."""

    def addHandler(self, _handler: logging.Handler) -> None:
        """Take ours in place of it."""
        super().addHandler(HANDLER)


def is_json() -> bool:
    """Whether the operator wants it: ``ATLAS_LOG=json``."""
    return os.environ.get(WANTED, "").lower() == "json"


def set_up() -> None:
    """Write JSON from here on: what loggers there are, and those that come."""
    if not is_json():
        return
    logging.setLoggerClass(OneHandler)
    LOG.setLevel(logging.INFO)
    root = logging.getLogger()
    root.handlers[:] = [HANDLER]
    for logger in root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers[:] = [HANDLER]
            logger.propagate = False


def tell(text: str) -> None:
    """Say something to who started the server: a line on screen, or a message of the log."""
    if is_json():
        LOG.info(text)
    else:
        print(f"  {text}", flush=True)
