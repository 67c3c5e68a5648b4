"""Cost and accuracy by width and resolution."""

from functools import partial

import streamlit as st

from viz.ui import lesson
from viz.ui.parts import scaling as part
from viz.ui.translate import _

config = st.session_state["config"]
question = part.question_of(config)
part.ask(question)
part.show_grid(config)
part.answer(question, config)
lesson.more(_("Formula"), partial(part.explain, config))
lesson.more(_("Accuracy against cost"), partial(part.show_accuracy, config))
