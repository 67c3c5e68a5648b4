"""Downloads of a network, from the export registry; files are made on a click."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from viz.drawing.diagrams import Look
from viz.exports import EXPORTS, NEEDS_TORCH, Request, file_name, offered
from viz.exports.request import DRESS, LOOKS, SCALES, VIEW
from viz.net.bounds import check_built
from viz.net.config import Config
from viz.net.fields import ConfigError, Switch, Word
from viz.net.trace import Trace
from viz.ui import controls, downloads, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.private import DeltaGenerator
from viz.ui.routes import FORMATS
from viz.ui.translate import _

PICTURE = {**DRESS, **{name: VIEW[name] for name in ("level", "block", "colour", "taps")}}
TABLE = {"rows": VIEW["rows"]}


def controls_of() -> Controls:
    """URL parameters of this part."""
    scales = tuple(map(str, SCALES))
    return {
        "level": Control(_("Detail"), LOOKS["level"]),
        "rows": Control(_("One table row per"), LOOKS["rows"]),
        "chart": Control(_("Chart"), LOOKS["chart"]),
        "scale": Control(_("PNG scale"), Word(scales, "2")),
        "transparent": Control(_("Transparent background"), Switch()),
    }


def _headings(*, is_read: bool) -> dict[str, tuple[str, str]]:
    return {
        "diagram": (
            _("Picture"),
            _("16:9 at network level. Mermaid always shows blocks."),
        ),
        "table": (
            _("Table"),
            _("CSV, JSON and Excel have every column; the others those that fit a page."),
        ),
        "chart": (
            _("Chart"),
            " ".join(
                [_("costs: parameters, MACs and memory by block.")]
                + [_("width: MACs by width multiplier.")] * (not is_read)
            ),
        ),
        "model": (
            _("Model"),
            _("Random weights (seed 0). The specification can be read back; Python needs torch."),
        ),
    }


def show(place: DeltaGenerator, traced: Trace, look: Look, block: str) -> None:
    """Choices, then a row of buttons for each kind of file, and the addresses."""
    with place:
        request = _request(traced.config, look, block)
        headings = _headings(is_read=traced.config.is_read)
        for what, kinds in offered(traced.config).items():
            title, note = headings[what]
            st.markdown(f"**{title}** · {note}")
            with st.container(horizontal=True):
                for kind in kinds:
                    _button(request, what, kind)
        if traced.config.is_read:
            st.caption(_("The file it was read from is its model. It has no URL."))
        else:
            _show_addresses(request)


def _request(config: Config, look: Look, block: str) -> Request:
    asked = dict(controls_of())
    bare = asked.pop("transparent")
    if config.is_read:  # it has one width, so there is one chart
        del asked["chart"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = {name: controls.choice(name, control) for name, control in asked.items()}
        transparent = controls.toggle("transparent", bare)
    return Request(
        config,
        level=chosen["level"],  # type: ignore[arg-type]  # one of the field's words
        block=int(block) if block and chosen["level"] != "network" else None,
        colour=look.colouring,
        rows=chosen["rows"],  # type: ignore[arg-type]
        chart=chosen.get("chart", "costs"),  # type: ignore[arg-type]
        theme=look.mode,
        taps=look.taps,
        ridge=look.ridge,
        background=not transparent,
        scale=int(chosen["scale"]),
    )


def _button(request: Request, what: str, kind: str) -> None:
    export = EXPORTS[what][kind]
    if kind in NEEDS_TORCH:
        try:
            check_built(request.traced.params)
        except ConfigError as error:
            st.caption(f"{export.label}: {error}")
            return
    st.download_button(
        export.label,
        data=_maker(request, what, kind),
        file_name=file_name(request, what, kind),
        mime=export.mime,
        key=f"{what}-{kind}",
        on_click="ignore",
    )


def _maker(request: Request, what: str, kind: str) -> Callable[[], bytes]:
    if kind in NEEDS_TORCH:
        return lambda: torch_questions.model_file(request.config, kind)
    if (what, kind) == ("diagram", "png"):  # a click must not end in a refusal
        return lambda: _largest_png(request)
    return lambda: EXPORTS[what][kind].make(request)


def _largest_png(request: Request) -> bytes:
    """A PNG at the scale that is asked for, or at the largest that may be."""
    try:
        return EXPORTS["diagram"]["png"].make(request)
    except ConfigError:
        return EXPORTS["diagram"]["png"].make(replace(request, scale=None))


def _show_addresses(request: Request) -> None:
    st.markdown(f"**{_('URLs')}** · " + _("They show this configuration."))
    origin = downloads.origin()
    left, right = st.columns(2)
    for column, what, path, looks in (
        (left, "diagram", "figure", PICTURE),
        (right, "table", "table", TABLE),
    ):
        params = request.words({name: looks[name] for name in looks if name != "scale"})
        query = f"?{urlencode(params)}" if params else ""
        name = f"{request.config.variant}.{FORMATS[what][0]}"
        column.code(f"{origin}/{path}/{name}{query}", language=None)
