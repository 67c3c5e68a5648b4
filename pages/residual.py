"""Wide, narrow, wide against narrow, wide, narrow."""

import streamlit as st

from viz.ui import controls, query
from viz.ui.parts import residual as part

query.repair(controls.checks(part.FIELDS))
blocks = part.chosen()
part.show_picture(blocks)
left, right = st.columns(2, gap="large")
with left:
    part.show_figures(blocks)
with right:
    part.explain()
