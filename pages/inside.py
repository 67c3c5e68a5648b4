"""Feature maps and answers of a network for a picture."""

import streamlit as st

from viz.ui.parts import inside as part

part.show(st.session_state["config"])
