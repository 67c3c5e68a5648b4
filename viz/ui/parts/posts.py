"""Parts of the page on posts and papers: claims with live evidence, and the quiz."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from viz.claims import CLAIMS, POSTS, QUIZ, UNCOMPUTED, VERDICTS, PostClaim, Question, Verdict
from viz.net.config import Config
from viz.net.fields import Word, Words
from viz.ui import controls, grid
from viz.ui.controls import Control, Controls
from viz.ui.parts import implementations
from viz.ui.translate import _

PER_ROW = 3
BADGES: dict[Verdict, Literal["green", "orange", "red"]] = {
    "true": "green",
    "imprecise": "orange",
    "false": "red",
}
ICONS = {
    "true": ":material/check:",
    "imprecise": ":material/rule:",
    "false": ":material/close:",
}


def parameters(_config: Config | None = None) -> Controls:
    """What links may say of the page."""
    questions = tuple(str(index) for index in range(1, len(QUIZ) + 1))
    return {
        "part": part(),
        **implementations.controls_of(),
        "posts": Control(_("Posts"), Words(POSTS)),
        "verdicts": Control(_("Verdicts"), Words(VERDICTS)),
        "question": Control(_("Spot the mistake"), Word(questions, "1")),
    }


def part() -> Control:
    """The page's tabs."""
    names = {"differences": _("Differences"), "claims": _("Claims"), "quiz": _("Quiz")}
    return Control("", Word(tuple(names), "differences"), names.__getitem__)


def show_claims() -> None:
    """Claims by post and verdict, each a card; below, those that are not computed."""
    left, right = st.columns(2)
    with left:
        posts = controls.several("posts", parameters()["posts"])
    with right:
        verdicts = controls.several("verdicts", parameters()["verdicts"])
    chosen = [claim for claim in CLAIMS.values() if _fits(claim, posts, verdicts)]
    counts = [sum(claim.verdict == verdict for claim in chosen) for verdict in VERDICTS]
    st.caption(
        _("{all} claims: {true} true, {imprecise} imprecise, {false} false. ").format(
            all=len(chosen), **dict(zip(VERDICTS, counts, strict=True))
        )
        + _("Statements are ours, verdicts too; numbers are computed as you read.")
    )
    for start in range(0, len(chosen), PER_ROW):
        row = chosen[start : start + PER_ROW]
        for column, claim in zip(st.columns(PER_ROW), row, strict=False):
            with column.container(border=True, height="stretch"):
                _show_card(claim)
    with st.expander(_("Not computed, and why")):
        columns = {
            "key": _("Claim"),
            "posts": _("Post"),
            "statement": _("Statement"),
            "reason": _("Why not"),
        }
        grid.show(_open_rows(), columns)


def _fits(claim: PostClaim, posts: Sequence[str], verdicts: Sequence[str]) -> bool:
    by_post = not posts or bool(set(posts) & set(claim.posts))
    return by_post and (not verdicts or claim.verdict in verdicts)


def _show_card(claim: PostClaim) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{claim.key}**")
        st.badge(claim.verdict, color=BADGES[claim.verdict], icon=ICONS[claim.verdict])
        st.caption(_("post {places}").format(places=", ".join(claim.where)))
    st.markdown(f"*{claim.statement}*")
    st.markdown(claim.shown())
    st.page_link(
        f"{claim.page}.py",
        label=_("Test it"),
        icon=":material/arrow_forward:",
        query_params=dict(claim.link),
    )


def _open_rows() -> list[dict[str, str]]:
    return [
        {
            "key": claim.key,
            "posts": ", ".join(claim.where),
            "statement": claim.statement,
            "reason": claim.reason,
        }
        for claim in UNCOMPUTED
    ]


def show_quiz() -> None:
    """One question at a time; the answer is not part of the link, the question is."""
    number = controls.choice("question", parameters()["question"])
    question = QUIZ[int(number) - 1]
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
        )
        if answer:
            _given()[question.claim] = str(answer)
            _show_answer(question, claim, str(answer))
    right = sum(_is_right(question) for question in QUIZ)
    st.caption(_("{right} of {all} right so far.").format(right=right, all=len(QUIZ)))


def _given() -> dict[str, str]:
    """Answers so far, by claim; Streamlit forgets the state of a control that is not drawn."""
    answers: dict[str, str] = st.session_state.setdefault("quiz", {})
    return answers


def _is_right(question: Question) -> bool:
    return _given().get(question.claim) == question.answers[question.right]


def _show_answer(question: Question, claim: PostClaim, answer: str) -> None:
    if answer == question.answers[question.right]:
        st.success(_("Right. {evidence}").format(evidence=claim.shown()), icon=ICONS["true"])
    else:
        st.warning(_("No; look again."), icon=ICONS["false"])
    st.page_link(
        f"{claim.page}.py",
        label=_("Look for yourself"),
        icon=":material/arrow_forward:",
        query_params=dict(claim.link),
    )
