"""A network of the reader's own: rows in the papers' columns, as text and as a value.

A row is a word and its numbers with full stops between them, such as ``bneck.5.72.40.se.relu.2``;
a design is the network it started from and its rows with tildes between them, so that a whole one
fits into a URL. Width rules, dialect and batch norm are those of the network it started from.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from viz.net.attention import MobileMQA
from viz.net.blocks import Bneck, Bottleneck, FullConv, LastConv, Row, Separable, Squeeze, Stem
from viz.net.fields import ConfigError, Field, Number, Text, Word
from viz.net.heads import Classifier, HeadConv, Hidden, Pool
from viz.net.kinds import KINDS
from viz.net.universal import UIB, FusedIB
from viz.net.zoo import ZOO, Network

KEY = "design"
MOST_ROWS = 60
BETWEEN_ROWS, BETWEEN_VALUES = "~", "."
CHANNELS = Number(1, 4_096, 16)
KERNEL = Number(1, 11, 3, only=(1, 3, 5, 7, 9, 11))
OPTIONAL_KERNEL = Number(0, 11, 3, only=(0, 1, 3, 5, 7, 9, 11))  # 0: left out
GROUP_SIZE = Number(0, 4_096, 0)  # 0: one group
STRIDE = Number(1, 2, 1)
TIMES, REPEATS = Number(1, 16, 6), Number(1, 20, 1)
NL = Word(("relu", "relu6", "hardswish", "silu", "gelu"), "relu")
FLAGS = (
    "se",
    "dropout",
    "softmax",
    "se_for_norm",
    "skip",
    "flattens",
)  # written by their name, or as "no"


def _flag(name: str) -> Word:
    return Word((name, "no"))


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of row is written: its class, and a field for each of its values in order.

    The values from ``required`` on may be left out at the end; the row's own defaults are meant.
    ``needs`` is what has to come before it: a map, a pooled map of 1 x 1, or a vector.
    """

    row: Callable[..., Row]
    values: dict[str, Field]
    required: int = 100
    needs: Literal["map", "pooled map", "vector"] = "map"

    def default(self, name: str) -> object:
        """What is meant where an optional value is left out."""
        return getattr(self.row, "__dataclass_fields__")[name].default  # noqa: B009 - of a class

    @property
    def fewest(self) -> int:
        """How many values have to be written."""
        return min(self.required, len(self.values))


FORMS: dict[str, Form] = {
    "stem": Form(Stem, {"out": CHANNELS, "nl": NL, "stride": STRIDE, "kernel": KERNEL}, 3),
    "conv": Form(FullConv, {"out": CHANNELS, "nl": NL, "stride": STRIDE, "kernel": KERNEL}),
    "sep": Form(
        Separable,
        {"stride": STRIDE, "out": CHANNELS, "nl": NL, "kernel": KERNEL, "se": _flag("se")},
        3,
    ),
    "mb": Form(
        Bottleneck,
        {
            "t": TIMES,
            "out": CHANNELS,
            "n": REPEATS,
            "stride": STRIDE,
            "kernel": KERNEL,
            "nl": NL,
            "se": _flag("se"),
            "skip": _flag("skip"),
        },
        4,
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
            "skip": _flag("skip"),
        },
        6,
    ),
    "uib": Form(
        UIB,
        {
            "start": OPTIONAL_KERNEL,
            "middle": OPTIONAL_KERNEL,
            "exp": CHANNELS,
            "out": CHANNELS,
            "stride": STRIDE,
            "nl": NL,
        },
        5,
    ),
    "fused": Form(
        FusedIB,
        {
            "kernel": KERNEL,
            "exp": CHANNELS,
            "out": CHANNELS,
            "stride": STRIDE,
            "nl": NL,
            "group_size": GROUP_SIZE,
        },
        4,
    ),
    "mqa": Form(
        MobileMQA,
        {
            "heads": Number(1, 32, 4),
            "dim": Number(1, 256, 64),
            "kv_stride": STRIDE,
            "out": CHANNELS,
        },
    ),
    "se": Form(Squeeze, {}),
    "last": Form(LastConv, {"out": CHANNELS, "nl": NL, "se_for_norm": _flag("se_for_norm")}),
    "pool": Form(Pool, {"flattens": _flag("flattens")}, 0),
    "head": Form(Hidden, {"out": CHANNELS, "nl": NL}, needs="vector"),
    "headconv": Form(HeadConv, {"out": CHANNELS, "nl": NL}, needs="pooled map"),
    "classifier": Form(
        Classifier, {"dropout": _flag("dropout"), "softmax": _flag("softmax")}, needs="vector"
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
    _check_order(read)
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
    word = _WORDS[type(row)]
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
        word = _WORDS[type(row)]
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
        raise ConfigError("row 1", _WORDS[type(rows[0])], "a convolution")


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
