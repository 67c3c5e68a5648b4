"""The line between the server and torch's process: one JSON object a line, no torch.

A request carries an "id", and the one line that answers it repeats that id beside exactly one of
"answer" (the value), "file" (a name in the folder that the server gave), "error" (one sentence) or
"ended" (the same, where the process ends with it).
Without ids a single line too many would give every later question the answer before its own.
"""

import json
from typing import Any

ANSWERS = frozenset({"answer", "file", "error", "ended"})


class Unexpected(ValueError):
    """A line that is not what this place of the conversation calls for."""


def encode(message: dict[str, Any]) -> bytes:
    """The message as a line. Raises ``TypeError`` for what JSON cannot hold."""
    return json.dumps(message).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The message of a line. Raises ``Unexpected`` for all but a JSON object."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, or brackets without end
        raise Unexpected("a line is no JSON") from None
    if not isinstance(message, dict):
        raise Unexpected("a line is no JSON object")
    return message


def answer_in(line: bytes, asked: int) -> dict[str, Any]:
    """What a line answers to request ``asked``, without its id. Raises ``Unexpected``."""
    message = decode(line)
    if message.pop("id", None) != asked:
        raise Unexpected("a line answers another request, or none")
    if len(message) != 1 or not message.keys() <= ANSWERS:
        raise Unexpected("a line has an id but no answer")
    return message
