"""Controls that choose a network, bound to the URL; a prefix keeps a second picker apart."""

import streamlit as st

from viz.net.config import NUMBERS, OPTIONS, RULE, Config, configure
from viz.net.fields import ConfigError, Field, Switch, Word
from viz.net.zoo import ZOO, Network
from viz.ui import controls, query
from viz.ui.controls import Control
from viz.ui.translate import _


def fields(prefix: str = "") -> dict[str, Field]:
    """What links may say of a picker, whichever network is chosen."""
    rules = dict.fromkeys(rule.name for network in ZOO.values() for rule in network.rules)
    found: dict[str, Field] = {
        query.NETWORK: Word(tuple(ZOO), query.DEFAULT_NETWORKS[prefix]),
        **NUMBERS,
        RULE: Word(tuple(rules)),
        **{option: Switch() for option in OPTIONS},
    }
    return {prefix + name: field for name, field in found.items()}


def network_picker(prefix: str = "") -> Config:
    """Controls for one configuration, in the current container. Stops the page on a bad one."""
    variant = _network_field(_("Network"), prefix)
    width = _width_field(_("Width multiplier"), prefix)
    return _checked(variant, {"width": width, **_further_fields(variant, prefix)})


def network_row(prefix: str, label: str) -> Config:
    """The same controls in one row, all but network and width behind a button."""
    network_field, width_field, more = st.columns([2, 3, 1], vertical_alignment="bottom")
    with network_field:
        variant = _network_field(label, prefix)
    with width_field:
        width = _width_field(_("Its width multiplier"), prefix)
    with more.popover(_("More"), width="stretch"):
        further = _further_fields(variant, prefix)
    return _checked(variant, {"width": width, **further})


def network_name(key: str) -> str:
    """What a network is called."""
    return ZOO[key].name


def _network_field(label: str, prefix: str) -> str:
    field = Word(tuple(ZOO), query.DEFAULT_NETWORKS[prefix])
    return controls.pick(f"{prefix}network", Control(label, field, network_name))


def _width_field(label: str, prefix: str) -> float:
    return controls.slider(f"{prefix}width", Control(label, NUMBERS["width"]))


def _option_words() -> dict[str, tuple[str, str]]:
    return {
        "reduced_tail": (
            _("Reduced tail"),
            _("Halve the last stage's channels, for dense tasks."),
        ),
        "dilated": (
            _("Dilated tail"),
            _("Dilation 2 in place of the last stride: output stride 16."),
        ),
        "minimalistic": (_("Minimalistic"), _("No SE, ReLU only, 3×3 only.")),
    }


def _further_fields(variant: str, prefix: str) -> dict[str, object]:
    resolution = Control(_("Resolution (pixels)"), NUMBERS["resolution"])
    chosen: dict[str, object] = {
        "resolution": controls.number(f"{prefix}resolution", resolution),
        RULE: _rule_field(ZOO[variant], prefix),
    }
    for option in ZOO[variant].options:
        label, explanation = _option_words()[option]
        control = Control(label, Switch(), help=explanation)
        chosen[option] = controls.toggle(prefix + option, control)
    with st.expander(_("Classes, channels, divisor")):
        for name, label in (
            ("classes", _("Classes")),
            ("in_channels", _("Input channels")),
            ("divisor", _("Channel divisor")),
        ):
            chosen[name] = controls.number(prefix + name, Control(label, NUMBERS[name]))
    return chosen


def _rule_field(network: Network, prefix: str) -> str:
    libraries = {rule.name: rule.library for rule in network.rules}
    control = Control(
        _("Width rule"),
        Word(tuple(libraries), network.rules[0].name),
        lambda name: libraries[name],
        help=_("Libraries round scaled channels differently; they agree at width 1."),
    )
    return controls.pick(prefix + RULE, control)


def _checked(variant: str, chosen: dict[str, object]) -> Config:
    try:
        return configure(variant, **chosen)
    except ConfigError as error:
        st.error(str(error))
        st.stop()
