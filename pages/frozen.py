"""What still moves in features that are frozen as the post freezes them."""

import streamlit as st

from viz.ui.parts import frozen as part

part.show_ways(st.session_state["config"])
part.explain()
