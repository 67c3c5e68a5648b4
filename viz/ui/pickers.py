"""Controls that choose a network, bound to the URL; a prefix keeps a second picker apart."""

import streamlit as st

from viz.net.config import NUMBERS, Config, ConfigError, configure
from viz.net.zoo import ZOO, Network
from viz.ui.translate import _

DEFAULT_NETWORK = "v3-large"
OPTION_LABELS = {
    "reduced_tail": (_("Reduced tail"), _("Halve the last stage's channels, for dense tasks.")),
    "dilated": (_("Dilated tail"), _("Dilation 2 in place of the last stride: output stride 16.")),
    "minimalistic": (_("Minimalistic"), _("No SE, ReLU only, 3×3 only.")),
}


def network_picker(prefix: str = "", default: str = DEFAULT_NETWORK) -> Config:
    """Controls for one configuration, in the current container. Stops the page on a bad one."""
    variant = _network_field(_("Network"), prefix, default)
    width = _width_field(_("Width multiplier"), prefix)
    return _checked(variant, {"width": width, **_further_fields(variant, prefix)})


def network_row(prefix: str, label: str, default: str) -> Config:
    """The same controls in one row, all but network and width behind a button."""
    network_field, width_field, more = st.columns([2, 3, 1], vertical_alignment="bottom")
    with network_field:
        variant = _network_field(label, prefix, default)
    with width_field:
        width = _width_field(_("Its width multiplier"), prefix)
    with more.popover(_("More"), width="stretch"):
        further = _further_fields(variant, prefix)
    return _checked(variant, {"width": width, **further})


def _network_field(label: str, prefix: str, default: str) -> str:
    return str(
        st.selectbox(
            label,
            list(ZOO),
            index=list(ZOO).index(default),
            key=f"{prefix}network",
            bind="query-params",
        )
    )


def _width_field(label: str, prefix: str) -> float:
    allowed = NUMBERS["width"]
    return st.slider(
        label,
        allowed.low,
        allowed.high,
        allowed.default,
        0.01,
        key=f"{prefix}width",
        bind="query-params",
    )


def _further_fields(variant: str, prefix: str) -> dict[str, object]:
    chosen: dict[str, object] = {
        "resolution": _number_field("resolution", _("Resolution (pixels)"), prefix, step=32),
        "width_rule": _rule_field(ZOO[variant], prefix),
    }
    for option in ZOO[variant].options:
        label, explanation = OPTION_LABELS[option]
        chosen[option] = st.toggle(
            label, key=prefix + option, bind="query-params", help=explanation
        )
    with st.expander(_("Classes, channels, divisor")):
        for field, label in (
            ("classes", _("Classes")),
            ("in_channels", _("Input channels")),
            ("divisor", _("Channel divisor")),
        ):
            chosen[field] = _number_field(field, label, prefix, step=1)
    return chosen


def _number_field(field: str, label: str, prefix: str, *, step: int) -> int:
    allowed = NUMBERS[field]
    return int(
        st.number_input(
            label,
            int(allowed.low),
            int(allowed.high),
            int(allowed.default),
            step=step,
            key=prefix + field,
            bind="query-params",
        )
    )


def _rule_field(network: Network, prefix: str) -> str:
    return str(
        st.selectbox(
            _("Width rule"),
            [rule.name for rule in network.rules],
            key=f"{prefix}width_rule",
            bind="query-params",
            help=_("Libraries round scaled channels differently; they agree at width 1."),
        )
    )


def _checked(variant: str, chosen: dict[str, object]) -> Config:
    try:
        return configure(variant, **chosen)
    except ConfigError as error:
        st.error(str(error))
        st.stop()
