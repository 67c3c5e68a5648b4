"""Lesson on branches that become one kernel."""

from functools import partial

import streamlit as st

from viz.ui import controls, lesson
from viz.ui.parts import branches as part
from viz.ui.translate import _

question_place = st.container()
tabs = controls.tabs("part", part.parameters()["part"])
if tabs["kernels"].open:
    with tabs["kernels"]:
        setting = part.chosen()
        part.show_picture(setting)
if tabs["eval"].open:
    with tabs["eval"]:
        part.show_forgotten(part.network())
question = part.question_of(part.network())
with question_place:
    part.ask(question)
part.answer(question, part.network())
lesson.more(_("Formula and table"), partial(part.explain, part.network()))
