"""Parts of the page on posts and papers: claims with live evidence, and the quiz."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from viz.claims import CLAIMS, POSTS, UNCOMPUTED, VERDICTS, PostClaim, Verdict
from viz.net.config import Config
from viz.net.fields import Word, Words
from viz.net.zoo import ZOO
from viz.net.zoo.posts import ARTICLES
from viz.ui import controls, grid, query
from viz.ui.controls import Control, Controls
from viz.ui.parts import implementations, quiz
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
    """URL parameters of the page."""
    return {
        "part": part(),
        **implementations.controls_of(),
        **quiz.controls_of(),
        "posts": Control(_("Posts"), Words(POSTS)),
        "verdicts": Control(_("Verdicts"), Words(VERDICTS)),
        "about": Control(_("Post"), Word(POSTS, POSTS[0]), _post_name),
    }


def part() -> Control:
    """The page's tabs."""
    names = {
        "differences": _("Differences"),
        "post": _("One post"),
        "claims": _("Claims"),
        "quiz": _("Quiz"),
    }
    return Control("", Word(tuple(names), "differences"), names.__getitem__)


def _about() -> dict[str, str]:
    """Summary of each post; the posts' text is not reproduced."""
    return {
        "000": _(
            "On the PyTorch source of V3: a toy model with SE, and a Mermaid sequence diagram."
        ),
        "001": _(
            "Course notes on V1, V2 and V3: tables, both networks, and scripts that train them."
        ),
        "002": _("The inverted residual of V2, and the whole network in PyTorch."),
        "003": _("V3 step by step, in fragments of PyTorch."),
        "004": _("V3-Large in Keras, and an answer on how to draw it."),
    }


def _post_name(key: str) -> str:
    return _("post {key}: {about}").format(key=key, about=_about()[key])


def show_post() -> None:
    """One post: summary, networks and claims."""
    post = controls.pick("about", parameters()["about"])
    _show_article(post)
    networks = [key for key in ZOO if key.startswith(f"post-{post}")]
    with st.container(horizontal=True):
        for key in networks:
            st.page_link(
                "architecture.py",
                label=_("Open {network}").format(network=ZOO[key].name),
                icon=":material/arrow_forward:",
                query_params={"network": key},
            )
    for key in networks:
        st.markdown(f"**{ZOO[key].name}**: {ZOO[key].summary}")
    claims = [claim for claim in CLAIMS.values() if post in claim.posts]
    _show_counts(claims)
    rows = [
        {
            _("Claim"): claim.key,
            _("Verdict"): claim.verdict,
            _("Statement"): claim.statement,
            _("Evidence"): claim.shown(),
        }
        for claim in claims
    ]
    st.table(rows, hide_index=True, border="horizontal")
    open_claims = ", ".join(claim.key for claim in UNCOMPUTED if post in _posts_of(claim.where))
    if open_claims:
        st.caption(_("Other claims (not computed): {claims}.").format(claims=open_claims))


def _show_article(post: str) -> None:
    article = ARTICLES[post]
    link = f" · [{_('source code')}]({article.url})" if article.url else ""
    st.caption(query.plain(article.title) + link)


def _posts_of(places: Sequence[str]) -> set[str]:
    return {place.partition(":")[0] for place in places}


def _show_counts(claims: Sequence[PostClaim]) -> None:
    counts = [sum(claim.verdict == verdict for claim in claims) for verdict in VERDICTS]
    st.caption(
        _("Claims: {all}, of which {true} true, {imprecise} imprecise, {false} false. ").format(
            all=len(claims), **dict(zip(VERDICTS, counts, strict=True))
        )
        + _(
            "We worded statements and verdicts; numbers are computed live. Missing claim "
            "numbers belong to claims that are not computed."
        )
    )


def show_claims() -> None:
    """Claims by post and verdict, each a card; below, those that are not computed."""
    left, right = st.columns(2)
    with left:
        posts = controls.several("posts", parameters()["posts"])
    with right:
        verdicts = controls.several("verdicts", parameters()["verdicts"])
    chosen = [claim for claim in CLAIMS.values() if _fits(claim, posts, verdicts)]
    _show_counts(chosen)
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
            "reason": _("Reason"),
        }
        grid.show(_open_rows(), columns)


def _fits(claim: PostClaim, posts: Sequence[str], verdicts: Sequence[str]) -> bool:
    by_post = not posts or bool(set(posts) & set(claim.posts))
    return by_post and (not verdicts or claim.verdict in verdicts)


def _show_card(claim: PostClaim) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        controls.heading(claim.key)
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
