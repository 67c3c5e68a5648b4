"""Parts of the page that makes a whole lecture."""

from functools import lru_cache

import streamlit as st

from viz.net.config import Config
from viz.net.design import KEY
from viz.net.fields import Words
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
DEFAULT = ("v1", "v2", "v3-large", "v3-small")
FORMATS = {
    "pptx": ("PowerPoint", "vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": ("PDF", "pdf"),
}
BUILT = "built_deck"
PER_ROW = 4
KEPT = 4  # previews, of some hundred kilobytes each


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    return {
        KEY: Control("", DESIGN),
        "about": Control(_("Networks"), Words(choices(), DEFAULT), network_name),
        "topics": Control(_("Slides"), Words(TOPICS, TOPICS), _topic_texts().__getitem__),
    }


def _topic_texts() -> dict[str, str]:
    texts = (
        _("Parameters against MACs"),
        _("All networks in one table"),
        _("Separable convolution"),
        _("Inverted residual"),
        _("Each network"),
        _("Last two side by side"),
        _("Cost by block"),
        _("Activations"),
        _("Channel rounding"),
        _("V4's four variants"),
        _("Latency by device"),
    )
    return dict(zip(TOPICS, texts, strict=True))


def chosen() -> tuple[list[str], list[str]]:
    """Networks and topics."""
    left, right = st.columns(2)
    if choices()[-1] == KEY:
        query.sync(KEY, DESIGN)
    with left:
        networks = controls.several("about", parameters()["about"])
    with right:
        topics = controls.several("topics", parameters()["topics"])
    return networks, topics


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
        st.info(_("Choose at least one network and one topic."))
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


def show_preview(networks: list[str], topics: list[str]) -> None:
    """The pages as small pictures."""
    if not networks or not topics:
        return
    with st.spinner(_("Drawing…")), away():
        made = _previews(tuple(networks), tuple(topics), _design(networks))
    for start in range(0, len(made), PER_ROW):
        for column, number in zip(st.columns(PER_ROW), range(start, len(made)), strict=False):
            title, svg = made[number]
            column.image(svg, caption=f"{number + 1}. {title}", alt=title)


def _design(networks: list[str]) -> str:
    """The text of the reader's own network, where it is among those chosen."""
    return str(st.session_state[KEY]) if KEY in networks else ""


@lru_cache(maxsize=KEPT)
def _previews(
    networks: tuple[str, ...], topics: tuple[str, ...], design: str
) -> list[tuple[str, str]]:
    from viz.exports.lecture import Lecture  # as below
    from viz.exports.preview import previews

    return list(previews(Lecture(networks, topics, design=design)))


def _built(kind: str, networks: tuple[str, ...], topics: tuple[str, ...], design: str) -> bytes:
    from viz.exports.deck import DECKS  # a second of imports, which opening the page must not cost
    from viz.exports.lecture import Lecture

    bar = st.progress(0.0, _("Building…"))

    def progress(done: int, total: int) -> None:
        bar.progress(done / total, _("Page {done} of {all}").format(done=done, all=total))

    made = DECKS[kind](Lecture(networks, topics, downloads.origin(), design), progress)
    bar.empty()
    return made
