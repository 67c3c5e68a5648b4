"""How wide a text is when it is drawn, in the one typeface family that all pictures use; and names.

Arial, Helvetica, Liberation Sans and Arimo have the same advance widths. A leaf.
"""

import re
from functools import lru_cache
from math import isinf

# Advance widths in thousandths of the font size, read from Liberation Sans.
_REGULAR = {
    190: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft·",
    333: "()-`r{}",
    355: '"',
    389: "*∗",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu–",
    584: "+<=>~×",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "→…",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl·",
    280: "|",
    333: "!()-:;[]`ft",
    389: "*r{}",
    474: '"',
    500: "z",
    556: "#$0123456789J_aceksvxy–",
    584: "+<=>^~×",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
    1000: "→…",
}
_WIDTHS = {
    bold: {char: width for width, chars in table.items() for char in chars}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}


# A result: with a fraction, thousands or a unit. Shapes, kernels and numbers of blocks are none.
_RESULT = re.compile(
    r"(?<![\w.,:])\d[\d,]*(?:\.\d+(?: ?(?:%|[KMG]?B\b|[KMG]\b|ms\b))?"
    r"| ?(?:%|[KMG]?B\b|[KMG]\b|ms\b)|(?<=,\d{3})\b)"
)
_ALONE = re.compile(r"^(?:<b>)?[^\w(]*\d[\d,.]*[^\w×]*(?:</b>)?$")
UNKNOWN = "?"

LONGEST = 400  # characters of a text that is shortened; no room has more


def printable(text: str) -> str:
    """Text of others without what moves a cursor, turns the direction or breaks a line."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in the unit of ``size``; a character that is not tabulated counts as an em."""
    return _thousandths(text, bold) / 1000 * size


@lru_cache(maxsize=8192)
def _thousandths(text: str, bold: bool) -> int:
    """Width in thousandths of an em; pictures try the same texts at size after size."""
    widths = _WIDTHS[bold]
    return sum(widths.get(char, 1000) for char in text)


def guessed_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width that Graphviz assumes: it takes every byte beyond ASCII for a space.

    Graphviz centres by this guess, so a text that must start at a place is placed by it too.
    """
    spaces = "".join(char if char.isascii() else " " * len(char.encode()) for char in text)
    return text_width(spaces, size, bold=bold)


def fits(text: str, size: float, room: float, *, bold: bool = False) -> bool:
    """Whether ``text`` fits into ``room``."""
    return text_width(text, size, bold=bold) <= room


def size_for(
    text: str, largest: float, room: float, *, bold: bool = False, least: float = 22
) -> float:
    """The largest size up to ``largest``, but no less than ``least``, at which ``text`` fits."""
    size = float(largest)
    while size > least and not fits(text, size, room, bold=bold):
        size -= 1
    return size


def shortened(text: str, size: float, room: float, *, bold: bool = True) -> str:
    """``text``, or as much of it as fits with an ellipsis."""
    if fits(text, size, room, bold=bold):
        return text
    text = text[:LONGEST]
    while text and not fits(text + "…", size, room, bold=bold):
        text = text[:-1]
    return text + "…"


def short_count(count: float) -> str:
    """A count in three digits with its unit: 432, 54.0 K, 5.48 M, 1.23 G."""
    for factor, unit in ((1e9, " G"), (1e6, " M"), (1e3, " K")):
        if count >= factor * 0.9995:
            value = count / factor
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{digits}f}{unit}"
    return f"{count:.0f}"


def short_bytes(count: float) -> str:
    """Bytes in millions, or in thousands where that would be nothing: 54.7 MB, 4.1 KB."""
    return f"{count / 1e6:.1f} MB" if count >= 5e4 else f"{count / 1e3:.1f} KB"


def times(ratio: float) -> str:
    """A ratio in three digits, and whole numbers above: 0.25, 1, 4.39, 2,896."""
    return f"{ratio:,.0f}" if ratio >= 99.95 else f"{ratio:.3g}"


def percent(ratio: float) -> str:
    """A ratio as percent: 42 %, 4.2 %, 1,310 %."""
    return f"{100 * ratio:,.0f} %" if ratio >= 0.0995 else f"{100 * ratio:.1f} %"


def change(ratio: float) -> str:
    """A change as percent, as a multiple where percents say little; empty from nothing."""
    if isinf(ratio):
        return ""
    return f"{ratio - 1:+.1%}" if ratio < 10 else f"{times(ratio)}×"


def without_results(text: str) -> str:
    """The text with a question mark for each result: a lone number, a fraction, one with a unit.

    What says what is shown stays: shapes, kernels, numbers of blocks, dimensions.
    """
    return UNKNOWN if _ALONE.match(text) else _RESULT.sub(UNKNOWN, text)
