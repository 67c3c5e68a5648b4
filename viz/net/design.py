"""A network of the reader's own: rows in the papers' columns, as text and as a value.

A row is a word and its numbers with full stops between them, such as ``bneck.5.72.40.se.relu.2``;
a design is the network it started from and its rows with tildes between them, so that a whole one
fits into a URL. Width rules, dialect and batch norm are those of the network it started from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from viz.net.attention import MobileMQA
from viz.net.blocks import Bneck, Bottleneck, FullConv, LastConv, Separable, Squeeze, Stem
from viz.net.fields import ConfigError, Field, Text
from viz.net.heads import Classifier, HeadConv, Hidden, Pool
from viz.net.kinds import KINDS
from viz.net.rows import Columns, Row
from viz.net.universal import UIB, FusedIB
from viz.net.zoo import ZOO, Network

KEY = "design"
MOST_ROWS = 60
BETWEEN_ROWS, BETWEEN_VALUES = "~", "."
FLAGS = (
    "se",
    "dropout",
    "softmax",
    "se_for_norm",
    "skip",
    "flattens",
)  # written by their name, or as "no"


class Form(NamedTuple):
    """A class of rows that a design may have, and how it is written."""

    row: Callable[..., Row]
    columns: Columns

    @property
    def values(self) -> Mapping[str, Field]:
        """A field for each of its values, in order."""
        return self.columns.values

    @property
    def needs(self) -> str:
        """What has to come before it."""
        return self.columns.needs

    def default(self, name: str) -> object:
        """What is meant where an optional value is left out."""
        return getattr(self.row, "__dataclass_fields__")[name].default  # noqa: B009 - of a class

    @property
    def fewest(self) -> int:
        """How many values have to be written."""
        return min(self.columns.required, len(self.values))


FIRST = (Stem, FullConv, Separable, Bottleneck, Bneck, UIB, FusedIB, MobileMQA, Squeeze, LastConv)
HEADS = (Pool, Hidden, HeadConv, Classifier)


def _forms() -> dict[str, Form]:
    """Every class of rows of the zoo that has columns, in the order in which they are offered."""
    used = [type(row) for network in ZOO.values() for row in network.rows]
    classes = dict.fromkeys([*FIRST, *(row for row in used if row not in HEADS), *HEADS])
    named = [(row, getattr(row, "columns", None)) for row in classes]
    return {columns.word: Form(row, columns) for row, columns in named if columns}


FORMS = _forms()


def word_of(row: Row) -> str:
    """The word of a row. Raises ``ConfigError`` for one that no design can have."""
    columns: Columns | None = getattr(row, "columns", None)
    if columns is None:
        raise ConfigError("rows", row.kind.name, "left out: no design can have such a row")
    return columns.word


def design(rows: str | Sequence[str], start: str = "v3-large") -> Network:
    """A network from rows as text; everything else is ``start``'s.

    Raises ``ConfigError`` that names the row: for a word or a number that cannot be, and for an
    order in which rows cannot stand.
    """
    if start not in ZOO:
        raise ConfigError("start", start, "one of " + ", ".join(ZOO))
    texts = rows.split(BETWEEN_ROWS) if isinstance(rows, str) else list(rows)
    if not 1 <= len(texts) <= MOST_ROWS:
        raise ConfigError("rows", f"{len(texts)} rows", f"1 to {MOST_ROWS} rows")
    read = tuple(read_row(number, text) for number, text in enumerate(texts, start=1))
    _check_order(read)
    base = ZOO[start]
    return replace(
        base,
        key=KEY,
        name=f"{base.short or base.name}, own rows",
        short="",
        paper=f"designed from {base.name}",
        table="own rows",
        summary="",
        rows=read,
        options=("small_input",),
        tail=0,
        deepens="",
        group="posts",
        claims=(),
        table_note="",
        start=start,
        last_is_head=False,
    )


def read_row(number: int, text: str) -> Row:
    """A row from its text; ``number`` counts from 1. Raises ``ConfigError``."""
    word, *values = text.strip().lower().split(BETWEEN_VALUES)
    form = FORMS.get(word)
    if form is None:
        raise ConfigError(f"row {number}", text, "one of " + ", ".join(FORMS) + ", with its values")
    if not form.fewest <= len(values) <= len(form.values):
        wanted = BETWEEN_VALUES.join([word, *form.values])
        raise ConfigError(f"row {number}", text, f"of the form {wanted}")
    pairs = zip(form.values.items(), values, strict=False)
    found = {n: field.read(f"row {number}, {n}", value) for (n, field), value in pairs}
    row = form.row(**{n: v == n if n in FLAGS else v for n, v in found.items()})
    if isinstance(row, UIB) and row.stride > 1 and row.kind is KINDS["ffn"]:
        raise ConfigError(f"row {number}, stride", row.stride, "1: without a depthwise convolution")
    return row


def write_row(row: Row) -> str:
    """The text of a row, at its papers' strides: dilation is a choice of the whole network."""
    word = word_of(row)
    form = FORMS[word]
    names = list(form.values)
    while len(names) > form.fewest and getattr(row, names[-1]) == form.default(names[-1]):
        names.pop()
    written = [written_value(n, form.values[n], getattr(row, n)) for n in names]
    return BETWEEN_VALUES.join([word, *written])


def written_value(name: str, field: Field, value: object) -> str:
    """A value of a row as it stands in its text."""
    if name in FLAGS:
        return name if value else "no"
    return field.write(value)


def rows_of(network: Network) -> list[str]:
    """The rows of any network as texts, to start a design from."""
    return [write_row(row) for row in network.rows]


NEEDED = {
    "map": "before the pool, for it needs a map",
    "pooled map": "behind a pool that does not flatten",
    "vector": "behind a pool that flattens, for it needs a vector",
}


def _check_order(rows: Sequence[Row]) -> None:
    """Maps first, then at most one pool, then vectors."""
    state = "map"
    for number, row in enumerate(rows, start=1):
        word = word_of(row)
        needs = FORMS[word].needs
        if isinstance(row, Pool) and state != "map":
            raise ConfigError(f"row {number}", word, "the only pool")
        if needs != state:
            raise ConfigError(f"row {number}", word, NEEDED[needs])
        if isinstance(row, Pool):
            state = "vector" if row.flattens else "pooled map"
        if isinstance(row, HeadConv):
            state = "vector"
    if isinstance(rows[0], (Squeeze, Pool)):
        raise ConfigError("row 1", word_of(rows[0]), "a convolution")


# As one text


class DesignText(Text):
    """A design in a URL; empty where there is none."""

    @property
    def samples(self) -> tuple[str, ...]:
        """Two networks of the zoo as designs."""
        return tuple(write(design(rows_of(ZOO[key]), key)) for key in ("v1", "v3-large"))

    def read(self, name: str, text: str) -> str:
        """The text of a design that can be. Raises ``ConfigError`` that names the row."""
        if len(text) > self.longest:
            raise ConfigError(name, text, f"at most {self.longest:,} characters long")
        return write(read(text)) if text else ""


def write(network: Network) -> str:
    """A design as one text for a URL."""
    return BETWEEN_ROWS.join([network.start, *rows_of(network)])


def read(text: str) -> Network:
    """The design that ``write`` wrote. Raises ``ConfigError``."""
    if BETWEEN_ROWS not in text:
        raise ConfigError(
            KEY, text, "the rows of a design, as the page Design says them in its URL"
        )
    start, _, rows = text.partition(BETWEEN_ROWS)
    return design(rows, start)
