"""Measured latency of two networks, in total and by block."""

import streamlit as st

from viz.ui import pickers
from viz.ui.parts import timing as part
from viz.ui.translate import _

above = st.container()
second = pickers.chosen_in(above, part.PREFIX, _("Compared with"))
with above:
    pickers.network_row(part.PREFIX, _("Compared with"))
part.show(st.session_state["config"], second)
