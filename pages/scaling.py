"""Cost and accuracy by width and resolution."""

import streamlit as st

from viz.ui.parts import scaling as part

config = st.session_state["config"]
part.show_grid(config)
left, right = st.columns(2, gap="large")
with left:
    part.explain(config)
with right:
    part.show_accuracy(config)
