"""Lesson on squeeze and excite: channel weights, gates, widths and cost."""

import streamlit as st

from viz.ui import controls
from viz.ui.parts import squeeze as part

config = st.session_state["config"]
tabs = controls.tabs("part", part.parameters(config)["part"])
if tabs["work"].open:
    with tabs["work"]:
        part.show_work(config)
        part.explain()
if tabs["gates"].open:
    with tabs["gates"]:
        part.show_gates(config)
if tabs["widths"].open:
    with tabs["widths"]:
        part.show_widths()
        part.show_cost()
