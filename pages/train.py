"""A network trains on this server: start it, watch it, stop it, look at what it gets wrong."""

import streamlit as st

from viz.ui.parts import train as part

part.show(st.session_state["config"])
