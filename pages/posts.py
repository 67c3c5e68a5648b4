"""What posts say, print and claim, against the papers and against the numbers."""

import streamlit as st

from viz.claims import POSTS, QUIZ, VERDICTS
from viz.lessons.dialects import POINTS, implementations
from viz.ui import claims, dialects, link
from viz.ui.words import _

parts = [_("Differences"), _("Claims"), _("Quiz")]
link.repair(
    {
        "part": link.one_of("part", parts),
        "point": link.one_of("point", list(POINTS)),
        "in": link.one_of("in", implementations()),
        "posts": link.one_of("posts", POSTS),
        "verdicts": link.one_of("verdicts", VERDICTS),
        "question": link.between("question", 1, len(QUIZ)),
    }
)
differences, cards, quiz = st.tabs(parts, key="part", bind="query-params")
if differences.open:
    with differences:
        dialects.show()
if cards.open:
    with cards:
        claims.show()
if quiz.open:
    with quiz:
        claims.show_quiz()
