"""The single changes that make a network fit, the smallest first."""

from collections.abc import Iterator
from typing import NamedTuple

from viz.facts.arena import Arena, arena_of
from viz.facts.micro import BYTES, program_of
from viz.facts.patches import Patches, most_blocks, patched, patches_of
from viz.hardware.fit import Room
from viz.net.config import NUMBERS, Config
from viz.net.fields import ConfigError
from viz.net.trace import Trace, trace_config
from viz.net.words import config_of, words_of

CUTS = (2, 3, 4)
SIZE_STEP, LEAST_SIZE, WIDTH_STEP = 16, 32, 0.05
TITLES = {
    "input": "input",
    "in_place": "depthwise in place",
    "patches": "patches",
    "resolution": "resolution",
    "width": "width",
}


class Plan(NamedTuple):
    """A network with all that decides what it needs."""

    config: Config
    precision: str = "int8"
    given: str = "int8"
    in_place: bool = False
    patches: tuple[int, int] | None = None

    def arena(self, traced: Trace | None = None) -> Arena:
        """Its arena. Raises ``ConfigError``."""
        traced = traced or trace_config(self.config)
        program = program_of(traced, self.precision, self.given)
        if self.patches is not None:
            program = patched(program, traced, patches_of(traced, *self.patches))
        return arena_of(program, depthwise_in_place=self.in_place)


class Change(NamedTuple):
    """One change that makes a network fit, and what it then needs.

    ``kind`` is input, in_place, patches, resolution or width; ``price`` says what is lost.
    """

    kind: str
    value: str
    arena_bytes: int
    flash_bytes: int
    price: str


def changes(plan: Plan, room: Room) -> list[Change]:
    """Each kind of change that is enough by itself, at its smallest.

    In the order of what they cost: a type, a runtime that can do more, multiply-adds that are done
    again, then what changes the answers: a smaller picture, fewer channels.
    """
    kinds = [_input, _in_place, _patches, _resolution, _width]
    if not room.fit(plan.arena()).flash_fits:
        kinds = [_width]  # nothing else has fewer weights
    found = (next(kind(plan, room), None) for kind in kinds)
    return [change for change in found if change is not None]


def _change(kind: str, value: str, plan: Plan, room: Room, price: str) -> Iterator[Change]:
    """The change, if it is enough."""
    try:
        arena = plan.arena()
    except ConfigError:  # a map vanishes, or the pieces are too many for it
        return
    if room.fit(arena).fits:
        yield Change(kind, value, arena.total, arena.flash, price)


def _input(plan: Plan, room: Room) -> Iterator[Change]:
    if plan.given != "int8" and plan.precision == "int8":
        price = "the caller quantises"
        yield from _change("input", "int8", plan._replace(given="int8"), room, price)


def _in_place(plan: Plan, room: Room) -> Iterator[Change]:
    if not plan.in_place:
        price = "a runtime such as TinyEngine"
        yield from _change("in_place", "on", plan._replace(in_place=True), room, price)


def _patches(plan: Plan, room: Room) -> Iterator[Change]:
    """The pieces with the fewest multiply-adds done again."""
    if plan.patches is not None:
        return
    traced = trace_config(plan.config)
    first = _first_light(traced, plan, room)
    for pieces in sorted(_pieces(traced, first), key=lambda each: each.macs):
        both = (pieces.blocks, pieces.cuts)
        price = f"{pieces.extra:.1%} more MACs, a runtime such as TinyEngine"
        value = f"{pieces.blocks},{pieces.cuts}"
        yield from _change("patches", value, plan._replace(patches=both), room, price)


def _first_light(traced: Trace, plan: Plan, room: Room) -> int:
    """How many blocks are needed in pieces at least: what is behind them has to fit as it is."""
    live = traced.live_bytes(BYTES[plan.precision], depthwise_in_place=plan.in_place)
    heavy = [place for place, needed in enumerate(live) if room.sram and needed > room.sram]
    return 1 + (traced.operations[heavy[-1]].block if heavy else 0)


def _pieces(traced: Trace, first: int) -> Iterator[Patches]:
    for blocks in range(first, most_blocks(traced) + 1):
        for cuts in CUTS:
            try:
                pieces = patches_of(traced, blocks, cuts)
            except ConfigError:  # a block in the middle of a connection, or a map too small
                continue
            yield pieces


def _resolution(plan: Plan, room: Room) -> Iterator[Change]:
    size = plan.config.resolution
    if plan.config.is_read or not isinstance(size, int):
        return
    for smaller in range((size - 1) // SIZE_STEP * SIZE_STEP, LEAST_SIZE - 1, -SIZE_STEP):
        yield from _scaled(plan, room, "resolution", str(smaller))


def _width(plan: Plan, room: Room) -> Iterator[Change]:
    if plan.config.is_read:
        return
    steps = round(plan.config.width / WIDTH_STEP)
    for step in range(steps, 0, -1):
        width = round(step * WIDTH_STEP, 2)
        if NUMBERS["width"].low <= width < plan.config.width:
            yield from _scaled(plan, room, "width", f"{width:g}")


def _scaled(plan: Plan, room: Room, name: str, value: str) -> Iterator[Change]:
    words = words_of(plan.config) | {name: value}
    try:
        config = config_of(plan.config.variant, words)
    except ConfigError:
        return
    share = trace_config(config).macs / trace_config(plan.config).macs
    price = f"other answers, {share:.0%} of the MACs"
    yield from _change(name, value, plan._replace(config=config), room, price)
