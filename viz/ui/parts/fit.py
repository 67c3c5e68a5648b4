"""Parts of the page on microcontrollers."""

from functools import lru_cache
from typing import Any

import streamlit as st

from viz.drawing.diagrams import draw_arena, draw_patches
from viz.exports.figures import FIGURES, words_of_figure
from viz.facts.arena import Arena, arena_of
from viz.facts.micro import program_of
from viz.facts.patches import patched, patches_of
from viz.facts.steps import RecipeSteps
from viz.hardware.boards import BOARDS
from viz.hardware.fit import Fit, room_of
from viz.hardware.shrink import TITLES, Change, Plan, changes
from viz.net.config import Config
from viz.net.fields import ConfigError
from viz.net.recipe import Recipe
from viz.net.scheme import scheme_of
from viz.net.trace import Trace
from viz.ui import controls, grid, picture, recipe, shared_cache
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

NAME = "arena"


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    fields, pieces = FIGURES[NAME].fields, FIGURES["patches"].fields
    copied = _("A float input of an int8 network is copied once: the converter's default.")
    mcunet = _("As in MCUNet's TinyEngine: a depthwise convolution overwrites its input.")
    return {
        "board": Control(_("Board"), fields["board"], lambda key: BOARDS[key].name),
        "values": Control(_("Network"), fields["values"]),
        "given": Control(_("Input"), fields["given"], help=copied),
        "in_place": Control(_("Depthwise in place"), fields["in_place"], help=mcunet),
        "first": Control(_("First blocks"), pieces["first"]),
        "cuts": Control(_("Pieces along a side"), pieces["cuts"]),
        **recipe.parameters(),
    }


def show(traced: Trace) -> None:
    """The arena over the blocks, and three numbers against a board."""
    values = _chosen() | _in_plan(traced)
    plan = _plan(traced.config, values)
    steps = _steps(plan)
    arena = steps.arena() if steps else plan.arena(traced)
    found = room_of(values["board"]).fit(arena)
    if steps:
        recipe.show(steps)
    _show_numbers(arena, found)
    if not found.fits:
        _advise(plan, values["board"])
    _show_picture(traced, arena, values)
    _explain(arena, found)
    if steps:
        controls.heading(_("What each step did"))
        recipe.show_rows(steps)
        if steps.recipe.scheme:
            recipe.link_to_eight(steps.recipe.scheme)
    _show_patches(traced)
    _show_network(traced, arena)
    _show_table(arena)


def _chosen() -> dict[str, Any]:
    """The page's values, by the names of its figure's fields."""
    asked = parameters()
    board, values, given, in_place = st.columns([4, 2, 2, 3], vertical_alignment="bottom")
    with board:
        chosen: dict[str, Any] = {"board": controls.pick("board", asked["board"])}
    with values:
        chosen["values"] = controls.choice("values", asked["values"])
    with given:
        chosen["given"] = controls.choice("given", asked["given"])
    with in_place:
        chosen["in_place"] = controls.toggle("in_place", asked["in_place"])
    return chosen


def _in_plan(traced: Trace) -> dict[str, Any]:
    """The pieces, where the reader has them in the plan and they can be."""
    asked = parameters()
    names = (recipe.PIECES, recipe.FIRST, recipe.CUTS)
    pieces, *both = (controls.value_of(name, asked[name]) for name in names)
    first, cuts = (int(str(number)) for number in both)
    if not pieces:
        return {}
    try:
        patches_of(traced, first, cuts)
    except ConfigError:  # said in the part about them
        return {}
    return {"pieces": pieces, "first": first, "cuts": cuts}


def _plan(config: Config, values: dict[str, Any]) -> Plan:
    pieces = (values["first"], values["cuts"]) if "pieces" in values else None
    return Plan(config, values["values"], values["given"], values["in_place"], pieces)


def _steps(plan: Plan) -> RecipeSteps | None:
    """The recipe of the plan; a network that was read has none."""
    if plan.config.is_read:
        return None
    scheme = scheme_of(recipe.chosen_scheme()) if plan.precision == "int8" else None
    return RecipeSteps(Recipe(plan.config, scheme, plan.patches), plan.given, plan.in_place)


