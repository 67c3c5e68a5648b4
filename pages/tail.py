"""Lesson on V3's cheaper last stage and stem."""

from viz.ui import controls
from viz.ui.parts import tail as part

tabs = controls.tabs("part", part.part())
if tabs["last"].open:
    with tabs["last"]:
        part.show_last_stage()
if tabs["stem"].open:
    with tabs["stem"]:
        part.show_stem()
