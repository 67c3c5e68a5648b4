"""One network: its picture, its blocks, its figures, its layers."""

import streamlit as st

from viz.net.trace import trace_config
from viz.ui.parts import architecture as part
from viz.ui.parts import headline

config = st.session_state["config"]
traced = trace_config(config)
look, block = part.chosen(config)
shown, inside = st.columns([3, 2]) if block else (st.container(), None)
with shown:
    part.show_picture(traced, look, block)
if inside:
    with inside:
        part.show_block(traced, look, block)
headline.show(traced)
part.show_tabs(traced, look, block)
