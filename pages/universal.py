"""Lesson on V4's universal bottleneck and the fused block."""

from viz.ui import controls
from viz.ui.parts import universal as part

tabs = controls.tabs("part", part.part())
if tabs["faces"].open:
    with tabs["faces"]:
        part.show_faces()
if tabs["fused"].open:
    with tabs["fused"]:
        part.show_fused()
