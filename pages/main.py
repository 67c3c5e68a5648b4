"""The frame of every page: configuration, navigation, and the controls that all pages share."""

import sys
from pathlib import Path

import streamlit as st

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:  # Streamlit puts only this file's folder there
    sys.path.insert(0, ROOT)

from viz.ui import figure, link, pickers, warm  # noqa: E402 - found by the path above
from viz.ui.words import _  # noqa: E402 - likewise

# An emoji: any other icon costs a request to another host, or an import before the first picture.
st.set_page_config("MobileNet Atlas", page_icon="📶", layout="wide")

home = st.Page("home.py", title=_("Home"), default=True)
page = st.navigation(
    [
        home,
        st.Page("architecture.py", title=_("Architecture")),
        st.Page("compare.py", title=_("Compare")),
        st.Page("activations.py", title=_("Activations")),
        st.Page("rounding.py", title=_("Channel rounding")),
        st.Page("convolution.py", title=_("Convolution cost")),
        st.Page("check.py", title=_("Paper check")),
    ],
    position="top",
)

st.html(figure.PAGE_STYLE)
if page is not home:  # its cards are links that choose a network: no picker may hold another one
    link.repair(link.network_checks())
    with st.sidebar:
        st.session_state["config"] = pickers.network_picker()
link.show_notes()
page.run()
figure.follow_theme()
warm.once()
