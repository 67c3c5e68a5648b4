"""What posts say, print and claim, against the papers and against the numbers."""

import streamlit as st

from viz.claims import POSTS, QUIZ, VERDICTS
from viz.lessons import dialects
from viz.ui import query
from viz.ui.parts import claims, implementations
from viz.ui.translate import _

parts = [_("Differences"), _("Claims"), _("Quiz")]
query.repair(
    {
        "part": query.one_of("part", parts),
        "point": query.one_of("point", list(dialects.POINTS)),
        "in": query.one_of("in", dialects.implementations()),
        "posts": query.one_of("posts", POSTS),
        "verdicts": query.one_of("verdicts", VERDICTS),
        "question": query.between("question", 1, len(QUIZ)),
    }
)
differences, cards, quiz = st.tabs(parts, key="part", bind="query-params")
if differences.open:
    with differences:
        implementations.show()
if cards.open:
    with cards:
        claims.show()
if quiz.open:
    with quiz:
        claims.show_quiz()
