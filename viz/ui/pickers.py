"""Controls that choose a network, bound to the URL; a prefix keeps a second picker apart."""

import streamlit as st

from viz.config import NUMBERS, Config, ConfigError, configure
from viz.ui.words import _
from viz.zoo import ZOO, Network

DEFAULT_NETWORK = "v3-large"
OPTION_LABELS = {
    "reduced_tail": (_("Reduced tail"), _("Halve the last stage's channels, for dense tasks.")),
    "dilated": (_("Dilated tail"), _("Dilation 2 in place of the last stride: output stride 16.")),
    "minimalistic": (_("Minimalistic"), _("No SE, ReLU only, 3×3 only.")),
}


def network_picker(prefix: str = "", default: str = DEFAULT_NETWORK) -> Config:
    """Controls for one configuration, in the current container. Stops the page on a bad one."""
    variant = st.selectbox(
        _("Network"),
        list(ZOO),
        index=list(ZOO).index(default),
        format_func=_variant_label,
        key=f"{prefix}network",
        bind="query-params",
    )
    width = NUMBERS["width"]
    chosen: dict[str, object] = {
        "width": st.slider(
            _("Width multiplier"),
            width.low,
            width.high,
            width.default,
            0.01,
            key=f"{prefix}width",
            bind="query-params",
        ),
        "resolution": _number_field("resolution", _("Resolution (pixels)"), prefix, step=32),
        "width_rule": _rule_field(ZOO[variant], prefix),
    }
    for option in ZOO[variant].options:
        label, explanation = OPTION_LABELS[option]
        chosen[option] = st.toggle(
            label, key=prefix + option, bind="query-params", help=explanation
        )
    with st.expander(_("Classes, channels, divisor")):
        chosen["classes"] = _number_field("classes", _("Classes"), prefix, step=1)
        chosen["in_channels"] = _number_field("in_channels", _("Input channels"), prefix, step=1)
        chosen["divisor"] = _number_field("divisor", _("Channel divisor"), prefix, step=1)
    return _checked(variant, chosen)


def _variant_label(key: str) -> str:
    """The key itself: it is what the URL carries, so it must not be translated."""
    return key


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
