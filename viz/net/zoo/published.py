"""The printed figures of papers and libraries, read from ``published.json`` beside this file."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from viz.net.zoo.network import Claim

FILE = Path(__file__).with_name("published.json")


@cache
def _records() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(FILE.read_text(encoding="utf-8")))


def claims(network: str) -> tuple[Claim, ...]:
    """The claims about one network, papers before libraries, in the order of the file."""
    fields = set(Claim.__dataclass_fields__)
    found = []
    for record in _records():
        if record["network"] == network:
            values = {name: value for name, value in record.items() if name in fields}
            found.append(Claim(**{**values, "options": tuple(record["options"])}))
    return tuple(found)
