"""Compound scaling compared with scaling one dimension at equal cost."""

import streamlit as st

from viz.lessons.compound import ways
from viz.ui.parts import compound as part

phi = part.chosen()
found = ways(phi)
part.show_chart(found, phi)
left, right = st.columns([3, 2], gap="large")
with left:
    part.show_figures(found)
with right:
    part.explain(found)
