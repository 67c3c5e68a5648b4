"""A whole lecture as one file."""

import streamlit as st

from viz.net.zoo import ZOO
from viz.ui import query
from viz.ui.parts import deck as part

query.repair(
    {
        "about": query.one_of("about", list(ZOO)),
        "topics": query.one_of("topics", list(part.TOPICS)),
    }
)
networks, topics = part.chosen()
left, right = st.columns([1, 2])
with left:
    part.build_buttons(networks, topics)
with right:
    part.explain(topics)
