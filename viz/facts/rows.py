"""Table rows: named tuples, and plain tables made from them.

Numbers stay numbers here; titles and units are the business of the last file that shows them.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from viz.text import printable

FORMULA = tuple("=+-@＝＋－＠")  # what spreadsheets take a cell for that begins so
# What Markdown, HTML in it, GitHub's formulas and the templates of sites take for their own; an
# underscore within a word is none of these.
_MARKDOWN = re.compile(r"([\\`*~|<>&$\[\]{}]|(?<![^\W_])_|_(?![^\W_])|(?<=\w):(?=//)|(?<=\bwww)\.)")


class Record(Protocol):
    """Any named tuple."""

    @property
    def _fields(self) -> tuple[str, ...]: ...

    def _asdict(self) -> dict[str, Any]: ...


class Sizes(tuple[int, ...]):
    """Numbers in order that are no shape, such as kernels and padding; as text, with commas."""

    __slots__ = ()

    def __str__(self) -> str:
        """As ``0, 1``."""
        return ", ".join(map(str, self))


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and lines with a value for each of them."""

    headings: tuple[str, ...]
    lines: tuple[tuple[object, ...], ...]


def table_of(rows: Sequence[Record], columns: Mapping[str, str] | None = None) -> Table:
    """The rows as a table; ``columns`` chooses fields and gives their headings (default: all)."""
    chosen = columns or {name: name for name in rows[0]._fields}
    lines = tuple(tuple(getattr(row, name) for name in chosen) for row in rows)
    return Table(tuple(chosen.values()), lines)


def flat(value: object) -> object:
    """A cell as one value: shapes with crosses, other sizes with commas, nothing for None."""
    if isinstance(value, Sizes):
        return str(value)
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return "" if value is None else printable(value) if isinstance(value, str) else value


def shown(value: object) -> str:
    """A cell as text: thousands with commas, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(flat(value))


def csv_text(table: Table) -> str:
    """A table as comma-separated text, one line of headings."""
    return csv_lines([table.headings, *table.lines])


def csv_lines(lines: Iterable[Sequence[object]]) -> str:
    """Lines as comma-separated text; an apostrophe before what a spreadsheet would compute."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_uncomputed(flat(value)) for value in line] for line in lines)
    return text.getvalue()


def _uncomputed(value: object) -> object:
    is_formula = isinstance(value, str) and value.lstrip().startswith(FORMULA)
    return f"'{value}" if is_formula else value


def aligned(table: Table) -> str:
    """Columns of equal width for a terminal, numbers to the right."""
    lines = [table.headings, *([shown(flat(value)) for value in line] for line in table.lines)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [is_number(value) for value in table.lines[-1]]
    return "\n".join(
        "  ".join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def is_number(value: object) -> bool:
    """Whether a cell is right-aligned."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def markdown(table: Table) -> str:
    """A GitHub table."""
    lines = [list(table.headings), ["---"] * len(table.headings)]
    lines += [[_markdown(shown(value)) for value in line] for line in table.lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def runs(names: Sequence[str]) -> str:
    """Names with numbers, runs of them drawn together: bneck 4 to 6, bneck 11."""
    groups: list[list[tuple[str, int]]] = []
    for name in names:
        word, _, number = name.rpartition(" ")
        at = (word, int(number)) if number.isdigit() else (name, 0)
        if groups and at == (groups[-1][-1][0], groups[-1][-1][1] + 1):
            groups[-1].append(at)
        else:
            groups.append([at])
    return ", ".join(map(_run, groups))


def _run(group: Sequence[tuple[str, int]]) -> str:
    (word, first), (_, last) = group[0], group[-1]
    if not first:
        return word
    return f"{word} {first}" if first == last else f"{word} {first} to {last}"
