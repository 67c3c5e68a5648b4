"""What is picked on a page, and the files that can be taken from it."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from viz.diagrams import Look, draw
from viz.trace import Trace
from viz.ui.words import _


def picker(key: str) -> Callable[[str], None]:
    """A handler that puts the number of a clicked box into the bound control ``key``."""

    def pick(box: str) -> None:
        number = box.rpartition("-")[2]
        st.session_state[key] = None if st.session_state.get(key) == number else number

    return pick


def clear(key: str) -> None:
    """Empty the control ``key``."""
    st.session_state[key] = None


def show_downloads(place: DeltaGenerator, traced: Trace, look: Look) -> None:
    """Buttons for the network's picture; the bytes are made when one is clicked."""
    diagram = draw(traced, look=replace(look, background=True))
    config = traced.config
    name = f"{config.variant}-{config.width:g}-{config.resolution}"
    row = place.container(horizontal=True)
    for label, suffix, mime, make in (
        ("SVG", "svg", "image/svg+xml", diagram.svg),
        ("PNG", "png", "image/png", lambda: diagram.png(2)),
        ("DOT", "gv", "text/vnd.graphviz", lambda: diagram.dot),
    ):
        row.download_button(
            _("Picture as {format}").format(format=label),
            data=make,
            file_name=f"{name}.{suffix}",
            mime=mime,
            key=f"download-{suffix}",
            on_click="ignore",
        )
    place.caption(_("16:9, 1920 × 1080; PNG at twice that. In the theme that you see."))
