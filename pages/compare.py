"""Two networks side by side, aligned by resolution stage."""

import streamlit as st

from viz.net.trace import trace_config
from viz.ui import controls, pickers
from viz.ui.parts import compare as part
from viz.ui.translate import _

with st.container(key="controls"):
    second = pickers.network_row(part.PREFIX, _("Compared with"))
left, right = trace_config(st.session_state["config"]), trace_config(second)
part.show_picture(left, right)
part.show_totals(left, right)
part.show_changes(left, right)
controls.heading(_("Block by block"))
part.show_table(left, right)
part.show_running_totals(left, right)
