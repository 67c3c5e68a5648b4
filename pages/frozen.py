"""Batch-norm statistics that change in features frozen by the post's code."""

import streamlit as st

from viz.ui.parts import frozen as part

part.show(st.session_state["config"])
