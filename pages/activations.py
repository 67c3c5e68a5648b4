"""The family's activation functions: curves, derivatives, differences, and 8 bits."""

from functools import partial

import streamlit as st

from viz.ui import frame, lesson
from viz.ui.parts import activations as part
from viz.ui.translate import _

question_place = st.container()
keys, reach = part.chosen()
question = part.question_of(reach)
with question_place:
    part.ask(question)
part.show_curves(keys, reach)
part.answer(question, reach)
lesson.more(_("Formulas"), partial(part.show_formulas, keys, reach))
lesson.more(_("Difference of two"), partial(part.show_difference, reach))
lesson.more(_("A bound sets the quantisation step"), part.show_grid)
title = part.uses_title(st.session_state["config"])
lesson.more(title, partial(frame.follow_width, part.show_uses))
