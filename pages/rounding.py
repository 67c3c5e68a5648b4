"""Channel rounding, and its effect on parameters and MACs by width."""

import streamlit as st

from viz.ui import controls
from viz.ui.parts import rounding as part
from viz.ui.translate import _

config = st.session_state["config"]
controls.heading(_("Requested and rounded channels"))
question = part.question_of(config)
part.ask(question)
part.show_staircase(config)
part.answer(question)
left, right = st.columns([6, 5], gap="medium")
with left:
    controls.heading(_("Every layer of this network"))
    part.show_layers(config)
with right:
    controls.heading(_("Cost against width"))
    part.show_sweep(config)
