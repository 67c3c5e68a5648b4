"""Compound scaling compared with scaling one dimension at equal cost."""

from functools import partial

import streamlit as st

from viz.lessons.compound import ways
from viz.ui import lesson
from viz.ui.parts import compound as part
from viz.ui.translate import _

question_place = st.container()
phi = part.chosen()
found = ways(phi)
question = part.question_of(found)
with question_place:
    part.ask(question)
part.show_chart(found, phi)
part.answer(question, found)
lesson.more(_("Formula and table"), partial(part.show_details, found))
