"""Lesson on the linear bottleneck."""

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
with lesson.more(_("Formula and table")):
    left, right = st.columns(2, gap="large")
    with left:
        part.explain()
    with right:
        part.show_figures(setting, rows)
