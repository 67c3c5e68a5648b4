"""Pictures shared by all sessions, keyed by configuration.

Bounded, and never changed by those who get it.
"""

from functools import lru_cache

from viz.drawing.diagrams import Diagram, Level, Look, draw, draw_half, is_folded
from viz.drawing.look import Colouring
from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.theme import Mode

KEPT_PICTURES = 64


def network(
    traced: Trace, look: Look, level: Level = "network", block: int | None = None
) -> Diagram:
    """A network's picture on a page, where nothing is marked."""
    more = (look.mode, look.colouring, look.source, look.taps, look.ridge)
    return _network(traced.config, level, block, *more)


def whole(traced: Trace, look: Look, block: str) -> Diagram:
    """A network's picture; where the chosen block is folded with others, they are opened."""
    picture = network(traced, look)
    if not block or not is_folded(picture, int(block)):
        return picture
    return network(traced, look, block=int(block))


@lru_cache(maxsize=KEPT_PICTURES)
def _network(
    config: Config,
    level: Level,
    block: int | None,
    mode: Mode,
    colouring: Colouring,
    source: str,
    taps: bool,
    ridge: float,
) -> Diagram:
    look = Look(mode, colouring, background=False, source=source, taps=taps, ridge=ridge)
    return draw(trace_config(config), level, block, look)


@lru_cache(maxsize=KEPT_PICTURES)
def half(config: Config, block: int, mode: Mode) -> Diagram:
    """A network's picture on half a slide, with the chosen block in a box of its own."""
    return draw_half(trace_config(config), Look(mode, background=False, opened=block))
