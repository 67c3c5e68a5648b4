"""One network: its picture, its blocks, its figures, its layers."""

import streamlit as st

from viz.diagrams import COLOURING_OF, draw
from viz.trace import trace_config
from viz.ui import controls, downloads, figure, layers, link, numbers, places, selection
from viz.ui.words import _

traced = trace_config(st.session_state["config"])
blocks = [str(block.index) for block in traced.blocks]
parts = [
    _("Where the cost sits"),
    _("Paper's table"),
    _("Layers"),
    _("Printed by torchinfo"),
    _("Downloads"),
]
link.repair(
    {
        "block": link.between("block", 0, traced.blocks[-1].index),
        "colour": link.one_of("colour", list(COLOURING_OF)),
        "part": link.one_of("part", parts),
    }
    | controls.checks(downloads.FIELDS)
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

look = figure.look(COLOURING_OF[colouring], source=numbers.source_of(traced.config))
picture, inside = st.columns([3, 2]) if block else (st.container(), None)
with picture:
    figure.show(
        draw(traced, look=look),
        key="network-picture",
        label=traced.config.title,
        selected=f"block-{block}",
        hint=_("Click a block to look inside; Ctrl and the wheel zoom."),
        on_pick=selection.picker("block"),
    )
if inside:
    with inside:
        figure.show(
            draw(traced, "operation", int(block), look),
            key="block-picture",
            label=traced.blocks[int(block)].name,
        )
        st.button(_("Close the block"), on_click=selection.clear, args=("block",))

numbers.headline(traced)
costs, paper, table, printed, files = st.tabs(parts, key="part", bind="query-params")
if costs.open:
    places.show(costs, traced)
if paper.open:
    layers.show_paper(paper, traced)
if table.open:
    layers.show_table(table, traced)
if printed.open:
    layers.show_text(printed, traced)
if files.open:
    downloads.show(files, traced, look, block)
