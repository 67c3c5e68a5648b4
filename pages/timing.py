"""Measured latency of two networks, in total and by block."""

import streamlit as st

from viz.ui import pickers
from viz.ui.parts import timing as part
from viz.ui.translate import _

second = pickers.network_row(part.PREFIX, _("Compared with"))
part.show(st.session_state["config"], second)
