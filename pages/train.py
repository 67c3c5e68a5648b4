"""Training on this server: start, progress, stop, results."""

import streamlit as st

from viz.ui.parts import train as part

part.show(st.session_state["config"])
