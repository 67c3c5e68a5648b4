"""Roofline, ranking and published latencies."""

import streamlit as st

from viz.net.trace import trace_config
from viz.ui import controls
from viz.ui.parts import hardware as part

config = st.session_state["config"]
tabs = controls.tabs("part", part.part())
if tabs["roofline"].open:
    with tabs["roofline"]:
        part.show_roofline(trace_config(config))
if tabs["ranking"].open:
    with tabs["ranking"]:
        part.show_ranking()
if tabs["published"].open:
    with tabs["published"]:
        part.show_published()
