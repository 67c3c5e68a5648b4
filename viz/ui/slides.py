"""The slide view, ``?view=slide``: the page's one picture on the whole screen, nothing else.

The page runs as ever, so that nothing of it is lost; its first picture is laid over it.
"""

from pathlib import Path

import streamlit as st

from viz.theme import PALETTES, Mode
from viz.ui.translate import _

ASSETS = Path(__file__).with_name("assets")
STYLE, TABLES = ASSETS / "slide.css", ASSETS / "slide-tables.css"
VIEW, SLIDE = "view", "slide"
SHOWN, CAPTION = "slide_shown", "slide_caption"
OVER = "slide"  # the key of the container that covers the page


def wanted() -> bool:
    """Whether the address asks for the slide view."""
    return bool(st.query_params.get(VIEW) == SLIDE)


def begin(mode: Mode, caption: str) -> None:
    """Once a run, before the page: the cover, where the slide is wanted."""
    st.session_state[SHOWN] = False
    st.session_state[CAPTION] = caption
    if wanted():
        palette = PALETTES[mode]
        st.html(f"<style>:root{{--slide:{palette.paper}}}{STYLE.read_text('utf-8')}</style>")


def button() -> None:
    """The button and key that switch."""
    st.button(
        _("Leave") if wanted() else _("Slide"),
        key="switch",
        icon=":material/slideshow:",
        shortcut="Esc" if wanted() else "S",
        type="tertiary",
        on_click=_switch,
    )


def _switch() -> None:
    if wanted():
        del st.query_params[VIEW]
    else:
        st.query_params[VIEW] = SLIDE


def claim() -> bool:
    """Claim the slide: True for the first picture of a run."""
    if not wanted() or st.session_state.get(SHOWN, True):
        return False
    st.session_state[SHOWN] = True
    return True


def end(*, tables: bool) -> None:
    """Once a run, after the page: one without a picture shows its tables, or says what it lacks."""
    if not wanted() or st.session_state.get(SHOWN):
        return
    if tables:
        st.html(f"<style>{TABLES.read_text('utf-8')}</style>")
        return
    with st.container(key=OVER):
        st.html(f'<p class="nothing">{_("There is no picture on this page yet.")}</p>')


def caption() -> str:
    """What the slide is about: page and configuration."""
    return str(st.session_state.get(CAPTION, ""))
