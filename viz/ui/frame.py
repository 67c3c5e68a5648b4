"""The frame: navigation, the shared picker, what the link got wrong, and the page inside it all."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from importlib import import_module
from itertools import chain

import streamlit as st

from viz.net.config import Config
from viz.net.fields import ConfigError, Field, Switch, Word
from viz.net.words import file_name_of
from viz.ui import lesson, links, pickers, picture, query, share, slides, startup, story
from viz.ui.admission import fragment
from viz.ui.menu import Entry
from viz.ui.private import DeltaGenerator, Page
from viz.ui.translate import _

ATLAS = "MobileNet Atlas"
ABOUT = "frame:about"
WIDTHS = frozenset({pickers.WIDTH})
# How a page is shown: what a URL may say without saying anything about the page.
LOOK: dict[str, Field] = {
    slides.VIEW: Word((slides.SLIDE,)),
    picture.THEME: picture.THEMES,
    lesson.HIDE: Switch(),
}


def everywhere() -> dict[str, Field]:
    """What every page's URL may say."""
    return {**LOOK, **story.fields()}


def navigation(sections: Mapping[str, Sequence[Entry]]) -> Entry:
    """Show the menu; the entry that the reader is at."""
    listed = {title: [_page(entry) for entry in entries] for title, entries in sections.items()}
    here = st.navigation(listed, position="top")
    st.session_state["page"] = here
    pages = chain.from_iterable(listed.values())
    entries = chain.from_iterable(sections.values())
    return next(entry for page, entry in zip(pages, entries, strict=True) if page is here)


def _page(entry: Entry) -> Page:
    """A page of this run's own: the menu marks the one that it opens."""
    return copy(_found(entry))


@lru_cache
def _found(entry: Entry) -> Page:
    """A page whose file is looked for once.

    Each look at the disk lets go of Python's lock: six for each page, in every run, were a quarter
    of what a run took beside 40 other sessions.
    """
    return st.Page(f"{entry.file}.py", title=entry.title, default=entry.file == "home")


def run(entry: Entry) -> None:
    """Repair the link, show what all pages share, and run the page."""
    place = story.place(entry.file)
    # An emoji: any other icon costs a request to another host, or an import before the picture.
    st.set_page_config(
        f"{entry.title} · {ATLAS}",
        page_icon="📶",
        layout="wide",
        # A story is about its view: what else could be chosen is a click away.
        initial_sidebar_state="auto" if place == entry.file else "collapsed",
    )
    st.html(picture.page_style(sidebar=entry.network))
    query.begin_run(place, LOOK)
    if entry.network:
        pickers.follow_design()
    config = _config(entry)
    can_show = config is None or entry.reads or not config.is_read
    if entry.second is not None:
        pickers.spell_out(entry.second)
    own = links.fields(entry, config) if can_show else {}
    query.repair({**own, **everywhere()}, partial(links.known, entry))
    query.show_notes()
    hides_sidebar = config is not None and _hides_sidebar(entry, config)
    if hides_sidebar:
        st.html(f"<style>{picture.NO_SIDEBAR}</style>")
    corner = st.container(key="corner", horizontal=True)
    with corner:  # first: another theme loads the page anew
        picture.follow_theme()
        share.button()
        slides.leave_button()
    width_place = None
    if entry.network:
        with st.sidebar:
            width_place = pickers.network_picker()
    if not story.show():
        st.html(f'<h1 class="atlas">{escape(entry.heading or entry.title)}</h1>')
    about = About(entry, place, width_place, can_show=can_show, hides_sidebar=hides_sidebar)
    st.session_state[ABOUT] = about
    _show(about, st.session_state["page"])
    with corner:
        slides.enter_button()
    startup.page_shown.set()


@dataclass(slots=True)
class About:
    """What a page's parts need of its frame when they run without it."""

    entry: Entry
    place: str  # what a link leads to: the page, at a step of a story
    width_place: DeltaGenerator | None  # of the sidebar's field; None where there is none
    can_show: bool
    hides_sidebar: bool = False  # the page's network brings its settings
    has_width: bool = False  # whether the field has been drawn in this run


@fragment()
def _show(about: About, page: Page) -> None:
    """The page, with the width: its own choices run it again without what is around it."""
    with query.part("page", WIDTHS, about.place) as alone:
        about.has_width = False
        told = _tell(about)
        if told and about.can_show:
            copy(page).run()  # a page can be run once, and this function may be called again
        elif told:
            st.info(
                _(
                    "This page needs a network that it can build: a file holds one as it is. "
                    "Choose another one, or go to Architecture, Compare or Hardware."
                )
            )
        _show_width(about)
        slides.end(is_alone=alone)


@fragment()
def follow_width(show: Callable[[Config], None]) -> None:
    """Call ``show`` with the configuration; another width runs nothing else of the page again."""
    about: About = st.session_state[ABOUT]
    with query.part("width", WIDTHS, about.place) as alone:
        told = True
        if alone:
            about.has_width = False
            told = _tell(about)
        _show_width(about)
        if told:
            show(st.session_state["config"])


def _show_width(about: About) -> None:
    """The width's field, once in a run: in the part of the page that runs with it."""
    if about.width_place is not None and not about.has_width:
        about.has_width = True
        with about.width_place:
            pickers.width_field()


def _tell(about: About) -> bool:
    """Tell the page, its files and its slide which configuration they are about.

    False where it cannot be: the reader has been told why.
    """
    try:
        config = pickers.chosen() if about.entry.network else None
    except ConfigError as error:
        st.error(str(error))
        return False
    st.session_state["config"] = config
    st.session_state[picture.ABOUT] = file_name_of(config) if config else ""
    if config and _hides_sidebar(about.entry, config) != about.hides_sidebar:
        st.rerun()  # it stands outside the page
    shown = _shown(about.entry, config) if about.can_show else config
    words = (about.entry.title, shown.title if shown else "")
    lesson.begin()
    slides.begin(picture.mode(), " · ".join(word for word in words if word))
    return True


def _config(entry: Entry) -> Config | None:
    """The configuration of the sidebar, where the page is about one. Stops on a bad one."""
    if not entry.network:
        return None
    if query.RECIPE in st.query_params:
        from viz.ui import recipe  # brings the lab: no first picture should wait for it

        recipe.spell_out()
    pickers.spell_out()
    query.repair(pickers.fields())
    try:
        config = pickers.chosen()
    except ConfigError as error:
        with st.sidebar:
            pickers.network_picker()
            st.error(str(error))
        st.stop()
    return config


def _shown(entry: Entry, config: Config | None) -> Config | None:
    """What the page shows: the sidebar's network, unless its part says that it is another one."""
    part = import_module(f"viz.ui.parts.{entry.file}")
    about = getattr(part, "about", None)
    found: Config | None = about(config) if about and config else config
    return found


def _hides_sidebar(entry: Entry, config: Config) -> bool:
    """Whether the page shows a network that brings its settings: no control may be one of none."""
    ignores = getattr(import_module(f"viz.ui.parts.{entry.file}"), "ignores_sidebar", None)
    return ignores is not None and bool(ignores(config))
