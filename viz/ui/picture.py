"""Pictures on a page: an SVG to zoom, move and click, by mouse and by keyboard."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from viz.charts.chart import Chart
from viz.charts.description import described
from viz.charts.drawable import unmarked
from viz.charts.slide import WIDTH, enlarged
from viz.drawing.diagrams import Diagram, Look
from viz.drawing.look import USUAL_RIDGE, Colouring
from viz.drawing.stretch import filling
from viz.exports.figures import FIGURES, Kind
from viz.net.fields import Word
from viz.text import without_results
from viz.theme import FONT_STACK, PALETTES, STYLES, Mode
from viz.ui import downloads, lesson, query, slides
from viz.ui.downloads import Caption
from viz.ui.translate import _, language

_NO_FIELDS = Kind({}, lambda _setting: Chart("light"))
ASSETS = Path(__file__).with_name("assets")
NO_SIDEBAR = (ASSETS / "no-sidebar.css").read_text(encoding="utf-8")
THEME, THEMES = "theme", Word(("light", "dark"))
_FOLLOWER = "theme-follower"
ABOUT = "page:about"  # file name of the configuration that the page is about
_HTML = """
<div class="frame">
  <div class="tools">
    <span class="hint"></span>
    <button type="button" title="{larger}" aria-label="{larger}">+</button>
    <button type="button" title="{smaller}" aria-label="{smaller}">−</button>
    <button type="button" title="{whole}" aria-label="{whole}">⤢</button>
  </div>
  <div class="figure"><div class="picture"></div></div>
</div>
"""


@lru_cache
def _component(language: str) -> Any:
    """The component, with the buttons' names in one language."""
    return st.components.v2.component(
        f"atlas_figure_{language}",
        html=_HTML.format(larger=_("Larger"), smaller=_("Smaller"), whole=_("Whole picture")),
        css=(ASSETS / "figure.css").read_text(encoding="utf-8"),
        js=(ASSETS / "figure.js").read_text(encoding="utf-8"),
    )


