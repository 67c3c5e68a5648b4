"""A design as a JSON file: the network that it started from, and its rows as text."""

import json

from viz.exports.request import Request
from viz.net.design import design, rows_of
from viz.net.fields import ConfigError
from viz.net.zoo import Network

FORMAT, VERSION = "mobilenet-atlas-design", 1
WANTED = "a design written by MobileNet Atlas"


def as_json(request: Request) -> bytes:
    """The rows of the network, to be changed by hand and read back; widths are the papers'."""
    network = request.config.network
    content = {
        "format": FORMAT,
        "version": VERSION,
        "start": network.start or network.key,
        "rows": rows_of(network),
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def read(text: str | bytes) -> Network:
    """The design that a file holds. Raises ``ConfigError`` for anything else."""
    try:
        content = json.loads(text)
        marked = (content["format"], content["version"]) == (FORMAT, VERSION)
        start, rows = content["start"], content["rows"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ConfigError("design", "this file", WANTED) from None
    if not marked or not isinstance(start, str) or not _are_texts(rows):
        raise ConfigError("design", "this file", WANTED)
    return design(rows, start)


def _are_texts(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, str) for row in rows)
