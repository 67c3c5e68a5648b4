"""Parts of the page about one network: its picture, a block beside it, and the tabs below."""

from collections.abc import Callable, Mapping

import streamlit as st

from viz.drawing.diagrams import Look
from viz.drawing.look import COLOURING_LABELS, USUAL_RIDGE, Colouring
from viz.exports.request import LOOKS
from viz.lessons.windows import window_of
from viz.net.config import Config, configure
from viz.net.fields import Word
from viz.net.trace import Trace, trace_config
from viz.ui import controls, picture, query, selection, shared_cache
from viz.ui.controls import Control, Controls
from viz.ui.parts import costs, files, headline, layers, memory, taps
from viz.ui.private import TabContainer
from viz.ui.translate import _

OLD_PARTS = {
    "Where the cost sits": "costs",
    "Paper's table": "paper",
    "Printed by torchinfo": "torchinfo",
    "Downloads": "files",
}
OF_THE_ZOO = ("paper", "layers", "torchinfo")  # tabs that need a paper, or a module


def parameters(config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    traced = trace_config(config or configure(query.DEFAULT_NETWORKS[""]))
    titles = {str(block.index): block.name for block in traced.blocks}
    return {
        "colour": Control(_("Colour by"), LOOKS["colour"], COLOURING_LABELS.__getitem__),
        "ridge": Control(_("Ridge point (MACs per byte)"), LOOKS["ridge"]),
        "taps": Control(
            _("Mark feature levels (taps)"),
            LOOKS["taps"],
            help=_("Frames the last map at each stride."),
        ),
        "block": Control(_("Block"), Word(tuple(titles)), titles.__getitem__),
        "part": _part(traced),
        **memory.controls_of(),
        **layers.controls_of(),
        **files.controls_of(),
    }


def _part(traced: Trace) -> Control:
    """The tabs; a network that was read from a file has no paper, and torch cannot build it."""
    names = {
        "costs": _("Cost by block"),
        "paper": _("Paper's table"),
        "taps": _("Feature levels"),
        "memory": _("Memory"),
        "layers": _("Layers"),
        "torchinfo": _("torchinfo output"),
        "files": _("Downloads"),
    }
    kept = [name for name in names if name not in OF_THE_ZOO or not traced.config.is_read]
    return Control("", Word(tuple(kept), "costs", OLD_PARTS), names.__getitem__)


def show_controls(config: Config) -> tuple[Look, str]:
    """Colouring of the picture and the open block (empty: none)."""
    asked = parameters(config)
    left, middle, right = st.columns([18, 13, 12], vertical_alignment="bottom")
    with left:
        colouring: Colouring = controls.choice("colour", asked["colour"])  # type: ignore[assignment]  # one of its words
    with middle:
        taps = controls.toggle("taps", asked["taps"])
    with right:
        block = controls.pick(
            "block", asked["block"], placeholder=_("Click a block, or choose one")
        )
    bound = colouring == "bound"
    ridge = controls.slider("ridge", asked["ridge"]) if bound else USUAL_RIDGE
    look = picture.look(colouring, source=headline.source_of(config), taps=taps, ridge=ridge)
    return look, block


def show_pictures(traced: Trace, look: Look, block: str) -> None:
    """The whole network, and beside it the block that is open."""
    with st.container(key="network-pictures"):
        whole, *inside = st.columns([3, 2] if block else 1)
    with whole:
        _show_network(traced, look, block)
    for column in inside:
        with column:
            _show_block(traced, look, block)


def _show_network(traced: Trace, look: Look, block: str) -> None:
    picture.show(
        shared_cache.whole(traced, look, block),
        key="network-picture",
        label=traced.config.title,
        selected=f"block-{block}",
        hint=_("Click a block to look inside, or press Tab and Enter; Escape closes it."),
        on_pick=selection.picker("block"),
    )


def _show_block(traced: Trace, look: Look, block: str) -> None:
    """One block, operation by operation."""
    st.button(_("Close the block"), key="close-block", on_click=selection.put, args=("block", None))
    picture.show(
        shared_cache.network(traced, look, "operation", int(block)),
        key="block-picture",
        label=traced.blocks[int(block)].name,
    )
    _link_to_window(traced, int(block))


def _link_to_window(traced: Trace, block: int) -> None:
    """To the player that slides the block's window over a small map."""
    setting = window_of(traced.of_block(block))
    if setting is None:
        return
    st.page_link(
        "convolution.py",
        label=_("Slide the {f}×{f} window of this block, stride {s}").format(**setting),
        icon=":material/arrow_forward:",
        query_params={"part": "size", **{name: str(value) for name, value in setting.items()}},
    )


def tabs(config: Config) -> dict[str, TabContainer]:
    """What else there is to know, by name."""
    return controls.tabs("part", parameters(config)["part"])


def fill(tabs: Mapping[str, TabContainer], traced: Trace, look: Look, block: str) -> None:
    """Fill the tab that is open."""
    makers: dict[str, Callable[[TabContainer], None]] = {
        "costs": lambda tab: costs.show(tab, traced),
        "paper": lambda tab: layers.show_paper(tab, traced),
        "taps": lambda tab: taps.show(tab, traced),
        "memory": lambda tab: memory.show(tab, traced),
        "layers": lambda tab: layers.show_table(tab, traced),
        "torchinfo": lambda tab: layers.show_text(tab, traced),
        "files": lambda tab: files.show(tab, traced, look, block),
    }
    for name, tab in tabs.items():
        if tab.open:
            makers[name](tab)
