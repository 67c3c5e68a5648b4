"""``sweep``: what many configurations cost, as a table."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from viz.cli.choices import setting
from viz.cli.output import write_file
from viz.cli.parser import RANGE
from viz.facts.rows import aligned, csv_text, markdown, table_of
from viz.hardware.space import CHOSEN, RIDGE, SpaceRow, sweep
from viz.net.config import DEPTH, DEPTHS, NUMBERS, SIZE
from viz.net.fields import ConfigError, Resolution, Switch, one_of

MOST = 2_000  # values of a range


def run(options: argparse.Namespace) -> None:
    """Print or write the table."""
    asked: dict[str, Any] = dict(_chosen(text) for text in options.set)
    if options.widths is not None:
        asked["widths"] = _numbers("--widths", options.widths)
    if options.resolutions is not None:
        asked["resolutions"] = _sizes(options.resolutions)
    if options.ridge is not None:
        asked["ridge"] = RIDGE.read("--ridge", options.ridge)
    rules = options.rules.split(",") if options.rules is not None else None
    rows = sweep(options.networks or None, rules=rules, precision=options.precision, **asked)
    write_file(_text(rows, options.format).encode(), options.output, force=options.force)


def _text(rows: Sequence[SpaceRow], kind: str) -> str:
    if kind == "json":
        return json.dumps([row._asdict() for row in rows], indent=2) + "\n"
    rounded = [row._replace(time=round(row.time, 1)) for row in rows]
    table = table_of(rounded, {name: name for name in SpaceRow._fields})
    if kind == "csv":
        return csv_text(table)
    return (markdown(table) if kind == "markdown" else aligned(table)).rstrip("\n") + "\n"


def _chosen(text: str) -> tuple[str, object]:
    name, value = setting(text)
    if name not in CHOSEN:
        raise ConfigError("option", name, one_of(CHOSEN))
    field = DEPTHS if name == DEPTH else NUMBERS.get(name, Switch())
    return name, field.read(name, value)


def _sizes(text: str) -> list[Resolution]:
    if ":" in text:
        return [SIZE.check("--resolutions", number) for number in _numbers("--resolutions", text)]
    return [SIZE.read("--resolutions", part) for part in text.split(",")]


def _numbers(name: str, text: str) -> list[float]:
    """The numbers between commas, or from a first one to a last one."""
    try:
        parts = [float(part) for part in text.split(":" if ":" in text else ",")]
        if ":" not in text:
            return parts
        first, last, step = parts
        count = int((last - first) / step + 1e-9) + 1
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ConfigError(name, text, RANGE) from None
    if not 0 < count <= MOST:
        raise ConfigError(name, text, f"{RANGE}: 1 to {MOST:,} of them")
    return [round(first + step * index, 6) for index in range(count)]
