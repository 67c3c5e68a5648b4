"""A network of the reader's own: rows in the papers' columns, as text and as a value.

A row is a word and its numbers with full stops between them, such as ``bneck.5.72.40.se.relu.2``;
a design is the network it started from and its rows with tildes between them, so that a whole one
fits into a URL. Width rules, dialect and batch norm are those of the network it started from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from viz.net.blocks import Bneck, Bottleneck, FullConv, LastConv, Row, Separable, Squeeze, Stem
from viz.net.fields import ConfigError, Field, Number, Text, Word
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.zoo import ZOO, Network

KEY = "design"
MOST_ROWS = 60
BETWEEN_ROWS, BETWEEN_VALUES = "~", "."
CHANNELS = Number(1, 4_096, 16)
KERNEL = Number(1, 11, 3, only=(1, 3, 5, 7, 9, 11))
STRIDE = Number(1, 2, 1)
TIMES, REPEATS = Number(1, 16, 6), Number(1, 20, 1)
NL = Word(("relu", "relu6", "hardswish"), "relu")
FLAGS = ("se", "dropout", "softmax", "se_for_norm")  # written by their name, or as "no"


def _flag(name: str) -> Word:
    return Word((name, "no"))


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of row is written: its class, and a field for each of its values in order."""

    row: Callable[..., Row]
    values: dict[str, Field]
    is_map: bool = True  # whether it gives a map, and so stands before the pool


FORMS: dict[str, Form] = {
    "stem": Form(Stem, {"out": CHANNELS, "nl": NL, "stride": STRIDE}),
    "conv": Form(FullConv, {"out": CHANNELS, "nl": NL, "stride": STRIDE, "kernel": KERNEL}),
    "sep": Form(Separable, {"stride": STRIDE, "out": CHANNELS, "nl": NL}),
    "mb": Form(
        Bottleneck,
        {"t": Number(1, 16, 6), "out": CHANNELS, "n": Number(1, 20, 1), "stride": STRIDE},
    ),
    "bneck": Form(
        Bneck,
        {
            "kernel": KERNEL,
            "exp": CHANNELS,
            "out": CHANNELS,
            "se": _flag("se"),
            "nl": NL,
            "stride": STRIDE,
        },
    ),
    "se": Form(Squeeze, {}),
    "last": Form(LastConv, {"out": CHANNELS, "nl": NL, "se_for_norm": _flag("se_for_norm")}),
    "pool": Form(Pool, {}, is_map=False),
    "head": Form(Hidden, {"out": CHANNELS, "nl": NL}, is_map=False),
    "classifier": Form(
        Classifier, {"dropout": _flag("dropout"), "softmax": _flag("softmax")}, is_map=False
    ),
}
_WORDS = {form.row: word for word, form in FORMS.items()}


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
    _check_order(texts)
    base = ZOO[start]
    return replace(
        base,
        key=KEY,
        name=f"{base.name}, own rows",
        paper=f"designed from {base.name}",
        table="own rows",
        summary="",
        rows=read,
        options=("small_input",),
        tail=0,
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
    if len(values) != len(form.values):
        wanted = BETWEEN_VALUES.join([word, *form.values])
        raise ConfigError(f"row {number}", text, f"of the form {wanted}")
    pairs = zip(form.values.items(), values, strict=True)
    found = {n: field.read(f"row {number}, {n}", value) for (n, field), value in pairs}
    return form.row(**{n: v == n if n in FLAGS else v for n, v in found.items()})


def write_row(row: Row) -> str:
    """The text of a row, at its papers' strides: dilation is a choice of the whole network."""
    word = _WORDS[type(row)]
    written = [_written(n, field, getattr(row, n)) for n, field in FORMS[word].values.items()]
    return BETWEEN_VALUES.join([word, *written])


def _written(name: str, field: Field, value: object) -> str:
    if name in FLAGS:
        return name if value else "no"
    return field.write(value)


def rows_of(network: Network) -> list[str]:
    """The rows of any network as texts, to start a design from."""
    return [write_row(row) for row in network.rows]


def _check_order(texts: Sequence[str]) -> None:
    """Maps first, then at most one pool, then vectors."""
    words = [text.strip().lower().partition(BETWEEN_VALUES)[0] for text in texts]
    pooled = False
    for number, word in enumerate(words, start=1):
        if FORMS[word].is_map and pooled:
            raise ConfigError(f"row {number}", word, "before the pool, for it needs a map")
        if word == "pool" and pooled:
            raise ConfigError(f"row {number}", word, "the only pool")
        if not FORMS[word].is_map and word != "pool" and not pooled:
            raise ConfigError(f"row {number}", word, "behind a pool, for it needs a vector")
        pooled = pooled or word == "pool"
    if words[0] in ("se", "pool"):
        raise ConfigError("row 1", words[0], "a convolution")


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
    start, _, rows = text.partition(BETWEEN_ROWS)
    return design(rows, start)
