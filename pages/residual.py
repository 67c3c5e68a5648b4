"""Lesson on the inverted residual."""

import streamlit as st

from viz.ui.parts import residual as part

values = part.chosen()
blocks = part.blocks_of(values)
part.show_picture(blocks, values)
left, right = st.columns([3, 2], gap="large")
with left:
    part.show_figures(blocks)
with right:
    part.explain(blocks)
