"""The two knobs: what width and resolution do to cost, and what accuracy is left."""

import streamlit as st

from viz.ui import scalings

config = st.session_state["config"]
scalings.show_grid(config)
left, right = st.columns(2, gap="large")
with left:
    scalings.explain(config)
with right:
    scalings.show_accuracy(config)
