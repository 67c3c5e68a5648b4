"""Roofline, ranking and published latencies."""

import streamlit as st

from viz.ui import controls, shared_cache
from viz.ui.parts import hardware as part

config = st.session_state["config"]
tabs = controls.tabs("part", part.part())
if tabs["roofline"].open:
    with tabs["roofline"]:
        part.show_roofline(shared_cache.trace(config))
if tabs["ranking"].open:
    with tabs["ranking"]:
        part.show_ranking()
if tabs["published"].open:
    with tabs["published"]:
        part.show_published()
