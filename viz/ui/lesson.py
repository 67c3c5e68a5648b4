"""The shape of a lesson: a question, a guess, the picture with its control, the answer.

A part of a page says ``ask``, shows its picture, and says ``answer``; theory folds out in ``more``.
Who teaches may hide numbers until there is a guess: ``?hide=true``, on every lesson.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from viz.net.fields import Switch, Word
from viz.ui import controls, query, slides
from viz.ui.controls import Control
from viz.ui.translate import _

SKIP = "skip"  # the key of an answer without a guess
HIDE = "hide"
PIXELS = 440  # of a chart below a lesson's question and controls, on a laptop
_PIXELS, _HIDDEN = "lesson:pixels", "lesson:hidden"
_STYLE = Path(__file__).with_name("assets") / "lesson.css"


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


def begin() -> None:
    """Once a run, before the page: nothing has been asked, nothing is hidden."""
    st.session_state[_PIXELS], st.session_state[_HIDDEN] = None, False


def ask(question: Question, control: Control, *, pixels: int = PIXELS) -> None:
    """The question, and its guesses in the same line where there is room.

    Charts below it are as high as ``pixels`` at most, so that a laptop shows the whole of them.
    """
    if slides.has_bar():  # within a story, the story asks
        return
    with st.container(key="lesson", horizontal=True, vertical_alignment="center"):
        st.html(_style())
        st.markdown(f"**{question.text}**", width="content")
        guessed = _guess(question, control)
        if guessed in question.choices:
            st.markdown(_verdict(question, guessed), width="content")
        hides = _switch()
    st.session_state[_PIXELS] = pixels
    st.session_state[_HIDDEN] = hides and not guessed


@lru_cache(maxsize=1)
def _style() -> str:
    return f"<style>{_STYLE.read_text('utf-8')}</style>"


def chart_pixels() -> int | None:
    """How high charts may be, where a lesson has asked in this run."""
    found: int | None = st.session_state.get(_PIXELS)
    return found


def hides() -> bool:
    """Whether numbers of the answer are not to be seen yet."""
    return bool(st.session_state.get(_HIDDEN))


def _switch() -> bool:
    words = _("Pictures show no results, and tables stay away, until a guess is made or skipped.")
    return controls.toggle(HIDE, Control(_("Hide numbers"), Switch(), help=words))


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
    if st.session_state.get(question.name) and not slides.has_bar():
        st.markdown(words)
        st.caption(source)


def note(words: str) -> None:
    """What is said of the picture: with the answer, where numbers are hidden."""
    if not hides():
        st.caption(words)


def more(label: str, show: Callable[[], object]) -> None:
    """Formulas and tables, folded: with the answer, where numbers are hidden."""
    if not hides():
        with st.expander(label):
            show()
