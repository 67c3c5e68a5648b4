"""Controls that choose a network, bound to the URL; a prefix keeps a second picker apart."""

from collections.abc import Sequence

import streamlit as st

from viz.net.config import (
    DEPTH,
    DEPTHS,
    LONGEST_DESIGN,
    NUMBERS,
    OPTIONS,
    RULE,
    Config,
    configure,
    numbers_of,
)
from viz.net.design import KEY, DesignText, read
from viz.net.fields import ConfigError, Field, Resolution, Switch, Word, number_text
from viz.net.names import LIBRARY_NAMES
from viz.net.zoo import ZOO, Network
from viz.ui import brought, controls, query
from viz.ui.controls import Control
from viz.ui.translate import _

DESIGN = DesignText(LONGEST_DESIGN)


def fields(prefix: str = "") -> dict[str, Field]:
    """What links may say of a picker, whichever network is chosen."""
    rules = dict.fromkeys(rule.name for network in ZOO.values() for rule in network.rules)
    found: dict[str, Field] = {
        query.NETWORK: brought.NetworkWord(choices(prefix), query.DEFAULT_NETWORKS[prefix]),
        **NUMBERS,
        DEPTH: DEPTHS,
        RULE: Word(tuple(rules)),
        **{option: Switch() for option in OPTIONS},
    }
    own = dict.fromkeys((KEY, prefix + KEY), DESIGN)
    return own | {prefix + name: field for name, field in found.items()}


def choices(prefix: str = "") -> tuple[str, ...]:
    """The zoo, and the reader's own where there is one: a design, and what a file held."""
    has_design = bool(query.chosen_text(query.design_name(prefix), ""))
    own = [KEY] * has_design + [brought.KEY] * bool(brought.network())
    return (*ZOO, *own)


def network_picker(prefix: str = "") -> Config:
    """Controls for one configuration, in the current container. Stops the page on a bad one."""
    variant = _network_field(_("Network"), prefix)
    network = _network(variant, prefix)
    if network.unrolled:
        explain_read(network)
        return configure(network)
    _show_presets(network, prefix)
    published = _published(network)
    chosen: dict[str, object] = {}
    chosen["width"] = _width_field(_("Width multiplier"), prefix)
    _shortcuts(prefix, "width", published["width"])
    chosen |= _depth_field(network, prefix)
    chosen["resolution"] = _resolution_field(network, prefix)
    _shortcuts(prefix, "resolution", published["resolution"])
    chosen[RULE] = _rule_field(network, prefix)
    chosen |= _option_fields(network, prefix)
    with st.expander(_("Classes, channels, divisor, stride")):
        chosen |= _size_fields(prefix)
    return _checked(variant, chosen, prefix)


def network_row(prefix: str, label: str) -> Config:
    """The same controls in one row, all but network and width behind a button."""
    fields = st.columns([4, 4, 3, 3, 2], vertical_alignment="bottom")
    network_field, width_field, resolution_field, rule_field, more = fields
    with network_field:
        variant = _network_field(label, prefix)
    if (network := _network(variant, prefix)).unrolled:
        explain_read(network)
        return configure(network)
    chosen: dict[str, object] = {}
    with width_field:
        chosen["width"] = _width_field(_("Its width multiplier"), prefix)
    with resolution_field:
        chosen["resolution"] = _resolution_field(_network(variant, prefix), prefix)
    with rule_field:
        chosen[RULE] = _rule_field(_network(variant, prefix), prefix)
    with more.popover(_("More"), width="stretch"):
        words = _("Resolution, classes, input channels, divisor and stride of the first network.")
        st.button(_("As the first"), on_click=_as_first, args=(prefix,), help=words)
        chosen |= _depth_field(network, prefix) | _option_fields(network, prefix)
        chosen |= _size_fields(prefix)
    return _checked(variant, chosen, prefix)


def _as_first(prefix: str) -> None:
    """Give the second network what the first one has, but for its own width and options."""
    for name in NUMBERS:
        if name != "width" and name in st.session_state:
            st.session_state[prefix + name] = st.session_state[name]


def explain_read(network: Network) -> None:
    """Why nothing of a network can be chosen."""
    assert network.unrolled is not None  # the caller has seen it
    size = "×".join(map(str, network.unrolled.in_shape))
    st.caption(
        _(
            "Read from {source}, for an input of {size}. A file holds one network: width, "
            "resolution and options are what they are there. Links cannot carry it."
        ).format(source=query.plain(network.unrolled.source), size=size)
    )


def network_name(key: str) -> str:
    """What a network is called."""
    held = brought.network()
    if key == brought.KEY and held:
        return _("Yours: {name}").format(name=held.name)
    return _("Yours") if key == KEY else ZOO[key].name


def _grouped_name(key: str) -> str:
    """The name behind its group, so that a long list falls into parts."""
    groups = {"relatives": _("Relative"), "posts": _("Blog")}
    group = groups.get(ZOO[key].group, "") if key in ZOO else ""
    return f"{group} · {network_name(key)}" if group else network_name(key)


