"""Parts of the page that makes a whole lecture."""

from collections.abc import Collection
from functools import lru_cache

import streamlit as st

from viz.net.config import Config
from viz.net.design import KEY
from viz.net.fields import Words
from viz.net.zoo import ZOO
from viz.ui import controls, downloads, query
from viz.ui.admission import away
from viz.ui.controls import Control, Controls
from viz.ui.pickers import DESIGN, choices, network_name
from viz.ui.translate import _

# Repeated here, so that the page need not import what writes files; a test keeps them equal.
TOPICS = (
    "family",
    "totals",
    "convolution",
    "residual",
    "networks",
    "pair",
    "costs",
    "activations",
    "rounding",
    "faces",
    "hardware",
)
PER_NETWORK = ("networks", "costs")  # repeated likewise
DEFAULT = ("v1", "v2", "v3-large", "v3-small")
FORMATS = {
    "pptx": ("PowerPoint", "vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": ("PDF", "pdf"),
}
SLIDES = "topics"  # in the URL
BUILT = "built_deck"
PER_ROW = 4
KEPT = 4  # previews, of some hundred kilobytes each


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    single = [f"{topic}-{key}" for topic in PER_NETWORK for key in (*ZOO, KEY)]
    # A link may name one page of a topic, but no sentence lists them all.
    slides = Words(TOPICS, TOPICS, dict(zip(single, single, strict=True)))
    return {
        KEY: Control("", DESIGN),
        "about": Control(_("Networks"), Words(choices(), DEFAULT), network_name),
        SLIDES: Control(_("Slides"), slides),
    }


def chosen() -> tuple[list[str], list[str]]:
    """Networks and topics; what chooses the topics is the slides themselves."""
    if choices()[-1] == KEY:
        query.sync(KEY, DESIGN)
    networks = controls.several("about", parameters()["about"])
    query.sync(SLIDES, parameters()[SLIDES].field)
    return networks, list(st.session_state[SLIDES])


def explain() -> None:
    """What the files hold."""
    st.caption(
        _(
            "PowerPoint: native shapes, tables and charts, with notes. PDF: vectors, no notes. "
            "In the shell: python -m viz export all --what deck --format pptx --output lecture.pptx"
        )
    )


def build_buttons(networks: list[str], topics: list[str]) -> None:
    """A button for each format; when the file is there, one to save it."""
    if not networks or not topics:
        st.info(_("Choose at least one network and tick at least one slide."))
        return
    wanted = (tuple(networks), tuple(topics), _design(networks))
    with st.container(horizontal=True):
        for kind, (label, mime) in FORMATS.items():
            if st.button(_("Build {format}").format(format=label), key=f"build-{kind}"):
                with away():
                    content = _built(kind, *wanted)
                st.session_state[BUILT] = (wanted, kind, content)
            built = st.session_state.get(BUILT)
            if built and built[:2] == (wanted, kind):
                st.download_button(
                    _("Download {format}").format(format=label),
                    built[2],
                    f"mobilenets.{kind}",
                    f"application/{mime}",
                    key=f"save-{kind}",
                    on_click="ignore",
                    type="primary",
                )


def show_slides(networks: list[str], topics: list[str]) -> None:
    """Every slide about the networks as a small picture, to be ticked."""
    if not networks:
        return
    with st.spinner(_("Drawing…")), away():
        made = _previews(tuple(networks), _design(networks))
    pages = [topic for topic, _title, _svg in made]
    ticked = _ticked(pages, topics)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("**{n} of {all} slides**").format(n=len(ticked), all=len(pages)))
        _tick_button(_("All"), list(TOPICS))
        _tick_button(_("None"), [])
    with st.container(key="slides-of-deck"):
        for start in range(0, len(made), PER_ROW):
            for column, slide in zip(st.columns(PER_ROW), made[start:], strict=False):
                with column:
                    _thumbnail(*slide, pages, topics)


def _tick_button(label: str, topics: list[str]) -> None:
    def tick() -> None:
        st.session_state[SLIDES] = topics

    st.button(label, on_click=tick, type="tertiary")


def _thumbnail(page: str, title: str, svg: str, pages: list[str], topics: list[str]) -> None:
    """A slide's picture and its tick, whose label lies over the picture too."""
    key, ticked = f"slide-{page}", _ticked(pages, topics)

    def tick() -> None:
        chosen = {*ticked, page} if st.session_state[key] else {*ticked} - {page}
        st.session_state[SLIDES] = _topics(chosen, pages, topics)

    st.image(svg, width="stretch", alt="")  # the tick says what it is
    st.session_state[key] = page in ticked
    number = f"{ticked.index(page) + 1}\\. " if page in ticked else ""
    st.checkbox(number + query.plain(title), key=key, on_change=tick)


def _ticked(pages: list[str], topics: list[str]) -> list[str]:
    """The pages that topics choose."""
    return [page for page in pages if page in topics or page.partition("-")[0] in topics]


def _topics(ticked: Collection[str], pages: list[str], topics: list[str]) -> list[str]:
    """The topics of ticked pages: one with several pages is named where all of them are ticked.

    One that has no page about these networks stays as it was.
    """
    named = []
    for topic in TOPICS:
        own = [page for page in pages if page.partition("-")[0] == topic]
        wanted = [page for page in own if page in ticked]
        is_whole = wanted == own if own else topic in topics
        named += [topic] if is_whole else wanted
    return named


def _design(networks: list[str]) -> str:
    """The text of the reader's own network, where it is among those chosen."""
    return str(st.session_state[KEY]) if KEY in networks else ""


@lru_cache(maxsize=KEPT)
def _previews(networks: tuple[str, ...], design: str) -> list[tuple[str, str, str]]:
    from viz.exports.lecture import Lecture  # as below
    from viz.exports.preview import previews

    return list(previews(Lecture(networks, design=design)))


def _built(kind: str, networks: tuple[str, ...], topics: tuple[str, ...], design: str) -> bytes:
    from viz.exports.deck import DECKS  # a second of imports, which opening the page must not cost
    from viz.exports.lecture import Lecture

    bar = st.progress(0.0, _("Building…"))

    def progress(done: int, total: int) -> None:
        bar.progress(done / total, _("Page {done} of {all}").format(done=done, all=total))

    made = DECKS[kind](Lecture(networks, topics, downloads.origin(), design), progress)
    bar.empty()
    return made
