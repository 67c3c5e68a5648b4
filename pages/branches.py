"""Lesson on branches that become one kernel."""

from functools import partial

from viz.ui import controls, lesson
from viz.ui.parts import branches as part
from viz.ui.translate import _

question = part.question_of(part.network())
part.ask(question)
tabs = controls.tabs("part", part.parameters()["part"])
if tabs["kernels"].open:
    with tabs["kernels"]:
        part.show_picture(part.chosen())
if tabs["eval"].open:
    with tabs["eval"]:
        part.show_forgotten(part.network())
part.answer(question, part.network())
lesson.more(_("Formula and table"), partial(part.explain, part.network()))
