"""What a network makes of a picture, map by map."""

import streamlit as st

from viz.ui.parts import inside as part

part.show(st.session_state["config"])
