"""The shape of a lesson: a question, a guess, the picture with its control, the answer.

A part of a page says ``ask``, shows its picture, and says ``answer``; theory folds out in ``more``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from viz.net.fields import Word
from viz.ui import query
from viz.ui.controls import Control
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _

SKIP = "skip"  # the key of an answer without a guess


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one sentence, and what may be guessed: keys of the URL -> words on screen.

    ``name`` is the guess's in the URL, ``right`` the key of what is so.
    """

    name: str
    text: str
    choices: Mapping[str, str]
    right: str


def guess(*keys: str) -> Control:
    """What a link may say of a guess at one of ``keys``."""
    return Control(_("Your guess"), Word((*keys, SKIP)))


def ask(question: Question, control: Control) -> None:
    """The question, and its guesses in the same line where there is room."""
    with st.container(key="lesson", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{question.text}**", width="content")
        guessed = _guess(question, control)
        if guessed in question.choices:
            st.markdown(_verdict(question, guessed), width="content")


def _guess(question: Question, control: Control) -> str:
    """The guess, or nothing; what is not offered is none."""
    field = control.field
    assert isinstance(field, Word)  # as ``guess`` makes it
    query.sync(question.name, field)
    called = {**_distinct(question), SKIP: _("Show the answer")}
    if st.session_state.get(question.name) not in called:
        st.session_state[question.name] = None
    picked = st.pills(
        control.label,
        list(called),
        format_func=called.__getitem__,
        key=question.name,
        label_visibility="collapsed",
        width="content",
    )
    return picked or ""


def _distinct(question: Question) -> dict[str, str]:
    """The choices without those that come to the same as another one, or as the right one."""
    right = question.choices[question.right]
    found: dict[str, str] = {}
    for key, words in question.choices.items():
        if key == question.right or words not in (right, *found.values()):
            found[key] = words
    return found


def _verdict(question: Question, guessed: str) -> str:
    if guessed == question.right:
        return _("✓ **Right.**")
    return _("✗ It is **{right}**.").format(right=question.choices[question.right])


def answer(question: Question, words: str, source: str) -> None:
    """The answer in two sentences and its source, once a guess was made or skipped."""
    if st.session_state.get(question.name):
        st.markdown(words)
        st.caption(source)


def more(label: str) -> DeltaGenerator:
    """Where formulas and tables are, folded."""
    return st.expander(label)
