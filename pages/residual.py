"""Wide, narrow, wide against narrow, wide, narrow."""

import streamlit as st

from viz.ui import controls, link, residuals

link.repair(controls.checks(residuals.FIELDS))
blocks = residuals.chosen()
residuals.show_picture(blocks)
left, right = st.columns(2, gap="large")
with left:
    residuals.show_figures(blocks)
with right:
    residuals.explain()
