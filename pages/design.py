"""Editor for a network of the reader's own."""

import streamlit as st

from viz.net.trace import trace_config
from viz.ui.parts import design as part

config = st.session_state["config"]
traced, start = trace_config(config), part.start_of(config)
part.show_totals(traced, start)
picture, rows = st.columns([7, 9])
with picture:
    part.show_picture(traced, start)
with rows:
    part.show_table(config)
    part.show_budgets()
part.show_ways_out(config)