def _network_field(label: str, prefix: str) -> str:
    field = brought.NetworkWord(choices(prefix), query.DEFAULT_NETWORKS[prefix])
    key = controls.pick(f"{prefix}network", Control(label, field, _grouped_name))
    if key == KEY:
        query.sync(query.design_name(prefix), DESIGN)
    return key


def _network(key: str, prefix: str) -> Network:
    """The network that is picked. Stops the page for a design that cannot be."""
    if key == brought.KEY and (held := brought.network()):
        return held
    if key != KEY:
        return ZOO[key]
    try:
        return read(st.session_state[query.design_name(prefix)])
    except ConfigError as error:
        st.error(str(error))
        st.stop()


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
        "last_conv": (
            _("Last 1×1"),
            _("A 1×1 convolution before the pool: timm's 100h."),
        ),
        "small_input": (_("Small input"), _("The first two strides are 1, as for CIFAR's images.")),
    }


def _published(network: Network) -> dict[str, list[float]]:
    """Widths and resolutions of which a table prints figures."""
    return {
        name: sorted({getattr(claim, name) for claim in network.claims})
        for name in ("width", "resolution")
    }


def _shortcuts(prefix: str, name: str, values: Sequence[float]) -> None:
    """Buttons that set a number to a published value; the chosen one is marked."""
    if len(values) < 2:
        return
    key, number = f"{prefix}{name}-published", prefix + name

    def choose() -> None:
        if (value := st.session_state[key]) is not None:
            st.session_state[number] = value

    chosen = st.session_state[number]
    st.session_state[key] = chosen if chosen in values else None
    st.pills(
        _("Published: {name}").format(name=name),
        values,
        key=key,
        on_change=choose,
        format_func=number_text,
        label_visibility="collapsed",
    )


def _show_presets(network: Network, prefix: str) -> None:
    """Buttons for the family's own members that are this network at another depth."""
    presets = presets_of(network.key)
    if not presets:
        return
    key = f"{prefix}preset"

    def choose() -> None:
        if name := st.session_state[key]:
            for field, value in presets[name].items():
                st.session_state[prefix + field] = value

    st.session_state[key] = None  # a button, whose choice shows in the fields below
    st.pills(_("Presets"), list(presets), key=key, on_change=choose, label_visibility="collapsed")


def presets_of(key: str) -> dict[str, dict[str, object]]:
    """Choices by what a library calls them: B1, Lite2, 110d."""
    return {
        name.rpartition("_")[2].capitalize(): said
        for name, (own, said) in LIBRARY_NAMES.items()
        if own == key and DEPTH in said
    }


def _depth_field(network: Network, prefix: str) -> dict[str, object]:
    if not network.deepens:
        return {}
    words = _("How often each row repeats its blocks, rounded up.")
    control = Control(_("Depth multiplier"), DEPTHS, help=words)
    return {DEPTH: controls.slider(prefix + DEPTH, control)}


def _resolution_field(network: Network, prefix: str) -> Resolution:
    words = _("One number for a square, or height and width such as 224x448.")
    control = Control(_("Resolution (pixels)"), numbers_of(network)["resolution"], help=words)
    return controls.size(f"{prefix}resolution", control)


def _option_fields(network: Network, prefix: str) -> dict[str, object]:
    chosen: dict[str, object] = {}
    for option in network.options:
        label, explanation = _option_words()[option]
        control = Control(label, Switch(), help=explanation)
        chosen[option] = controls.toggle(prefix + option, control)
    return chosen


def _size_fields(prefix: str) -> dict[str, object]:
    labels = {
        "classes": _("Classes"),
        "in_channels": _("Input channels"),
        "divisor": _("Channel divisor"),
    }
    found: dict[str, object] = {
        name: controls.number(prefix + name, Control(label, NUMBERS[name]))
        for name, label in labels.items()
    }
    words = _("Strides beyond it become dilation, as detectors and segmenters want it.")
    stride = Control(_("Output stride"), NUMBERS["output_stride"], help=words)
    return found | {"output_stride": controls.few(f"{prefix}output_stride", stride)}


def _rule_field(network: Network, prefix: str) -> str:
    libraries = {rule.name: rule.library for rule in network.rules}
    control = Control(
        _("Width rule"),
        Word(tuple(libraries), network.rules[0].name),
        lambda name: libraries[name],
        help=_("Libraries round scaled channels differently; they agree at width 1."),
    )
    return controls.pick(prefix + RULE, control)


def _checked(variant: str, chosen: dict[str, object], prefix: str) -> Config:
    own = {KEY: st.session_state[query.design_name(prefix)]} if variant == KEY else {}
    try:
        return configure(variant, **own, **chosen)
    except ConfigError as error:
        st.error(str(error))
        st.stop()
