"""The quiz: one question at a time, a score in the URL."""

import streamlit as st

from viz.claims import CLAIMS, QUIZ, PostClaim, Question
from viz.net.fields import Text, Word
from viz.ui import controls, query, slides
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

SCORE, RIGHT, WRONG, OPEN = "score", "r", "w", "-"
GOOD, BAD = ":material/check:", ":material/close:"


def controls_of() -> Controls:
    """URL parameters of this part; the score holds right and wrong, not the answers."""
    questions = tuple(str(index) for index in range(1, len(QUIZ) + 1))
    return {
        "question": Control(_("Spot the mistake"), Word(questions, "1")),
        SCORE: Control("", Text(len(QUIZ))),
    }


def show() -> None:
    """One question at a time; the URL says which were right at once, never what the answers are."""
    with slides.screen("quiz"):
        _show()


def _show() -> None:
    asked = controls_of()
    query.sync(SCORE, asked[SCORE].field)
    number = int(controls.choice("question", asked["question"]))
    question = QUIZ[number - 1]
    claim = CLAIMS[question.claim]
    with st.container(border=True):
        st.markdown(f"### {question.printed}")
        st.caption(_("post {places}").format(places=", ".join(claim.where)))
        given = _given().get(question.claim)
        answer = st.radio(
            _("What is wrong?"),
            question.answers,
            index=question.answers.index(given) if given else None,
            key=f"answer-{number}",
            on_change=_judge,
            args=(number,),
        )
        if answer:
            _given()[question.claim] = str(answer)
            _show_answer(question, claim, str(answer))
    _show_score(number)


def _judge(number: int) -> None:
    """Only the first answer counts."""
    score = _score()
    if score[number - 1] == OPEN:
        question = QUIZ[number - 1]
        right = st.session_state[f"answer-{number}"] == question.answers[question.right]
        st.session_state[SCORE] = score[: number - 1] + (RIGHT if right else WRONG) + score[number:]


def _score() -> str:
    """A letter for each question."""
    marks = "".join(sign if sign in (RIGHT, WRONG) else OPEN for sign in st.session_state[SCORE])
    return marks.ljust(len(QUIZ), OPEN)


def _show_score(number: int) -> None:
    score = _score()
    told = _("{right} of {all} right at the first try.").format(
        right=score.count(RIGHT), all=len(QUIZ)
    )
    if OPEN in score:
        following = [i for i in (*range(number, len(QUIZ)), *range(number)) if score[i] == OPEN]
        left, right = st.columns([1, 5], vertical_alignment="center")
        left.button(_("Next"), on_click=_go_to, args=(following[0] + 1,))
        right.caption(told)
        return
    missed = [str(i + 1) for i, sign in enumerate(score) if sign == WRONG]
    rest = _("Look again at {questions}.").format(questions=", ".join(missed)) if missed else ""
    st.success(f"{told} {rest}".strip(), icon=GOOD)
    st.button(_("Start again"), on_click=_start_again)


def _go_to(number: int) -> None:
    st.session_state["question"] = str(number)


def _start_again() -> None:
    st.session_state[SCORE] = ""
    st.session_state["quiz"] = {}
    _go_to(1)


def _given() -> dict[str, str]:
    """Answers so far, by claim; Streamlit forgets the state of a control that is not drawn."""
    answers: dict[str, str] = st.session_state.setdefault("quiz", {})
    return answers


def _show_answer(question: Question, claim: PostClaim, answer: str) -> None:
    if answer == question.answers[question.right]:
        st.success(_("Right. {evidence}").format(evidence=claim.shown()), icon=GOOD)
    else:
        st.warning(_("Not quite. Look again."), icon=BAD)
    st.page_link(
        f"{claim.page}.py",
        label=_("See for yourself"),
        icon=":material/arrow_forward:",
        query_params=dict(claim.link),
    )
