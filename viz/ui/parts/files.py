"""The files that can be taken from a network, read off the registry; bytes are made on a click."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from viz.drawing.diagrams import LEVELS, Look
from viz.exports import EXPORTS, NEEDS_TORCH, Order, file_name
from viz.exports.order import CHARTS, ROWS
from viz.exports.pictures import as_png, largest_scale
from viz.net.config import NUMBERS, Config, configure
from viz.net.trace import Trace
from viz.ui import controls, downloads, torch_worker
from viz.ui.controls import Choice, Field, Switch
from viz.ui.routes import FORMATS
from viz.ui.translate import _

TITLES = {
    "diagram": _("Picture"),
    "table": _("Table"),
    "chart": _("Chart"),
    "model": _("Model"),
}
FIELDS: dict[str, Field] = {
    "level": Choice(_("Level of the picture"), LEVELS),
    "rows": Choice(_("A row of the table is"), ROWS),
    "chart": Choice(_("Chart"), CHARTS),
    "scale": Choice(_("PNG scale"), ("2", "1", "3", "4")),
    "transparent": Switch(_("No background")),
}
NOTES = {
    "diagram": _("16:9 at network level. Mermaid and its sequence show blocks at every level."),
    "table": _("CSV, JSON and Excel hold every column; the others what fits a page."),
    "chart": _("costs: where parameters, MACs and memory sit. width: MACs against width."),
    "model": _("Weights are random (seed 0). The specification reads back; Python needs torch."),
}


def show(place: DeltaGenerator, traced: Trace, look: Look, block: str | None) -> None:
    """Choices, then a row of buttons for each kind of file, and the addresses."""
    with place:
        order = _order(traced.config, look, block)
        for what, formats in EXPORTS.items():
            st.markdown(f"**{TITLES[what]}** · {NOTES[what]}")
            with st.container(horizontal=True):
                for kind in formats:
                    _button(order, what, kind)
        _show_addresses(order)


def _order(config: Config, look: Look, block: str | None) -> Order:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = {
            name: controls.choice(name, field)
            for name, field in FIELDS.items()
            if isinstance(field, Choice)
        }
        bare = controls.switch("transparent", Switch(_("No background")))
    level = next(each for each in LEVELS if each == chosen["level"])
    return Order(
        config,
        level=level,  # type: ignore[arg-type]
        block=int(block) if block and level != "network" else None,
        colouring=look.colouring,
        rows=chosen["rows"],
        chart=chosen["chart"],
        mode=look.mode,
        background=not bare,
        scale=int(chosen["scale"]),
    )


def _button(order: Order, what: str, kind: str) -> None:
    export = EXPORTS[what][kind]
    st.download_button(
        export.label,
        data=_maker(order, what, kind),
        file_name=file_name(order, what, kind),
        mime=export.mime,
        key=f"{what}-{kind}",
        on_click="ignore",
    )


def _maker(order: Order, what: str, kind: str) -> Callable[[], bytes]:
    if kind in NEEDS_TORCH:
        return lambda: torch_worker.model_file(order.config, kind)
    if (what, kind) == ("diagram", "png"):  # a click must not end in a refusal
        return lambda: as_png(replace(order, scale=min(order.scale, largest_scale(order))))
    return lambda: EXPORTS[what][kind].make(order)


def _show_addresses(order: Order) -> None:
    st.markdown(f"**{_('Addresses')}** · " + _("They always show this configuration."))
    origin = downloads.origin()
    left, right = st.columns(2)
    left.code(f"{origin}/figure/{_tail(order, 'diagram')}", language=None)
    right.code(f"{origin}/table/{_tail(order, 'table')}", language=None)


def _tail(order: Order, what: str) -> str:
    chosen = options_of(order, what)
    query = "?" + urlencode(chosen) if chosen else ""
    return f"{order.config.variant}.{FORMATS[what][0]}{query}"


def options_of(order: Order, what: str) -> dict[str, str]:
    """Whatever is not the default, as an address or a command line says it."""
    chosen = config_options(order.config)
    plain = Order(configure(order.config.variant))
    if what == "table":
        return chosen | ({"rows": order.rows} if order.rows != plain.rows else {})
    return chosen | _look_of(order, plain)


def config_options(config: Config) -> dict[str, str]:
    """Whatever is not the default of a configuration."""
    plain = configure(config.variant)
    chosen = {
        name: f"{getattr(config, name):g}"
        for name in NUMBERS
        if getattr(config, name) != getattr(plain, name)
    }
    if config.width_rule != plain.width_rule:
        chosen["width_rule"] = config.width_rule
    return chosen | dict.fromkeys(config.options, "true")


def _look_of(order: Order, plain: Order) -> dict[str, str]:
    chosen: dict[str, str] = {}
    if order.level != plain.level:
        chosen["level"] = order.level
    if order.block is not None:
        chosen["block"] = str(order.block)
    if order.colouring != plain.colouring:
        chosen["colour"] = {"params": "parameters", "macs": "MACs"}[order.colouring]
    if not order.background:
        chosen["theme"] = "transparent"
    elif order.mode != plain.mode:
        chosen["theme"] = order.mode
    return chosen
