"""Lesson on the linear bottleneck."""

import streamlit as st

from viz.ui.parts import linear as part

setting = part.chosen()
part.show_spirals(setting)
left, right = st.columns(2, gap="large")
with left:
    part.explain()
with right:
    part.show_figures(setting)