_SCRIPTS = ("history.js", "keys.js", "theme.js")
_theme = st.components.v2.component(
    "atlas_theme", js="".join((ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS)
)


def follow_theme() -> None:
    """Show the theme that the URL asks for; when the reader changes it, the URL says so."""

    def changed() -> None:
        follower = st.session_state.get(_FOLLOWER)  # gone where another run ended meanwhile
        if follower is not None:
            st.session_state[THEME] = follower.changed

    query.sync(THEME, THEMES)
    wanted = st.session_state[THEME] or ""
    data = {"mode": mode(), "wanted": wanted}
    _theme(data=data, key=_FOLLOWER, on_changed_change=changed, on_seen_change=lambda: None)


def page_style(*, sidebar: bool) -> str:
    """The style sheet of a page with or without a sidebar, in the colours of the reader's theme."""
    palette = PALETTES[mode()]
    chip, primary = STYLES["pointwise"].colours(mode())
    colours = {
        "paper": palette.paper,
        "ink": palette.text,
        "muted": palette.muted,
        "chip": chip,
        "primary": primary,
        "font": FONT_STACK,
    }
    colours["on-primary"] = (
        palette.paper
    )  # Streamlit's white cannot be read on the dark's light blue
    variables = ";".join(f"--atlas-{name}:{value}" for name, value in colours.items())
    return f"<style>:root{{{variables}}}{_sheet(sidebar=sidebar)}</style>"


@lru_cache(maxsize=2)
def _sheet(*, sidebar: bool) -> str:
    return (ASSETS / "page.css").read_text(encoding="utf-8") + ("" if sidebar else NO_SIDEBAR)


def mode() -> Mode:
    """The theme that the reader's browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def look(
    colouring: Colouring = "kind",
    marks: Mapping[int, frozenset[str]] | None = None,
    *,
    source: str = "",
    taps: bool = False,
    ridge: float = USUAL_RIDGE,
) -> Look:
    """How pictures look on the page; on a slide the source is named in them."""
    shown = source if slides.wanted() else ""
    return Look(
        mode(),
        colouring,
        background=False,
        marks=marks or {},
        source=shown,
        taps=taps,
        ridge=ridge,
    )


# No bar of buttons over titles; the files stand below, and a double click shows all again.
_CONFIG = {"displayModeBar": False}
BELOW_BAR = 370  # pixels of a chart that a laptop shows below the bar of a story


def chart(
    made: Chart,
    key: str,
    *,
    title: str = "",
    source: str = "",
    name: str = "",
    params: Mapping[str, str] | None = None,
    alt: str = "",
    files: bool = True,
    beside: bool = False,
    on_pick: Callable[[Sequence[int]], None] | None = None,
) -> None:
    """Show a chart in the house style, or as the slide, with title and source.

    ``on_pick`` gets the ``customdata`` of a point that is clicked.

    One that stands ``beside`` something is never the slide.
    ``name`` and ``params`` make its URL, where it has one. ``alt`` says what it shows to those who
    cannot see it, where its title is another's as well.
    """
    from viz.ui.plotly_figure import PlotlyFigure  # brings plotly: no picture should wait for it

    caption = _caption(name, title, source)
    whole, made = made, made.without_results() if lesson.hides() else made
    alt = described(made, alt or " ".join(unmarked(caption.title).split()))
    if beside or not slides.claim(key):
        most = BELOW_BAR if slides.has_bar() else lesson.chart_pixels()
        shown = made.at_most(most) if most else made
        if on_pick:
            pick(shown, key, alt, on_pick)
        else:
            st.plotly_chart(PlotlyFigure(shown), theme=None, key=key, config=_CONFIG, alt=alt)
        if files:
            address = downloads.address_of(name, params or {}, mode()) if name else ""
            downloads.of_chart(whole, _file_name(name or key, params), caption, address)
        return
    big = enlarged(made, caption.title, slides.height())
    with st.container(key=slides.OVER):
        st.plotly_chart(
            PlotlyFigure(big),
            theme=None,
            key=f"{key}-slide",
            config=_CONFIG,
            alt=alt,
            width=WIDTH,
            height=slides.height(),
        )
        st.html(f'<p class="source">{escape(caption.source)}</p>')


def pick(made: Chart, key: str, alt: str, on_pick: Callable[[Sequence[int]], None]) -> None:
    """Show a chart whose points can be clicked; ``on_pick`` gets the point's ``customdata``.

    ``alt`` says what it shows to those who cannot see it.
    """
    from viz.ui.plotly_figure import PlotlyFigure

    def picked() -> None:
        points = st.session_state[key].selection.points
        if points and "customdata" in points[0]:
            on_pick(points[0]["customdata"])

    figure = PlotlyFigure(made)
    st.plotly_chart(figure, theme=None, key=key, config=_CONFIG, alt=alt, on_select=picked)


def offer(
    made: Chart, *, name: str, params: Mapping[str, str], label: str = "", source: str = ""
) -> None:
    """Offer the files of a chart that the page itself shows in parts."""
    address = downloads.address_of(name, params, mode())
    downloads.of_chart(made, _file_name(name, params), _caption(name, "", source), address, label)


def _caption(name: str, title: str = "", source: str = "") -> Caption:
    kind = FIGURES.get(name, _NO_FIELDS)
    return Caption(
        title or kind.title or slides.caption(),
        source or kind.source or _("computed by MobileNet Atlas"),
    )


def _file_name(name: str, params: Mapping[str, str] | None) -> str:
    """Network, options and kind: what a file is called, so that two are never called the same."""
    own = {n: t for n, t in (params or {}).items() if n in FIGURES.get(name, _NO_FIELDS).fields}
    words = [f"{n}{text}" for n, text in own.items()]
    kind = FIGURES.get(name)
    general = "," in name or (kind is not None and not kind.default)  # says itself what it is of
    about = "" if general else str(st.session_state.get(ABOUT, ""))
    pair = [f"{n}{text}" for n, text in (params or {}).items()] if "," in name else []
    return "_".join(part for part in (about, name.replace(",", "_"), *words, *pair) if part)


def show(
    diagram: Diagram,
    *,
    key: str,
    label: str,
    selected: str = "",
    on_pick: Callable[[str], None] | None = None,
    hint: str = "",
    plain: bool = False,
    name: str = "",
    params: Mapping[str, str] | None = None,
) -> None:
    """Show a diagram; ``on_pick`` gets the identifier of a box that is clicked.

    ``label`` says what is drawn to those who cannot see it; a ``plain`` picture has no bar with
    ``hint`` and zoom buttons. With a ``name``, its files and its address are offered below;
    ``params`` are those of its address.
    """

    def picked() -> None:
        box = st.session_state[key].picked
        if on_pick is not None and box:
            on_pick(str(box))

    over = not plain and slides.claim(key)
    diagram = filling(diagram, WIDTH / slides.height()) if over else diagram
    shown = Diagram(diagram.scene.without_results()) if lesson.hides() else diagram
    data = {
        "packed": shown.packed,
        "label": label,
        "selected": selected,
        "clickable": on_pick is not None and not over,
        "hint": without_results(hint) if lesson.hides() else hint,
        "skip": _("Skip to the picture"),
        "plain": plain or over,
        "slide": over,
    }
    with st.container(key=slides.OVER) if over else nullcontext():
        _component(language())(data=data, key=key, on_picked_change=picked)
    if name:
        offer_diagram(diagram, name=name, params=params or {})


def offer_diagram(diagram: Diagram, *, name: str, params: Mapping[str, str]) -> None:
    """Offer the files and the address of a diagram that the page may show in another way."""
    address = downloads.address_of(name, params, mode())
    downloads.of_picture(diagram, _file_name(name, params), address)
