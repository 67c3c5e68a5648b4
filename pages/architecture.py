"""One network: its picture, its blocks, its figures, its layers."""

import streamlit as st

from viz.net.config import Config
from viz.net.trace import trace_config
from viz.ui import frame
from viz.ui.parts import architecture as part
from viz.ui.parts import headline

with st.container(key="controls"):
    look, block = part.show_controls(st.session_state["config"])
above, tabs = st.container(), part.tabs(st.session_state["config"])


def show(config: Config) -> None:
    """What another width changes."""
    traced = trace_config(config)
    with above:
        part.show_pictures(traced, look, block)
        headline.show(traced)
    part.fill(tabs, traced, look, block)


frame.follow_width(show)
