"""A whole lecture as one file."""

import streamlit as st

from viz.ui.parts import deck as part

networks, topics = part.chosen()
left, right = st.columns([1, 2])
with left:
    part.build_buttons(networks, topics)
with right:
    part.explain(topics)
part.show_preview(networks, topics)
