"""The slide view, ``?view=slide``: the page's one picture on the whole screen, nothing else.

The page runs as ever, so that nothing of it is lost; its first picture is laid over it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from viz.charts.slide import HEIGHT
from viz.theme import PALETTES, Mode
from viz.ui.translate import _

ASSETS = Path(__file__).with_name("assets")
STYLE, SCREEN_STYLE = ASSETS / "slide.css", ASSETS / "slide-screen.css"
VIEW, SLIDE = "view", "slide"
BAR = 162  # pixels of a slide above its picture, where a story has its bar
HAS_BAR = "slide_bar"
SHOWN, CAPTION = "slide_shown", "slide_caption"
FOUND, OFFERED = "slide_found", "slide_offered"  # whether there is a picture; what was said of it
OVER = "slide"  # the key of the container that covers the page


def wanted() -> bool:
    """Whether the address asks for the slide view."""
    return bool(st.query_params.get(VIEW) == SLIDE)


def leave_room(*, for_bar: bool) -> None:
    """Once a run of the whole page: whether a bar stands above its picture."""
    st.session_state[HAS_BAR] = for_bar


def has_bar() -> bool:
    """Whether a story's bar stands above the page's picture."""
    return bool(st.session_state.get(HAS_BAR))


def height() -> int:
    """Of the picture on a slide of 1920 x 1080 pixels."""
    return HEIGHT - BAR if has_bar() else HEIGHT


def begin(mode: Mode, caption: str) -> None:
    """Once a run, before the page: the cover, where the slide is wanted."""
    st.session_state[SHOWN] = ""
    st.session_state[FOUND] = False
    st.session_state[CAPTION] = caption
    if wanted():
        palette = PALETTES[mode]
        st.html(f"<style>:root{{--slide:{palette.paper}}}{STYLE.read_text('utf-8')}</style>")


def leave_button() -> None:
    """The button and key that lead out of the slide view, whatever the page holds."""
    if wanted():
        st.button(
            _("Leave"),
            key="leave",
            icon=":material/slideshow:",
            shortcut="Esc",
            type="tertiary",
            on_click=_leave,
        )


def enter_button() -> None:
    """After the page: the button and key that lead into the view, where there is a picture."""
    st.session_state[OFFERED] = found = bool(st.session_state[FOUND])
    if found and not wanted():
        st.button(
            _("Slide"),
            key="switch",
            icon=":material/slideshow:",
            shortcut="S",
            type="tertiary",
            on_click=_enter,
        )


def _enter() -> None:
    st.query_params[VIEW] = SLIDE


def _leave() -> None:
    st.query_params.pop(VIEW, None)


def claim(key: str) -> bool:
    """Claim the slide: True for the first picture of a run, and for the same one drawn again."""
    st.session_state[FOUND] = True
    if not wanted():
        return False
    st.session_state[SHOWN] = first = st.session_state.get(SHOWN) or key
    return bool(first == key)


@contextmanager
def screen(key: str) -> Iterator[None]:
    """Around what is no picture, but is the slide of its page: all of it, in large text."""
    if not claim(key):
        yield
        return
    with st.container(key=OVER):
        st.html(f"<style>{SCREEN_STYLE.read_text('utf-8')}</style>")
        with st.container(key="slide-screen"):
            yield


def end(*, is_alone: bool) -> None:
    """Once a run, after the page: without a picture it is no slide, and shows itself."""
    if wanted() and not st.session_state[FOUND]:
        _leave()
        st.rerun()
    if is_alone and st.session_state[OFFERED] != st.session_state[FOUND]:
        st.rerun()  # what leads into the view stands outside the page


def caption() -> str:
    """What the slide is about: page and configuration."""
    return str(st.session_state.get(CAPTION, ""))
