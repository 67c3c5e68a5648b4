"""Editor for a network of the reader's own."""

import streamlit as st

from viz.ui import frame, shared_cache
from viz.ui.parts import design as part

config = st.session_state["config"]
traced, start = shared_cache.trace(config), part.start_of(config)
with frame.keep_place("totals"):
    part.show_totals(traced, start)
with st.container(key="network-pictures"):  # below each other where the window is narrow
    drawn, rows = st.columns(2)
with drawn:
    part.show_picture(traced, start)
frame.show_around()
with rows:
    part.show_table(config)
part.show_ways_out(config)
