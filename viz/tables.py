"""Tables by kind: what one lacks is said with the table's name."""

from collections.abc import Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")


class MissingRow(KeyError):
    """A kind that a table has no row for; the message is one sentence."""

    def __str__(self) -> str:
        """The sentence, without a KeyError's quotes."""
        return str(self.args[0])


class Table(dict[str, Value], Generic[Value]):
    """A dict of what every kind needs, which names itself where a kind is missing.

    ``name`` is where the table stands, such as ``viz.theme.STYLES``.
    """

    def __init__(self, name: str, rows: Mapping[str, Value]) -> None:
        super().__init__(rows)
        self.name = name

    def __missing__(self, kind: str) -> Value:
        """Raise ``MissingRow``."""
        raise MissingRow(f"{self.name} has no row for {kind!r}: add one.")
