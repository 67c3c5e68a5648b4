"""What a network needs on a microcontroller, and whether a board has it."""

import streamlit as st

from viz.net.trace import trace_config
from viz.ui.parts import fit as part

part.show(trace_config(st.session_state["config"]))
