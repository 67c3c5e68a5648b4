"""The frame of every page: configuration, navigation, and the controls that all pages share."""

import sys
from pathlib import Path

import streamlit as st

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:  # Streamlit puts only this file's folder there
    sys.path.insert(0, ROOT)

from viz.ui import pickers, picture, query, slides, warm_up  # noqa: E402 - found by the path above
from viz.ui.translate import _  # noqa: E402 - likewise

# An emoji: any other icon costs a request to another host, or an import before the first picture.
st.set_page_config("MobileNet Atlas", page_icon="📶", layout="wide")

home = st.Page("home.py", title=_("Home"), default=True)
# Pages about a network chosen in the sidebar; the others have controls of their own only. Home's
# cards are links that choose a network: no picker may hold another one there.
about_a_network = {
    "architecture": st.Page("architecture.py", title=_("Architecture")),
    "compare": st.Page("compare.py", title=_("Compare")),
    "activations": st.Page("activations.py", title=_("Activations")),
    "rounding": st.Page("rounding.py", title=_("Channel rounding")),
    "scaling": st.Page("scaling.py", title=_("Width and resolution")),
    "squeeze": st.Page("squeeze.py", title=_("Squeeze and excite")),
    "check": st.Page("check.py", title=_("Paper check")),
}
sections = {
    "": [home],
    _("Explore"): [
        *(about_a_network[name] for name in ("architecture", "compare", "activations", "rounding")),
        st.Page("deck.py", title=_("Lecture deck")),
    ],
    _("Learn"): [
        st.Page("convolution.py", title=_("Convolution cost")),
        about_a_network["scaling"],
        st.Page("residual.py", title=_("Inverted residual")),
        st.Page("linear.py", title=_("Linear bottleneck")),
        about_a_network["squeeze"],
        st.Page("tail.py", title=_("Last stage")),
    ],
    _("Check"): [
        st.Page("posts.py", title=_("Posts and papers")),
        about_a_network["check"],
    ],
}
with_heading = [*sections[_("Learn")], *sections[_("Check")]]
page = st.navigation(sections, position="top")

st.html(picture.PAGE_STYLE)
if page in about_a_network.values():
    query.repair(query.network_checks())
    with st.sidebar:
        st.session_state["config"] = pickers.network_picker()
query.repair({"view": query.one_of("view", ["slide"])})
query.show_notes()
about = st.session_state["config"].title if page in about_a_network.values() else ""
slides.begin(picture.mode(), " · ".join(part for part in (page.title, about) if part))
if page in with_heading:
    st.subheader(page.title, anchor=False)
page.run()
slides.end()
picture.follow_theme()
warm_up.once()
