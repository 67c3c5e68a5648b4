"""Channel rounding, and its effect on parameters and MACs by width."""

from functools import partial

import streamlit as st

from viz.ui import controls, frame, lesson
from viz.ui.parts import rounding as part
from viz.ui.translate import _

config = st.session_state["config"]
controls.heading(_("Requested and rounded channels"))
question = part.question_of(config)
part.ask(question)
part.show_staircase(config)
part.answer(question)
title = _("Every layer of this network, and cost against width")
lesson.more(title, partial(frame.follow_width, part.show_network))
