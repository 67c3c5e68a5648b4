"""Lesson on the linear bottleneck."""

from functools import partial

import streamlit as st

from viz.ui import lesson
from viz.ui.parts import linear as part
from viz.ui.translate import _

question_place = st.container()
setting = part.chosen()
rows = part.rows_of(setting)
question = part.question_of(setting, rows)
with question_place:
    part.ask(question)
part.show_spirals(setting)
part.answer(question, rows)
lesson.more(_("Formula and table"), partial(part.show_details, setting, rows))
