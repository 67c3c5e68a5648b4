"""Tables of the documentation that are read off the program while MkDocs builds the site.

A page says ``<!-- table: networks -->`` and ``<!-- end -->``; what stands between the two is for
readers of the file. So a new network needs no change in the documentation. Start it as ``python -m
mkdocs``, which finds ``viz`` in the folder; plain ``mkdocs`` wants it installed.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from viz.exports.figures import FIGURES
from viz.facts.checks import ClaimRow, claim_rows
from viz.net.fields import number_text
from viz.net.trace import trace
from viz.net.zoo import ZOO
from viz.serving import capacity
from viz.story.values import NAMES, value_of

NO_BREAK = "\N{NO-BREAK SPACE}"
PLACE = re.compile(r"^<!-- table: (\w+) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put every table in its place (called by MkDocs). ``KeyError`` for a table there is not."""
    return PLACE.sub(lambda place: TABLES[place.group(1)](), markdown)


def networks() -> str:
    """Every network at width 1 and its own resolution."""
    headings = ("name", "network", "year", "parameters", "MACs", "width rules", "options", "source")
    return _table(headings, (_network_row(key) for key in ZOO))


def _network_row(key: str) -> Sequence[str]:
    network, traced = ZOO[key], trace(key)
    rules = ", ".join(_code(rule.name) for rule in network.rules)
    options = ", ".join(map(_code, network.options))
    counts = (f"{traced.params:,}", f"{traced.macs:,}")
    return (_code(key), network.name, f"{network.year}", *counts, rules, options, network.paper)


def figures() -> str:
    """Every figure with an address, and what its address may say."""
    rows = (
        (_code(name), ", ".join(map(_code, kind.fields)), _code(kind.default))
        for name, kind in FIGURES.items()
    )
    return _table(("figure", "its own parameters", "network, if none is named"), rows)


def published() -> str:
    """Every published figure with its source, and the computed one; counts in millions."""
    headings = ("network", "width, side", "parameters", "MACs", "agrees", "source")
    return _table(headings, map(_claim_row, claim_rows(list(ZOO))))


def _claim_row(row: ClaimRow) -> Sequence[str]:
    name = f"{row.network}, {row.options}" if row.options else row.network
    return (
        name,
        f"{number_text(row.width)},{NO_BREAK}{row.resolution}",
        _pair(row.params_printed, row.params_computed),
        _pair(row.macs_printed, row.macs_computed),
        _agreement(row),
        f"{row.source}, {row.table}",
    )


def _agreement(row: ClaimRow) -> str:
    return ": ".join(filter(None, ("no" if row.differs else "yes", row.reason)))


def _pair(printed: float | None, computed: float) -> str:
    text = "–" if printed is None else f"{printed:g}"
    return f"{text}{NO_BREAK}/{NO_BREAK}{computed:.2f}"


def values() -> str:
    """What a story's sentences may name, with an example of each."""
    rows = [
        (_code(f"{{{named.example}}}"), value_of(named.example).text, named.about)
        for named in NAMES.values()
    ]
    return _table(("written", "shown", "what it is"), rows)


def capacity_inputs() -> str:
    """The numbers that the model of a class is made of."""
    return _table(("number", "value", "from"), capacity.inputs())


def capacity_needed() -> str:
    """What classes of three sizes need."""
    headings = ("students", "answers per second", "servers, or cores", "memory", "without torch")
    return _table(headings, capacity.needed())


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


TABLES: dict[str, Callable[[], str]] = {
    "values": values,
    "networks": networks,
    "figures": figures,
    "published": published,
    "capacity_inputs": capacity_inputs,
    "capacity_needed": capacity_needed,
}
