"""Why the narrow end of a block has no activation."""

import streamlit as st

from viz.ui import controls, link, manifolds

link.repair(controls.checks(manifolds.FIELDS))
setting = manifolds.chosen()
manifolds.show_spirals(setting)
left, right = st.columns(2, gap="large")
with left:
    manifolds.explain()
with right:
    manifolds.show_figures(setting)
