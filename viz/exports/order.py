"""What is to be exported: one configuration, and how it is to look. The same for every way in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from viz.drawing.diagrams import COLOURING_OF, LEVELS, Diagram, Level, Look, draw
from viz.drawing.look import Colouring
from viz.net.config import NUMBERS, OPTIONS, Config, ConfigError, configure, parse_value
from viz.net.trace import Trace, trace_config
from viz.theme import Mode

ROWS = ("operation", "block", "stage")
CHARTS = ("costs", "width")
THEMES: tuple[str, ...] = (*get_args(Mode), "transparent")
SCALES = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Order:
    """One picture, table, chart or model.

    ``block`` chooses one block at the levels ``block`` and ``operation``; ``rows`` is what a row
    of a table stands for, ``chart`` what a chart shows; ``scale`` is image pixels a
    slide pixel.
    """

    config: Config
    level: Level = "network"
    block: int | None = None
    colouring: Colouring = "kind"
    rows: str = "operation"
    chart: str = "costs"
    mode: Mode = "light"
    background: bool = True
    scale: int = 2

    @property
    def traced(self) -> Trace:
        """The network, unrolled."""
        return trace_config(self.config)

    @property
    def diagram(self) -> Diagram:
        """The picture. Raises ``ConfigError`` where there is no such block."""
        look = Look(self.mode, self.colouring, self.background)
        return draw(self.traced, self.level, self.block, look)

    @property
    def name(self) -> str:
        """What a file of this is called, without suffix."""
        parts = [self.config.variant, f"{self.config.width:g}", str(self.config.resolution)]
        parts += [self.level] * (self.level != "network")
        parts += [str(self.block)] * (self.block is not None)
        return "-".join(parts)


def order_of(variant: str, chosen: Mapping[str, str]) -> Order:
    """Read an order from texts (an address, a command line). Raises ``ConfigError``."""
    rest = dict(chosen)
    looks = {name: rest.pop(name) for name in _LOOKS if name in rest}
    settings: dict[str, object] = {}
    for name, text in rest.items():
        if name not in (*NUMBERS, *OPTIONS, "width_rule"):
            known = ", ".join([*NUMBERS, "width_rule", *OPTIONS, *_LOOKS])
            raise ConfigError("option", name, f"one of {known}")
        settings[name] = parse_value(name, text)
    order = Order(configure(variant.lower(), **settings))
    for name, text in looks.items():
        order = _LOOKS[name](order, text)
    order.diagram  # noqa: B018 - a block that does not exist is found here, not when bytes are made
    return order


def one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    """The word that ``text`` means, in any case. Raises ``ConfigError``."""
    for word in allowed:
        if word.lower() == text.strip().lower():
            return word
    raise ConfigError(name, text, "one of " + ", ".join(allowed))


def _with_level(order: Order, text: str) -> Order:
    level: Level = one_of("level", text, LEVELS)  # type: ignore[assignment]
    return replace(order, level=level)


def _with_block(order: Order, text: str) -> Order:
    last = len(order.traced.blocks) - 1
    allowed = f"a whole number from 0 to {last}"
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) > last:
        raise ConfigError("block", text, allowed)
    return replace(order, block=int(text))


def _with_colour(order: Order, text: str) -> Order:
    return replace(order, colouring=COLOURING_OF[one_of("colour", text, tuple(COLOURING_OF))])


def _with_theme(order: Order, text: str) -> Order:
    theme = one_of("theme", text, THEMES)
    if theme == "transparent":
        return replace(order, background=False)
    return replace(order, mode="dark" if theme == "dark" else "light")


def _with_scale(order: Order, text: str) -> Order:
    return replace(order, scale=int(one_of("scale", text, tuple(map(str, SCALES)))))


def _with_rows(order: Order, text: str) -> Order:
    return replace(order, rows=one_of("rows", text, ROWS))


def _with_chart(order: Order, text: str) -> Order:
    return replace(order, chart=one_of("chart", text, CHARTS))


_LOOKS = {
    "level": _with_level,
    "block": _with_block,
    "colour": _with_colour,
    "theme": _with_theme,
    "scale": _with_scale,
    "rows": _with_rows,
    "chart": _with_chart,
}
