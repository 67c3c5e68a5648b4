"""One network: its picture, its blocks, its figures, its layers."""

import streamlit as st

from viz.drawing.diagrams import COLOURING_OF, draw
from viz.net.trace import trace_config
from viz.ui import controls, picture, query, selection
from viz.ui.parts import costs, files, headline, layers
from viz.ui.translate import _

traced = trace_config(st.session_state["config"])
blocks = [str(block.index) for block in traced.blocks]
parts = [
    _("Where the cost sits"),
    _("Paper's table"),
    _("Layers"),
    _("Printed by torchinfo"),
    _("Downloads"),
]
query.repair(
    {
        "block": query.between("block", 0, traced.blocks[-1].index),
        "colour": query.one_of("colour", list(COLOURING_OF)),
        "part": query.one_of("part", parts),
    }
    | controls.checks(files.FIELDS)
)

left, right = st.columns([3, 2], vertical_alignment="bottom")
colouring = left.segmented_control(
    _("Colour by"),
    list(COLOURING_OF),
    default="kind",
    required=True,
    key="colour",
    bind="query-params",
)
block = right.selectbox(
    _("Block"),
    blocks,
    index=None,
    placeholder=_("Click a block, or choose one"),
    key="block",
    bind="query-params",
    help=_("Number of the block, from 0 (stem)."),
)

look = picture.look(COLOURING_OF[colouring], source=headline.source_of(traced.config))
shown, inside = st.columns([3, 2]) if block else (st.container(), None)
with shown:
    picture.show(
        draw(traced, look=look),
        key="network-picture",
        label=traced.config.title,
        selected=f"block-{block}",
        hint=_("Click a block to look inside; Ctrl and the wheel zoom."),
        on_pick=selection.picker("block"),
    )
if inside:
    with inside:
        picture.show(
            draw(traced, "operation", int(block), look),
            key="block-picture",
            label=traced.blocks[int(block)].name,
        )
        st.button(_("Close the block"), on_click=selection.clear, args=("block",))

headline.headline(traced)
cost_tab, paper, table, printed, file_tab = st.tabs(parts, key="part", bind="query-params")
if cost_tab.open:
    costs.show(cost_tab, traced)
if paper.open:
    layers.show_paper(paper, traced)
if table.open:
    layers.show_table(table, traced)
if printed.open:
    layers.show_text(printed, traced)
if file_tab.open:
    files.show(file_tab, traced, look, block)
