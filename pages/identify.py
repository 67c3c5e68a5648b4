"""Identification of a network from a weights file or a load error."""

import streamlit as st

from viz.ui.parts import identify as part

with st.container(key="sources"):
    dropped, pasted = st.columns(2)
with dropped:
    part.take_file()
with pasted:
    part.take_error()
part.show_answer()
