"""One network: its picture, its blocks, its figures, its layers."""

import streamlit as st

from viz.ui import shared_cache
from viz.ui.parts import architecture as part
from viz.ui.parts import headline

config = st.session_state["config"]
traced = shared_cache.trace(config)
look, block = part.show_controls(config)
with st.container(key="network-pictures"):
    shown, *inside = st.columns([3, 2] if block else 1)
with shown:
    part.show_picture(traced, look, block)
for column in inside:
    with column:
        part.show_block(traced, look, block)
headline.show(traced)
part.show_tabs(traced, look, block)
