"""Published figures compared with computed ones."""

import streamlit as st

from viz.ui import controls
from viz.ui.parts import check as part
from viz.ui.translate import _

controls.heading(_("Printed and computed"))
part.show_claims()
controls.heading(_("Why tools count differently"))
part.show_counts(st.session_state["config"])
