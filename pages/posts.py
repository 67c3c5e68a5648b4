"""Differences, claims and quiz about the blog posts."""

from viz.ui import controls
from viz.ui.parts import implementations, quiz
from viz.ui.parts import posts as part

tabs = controls.tabs("part", part.part())
if tabs["differences"].open:
    with tabs["differences"]:
        implementations.show()
if tabs["post"].open:
    with tabs["post"]:
        part.show_post()
if tabs["claims"].open:
    with tabs["claims"]:
        part.show_claims()
if tabs["quiz"].open:
    with tabs["quiz"]:
        quiz.show()
