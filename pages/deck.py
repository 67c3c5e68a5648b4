"""A whole lecture as one file."""

import streamlit as st

from viz.ui import decks, link
from viz.zoo import ZOO

link.repair(
    {
        "about": link.one_of("about", list(ZOO)),
        "topics": link.one_of("topics", list(decks.TOPICS)),
    }
)
networks, topics = decks.chosen()
left, right = st.columns([1, 2])
with left:
    decks.build_buttons(networks, topics)
with right:
    decks.explain(topics)