def _show_numbers(arena: Arena, found: Fit) -> None:
    """Arena and flash against the board, and the answer."""
    left, middle, right = st.columns(3)
    fits, short = _("fits"), _("does not fit")
    left.metric(
        _("SRAM: arena of {there:,} bytes").format(there=found.sram),
        f"{arena.total:,}",
        fits if found.sram_fits else short,
        delta_color="normal" if found.sram_fits else "inverse",
        delta_arrow="off",
    )
    middle.metric(
        _("Flash: weights of {there:,} bytes").format(there=found.flash),
        f"{arena.flash:,}",
        fits if found.flash_fits else short,
        delta_color="normal" if found.flash_fits else "inverse",
        delta_arrow="off",
    )
    right.metric(
        _("Does it fit?"),
        _("Yes") if found.fits else _("No"),
        found.board,
        delta_color="off",
        delta_arrow="off",
    )


def _advise(plan: Plan, board: str) -> None:
    """The single changes that are enough, the smallest first."""
    enough = _changes(plan, board)
    if not enough:
        st.markdown(_("No single change is enough for this board."))
        return
    first, *others = [f"{TITLES[c.kind]} {c.value} ({c.price})" for c in enough]
    words = _("Smallest change that fits: **{first}**.").format(first=first)
    more = _(" Or: {others}.").format(others="; ".join(others)) if others else ""
    st.markdown(words + more)


@lru_cache(maxsize=256)
def _changes(plan: Plan, board: str) -> tuple[Change, ...]:
    return tuple(changes(plan, room_of(board)))


def _show_picture(traced: Trace, arena: Arena, values: dict[str, Any]) -> None:
    room = max(BOARDS[values["board"]].sram - (arena.tail or 0), 0)
    look = picture.look(source=_("computed by MobileNet Atlas"))
    picture.show(
        draw_arena(arena, traced, look, room),
        key=NAME,
        label=_("Arena of {network}").format(network=traced.config.title),
        hint=_("A rectangle is a tensor: as wide as its life, as high as its bytes."),
        name=NAME,
        params=words_of_figure(NAME, values, traced.config),
    )


def _explain(arena: Arena, found: Fit) -> None:
    peak = arena.peak
    words = _(
        "At the peak **{live:,}** bytes are alive, in {operator}. TFLite Micro's planner places "
        "the largest tensor first, each in the lowest gap: it needs **{head:,}**. Its records "
        "take {tail} more on a 64-bit processor, and less on this board."
    ).format(
        live=peak.live_bytes,
        operator=f"{peak.operator or _('the input')} {peak.path}".strip(),
        head=arena.head,
        tail=f"{arena.tail:,}" if arena.tail is not None else _("an unknown number"),
    )
    controls.explain(words, _("Board: {source}.").format(source=found.source))
    for note in arena.notes:
        st.info(note)


def _show_patches(traced: Trace) -> None:
    """The picture in pieces for the first blocks, and what that makes of the arena."""
    asked = parameters()
    controls.heading(_("The first blocks in pieces"))
    left, right, above = st.columns([2, 2, 5], vertical_alignment="bottom")
    with left:
        first = int(controls.number("first", asked["first"]))
    with right:
        cuts = int(controls.number("cuts", asked["cuts"]))
    with above:
        controls.toggle(recipe.PIECES, asked[recipe.PIECES])
    try:
        pieces = patches_of(traced, first, cuts)
    except ConfigError as error:
        st.info(str(error))
        return
    picture.show(
        draw_patches(pieces, traced, picture.look(source=_("after arXiv:2110.15352"))),
        key="patches",
        label=_("The picture in pieces"),
        name="patches",
        params=words_of_figure("patches", {"first": first, "cuts": cuts}, traced.config),
    )
    arena = arena_of(patched(program_of(traced), traced, pieces))
    st.markdown(
        _(
            "Arena in int8: **{arena:,}** bytes for tensors, with **{macs:,}** multiply-adds more. "
            "Only one piece's maps are in memory, beside the picture and the result of all pieces."
        ).format(arena=arena.head, macs=pieces.extra_macs)
    )


def _show_network(traced: Trace, arena: Arena) -> None:
    """The network with the block of the peak marked."""
    block = str(arena.peak.block) if arena.peak.block >= 0 else ""
    controls.heading(_("The network: the block of the peak is marked"))
    picture.show(
        shared_cache.whole(traced, picture.look(), block),
        key="fit-network",
        label=traced.config.title,
        selected=f"block-{block}",
        on_pick=lambda _box: None,
    )


def _show_table(arena: Arena) -> None:
    controls.heading(_("Every tensor"))
    columns = {
        "tensor": _("Tensor"),
        "kind": _("Kind"),
        "operator": _("Written by"),
        "shape": _("Shape"),
        "dtype": _("Type"),
        "bytes": grid.count(_("Bytes")),
        "offset": grid.count(_("Offset")),
        "first": grid.count(_("From step")),
        "last": grid.count(_("To step")),
    }
    grid.show(arena.rows, columns)
