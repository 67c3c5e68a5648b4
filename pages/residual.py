"""Lesson on the inverted residual."""

from functools import partial

import streamlit as st

from viz.ui import lesson
from viz.ui.parts import residual as part
from viz.ui.translate import _

question_place = st.container()
values = part.chosen()
blocks = part.blocks_of(values)
question = part.question_of(blocks)
with question_place:
    part.ask(question)
part.show_picture(blocks, values)
part.answer(question, blocks)
lesson.more(_("Formula and table"), partial(part.show_details, blocks))
