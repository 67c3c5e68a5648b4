"""Lesson on squeeze and excite: gates of two pictures, one block, gates at the start, cost."""

import streamlit as st

from viz.ui import controls
from viz.ui.parts import gated
from viz.ui.parts import squeeze as part

config = st.session_state["config"]
part.follow_old_links()
tabs = controls.tabs("part", part.parameters(config)["part"])
if tabs["pictures"].open:
    with tabs["pictures"]:
        gated.show()
if tabs["work"].open:
    with tabs["work"]:
        part.show_work(config)
if tabs["gates"].open:
    with tabs["gates"]:
        part.show_gates(config)
if tabs["widths"].open:
    with tabs["widths"]:
        part.show_cost(config)
