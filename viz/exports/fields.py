"""Fields of figures' addresses: how each text is read, and its default."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from viz.exports.order import one_of
from viz.net.config import NUMBERS, ConfigError, parse_value

Value = int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A default, and a reader of (name, text) that raises ``ConfigError``."""

    default: Value
    read: Callable[[str, str], Value]


def whole(low: int, high: int, default: int) -> Field:
    """A whole number."""

    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high):
            raise ConfigError(name, text, f"a whole number from {low} to {high}")
        return int(text)

    return Field(default, read)


def switch(default: bool) -> Field:
    """On or off, as 1 or 0."""

    def read(name: str, text: str) -> int:
        try:
            return int(bool(parse_value("dilated", text)))
        except ConfigError as error:
            raise ConfigError(name, text, error.allowed) from None

    return Field(int(default), read)


def word(allowed: Sequence[str], default: str) -> Field:
    """One of some words."""
    return Field(default, lambda name, text: one_of(name, text, tuple(allowed)))


def words(allowed: Sequence[str], default: Sequence[str]) -> Field:
    """Some of the words, separated by commas."""

    def read(name: str, text: str) -> tuple[str, ...]:
        return tuple(one_of(name, part, tuple(allowed)) for part in text.split(","))

    return Field(tuple(default), read)


def configured(name: str) -> Field:
    """One of a configuration's numbers."""

    def read(_name: str, text: str) -> float:
        return float(parse_value(name, text))

    return Field(NUMBERS[name].default, read)


def values_of(fields: Mapping[str, Field], chosen: Mapping[str, str]) -> dict[str, Value]:
    """Every field's value. Raises ``ConfigError``, also for a name that is no field."""
    for name in chosen:
        if name not in fields:
            raise ConfigError("option", name, "one of " + ", ".join([*fields, "theme", "scale"]))
    return {
        name: field.read(name, chosen[name]) if name in chosen else field.default
        for name, field in fields.items()
    }
