"""Controls that choose a network, bound to the URL; a prefix keeps a second picker apart."""

from dataclasses import replace

import streamlit as st

from viz.net.config import (
    DEPTH,
    DEPTHS,
    LONGEST_DESIGN,
    NUMBERS,
    OPTIONS,
    RULE,
    STRIDE,
    Config,
    config_from,
    configure,
    fields_of,
)
from viz.net.design import KEY, DesignText, read
from viz.net.fields import ConfigError, Field, Switch, Word, number_text, write_all
from viz.net.names import LIBRARY_NAMES, meaning
from viz.net.trace import trace_config
from viz.net.zoo import ZOO, Network
from viz.net.zoo.posts import ARTICLES
from viz.ui import controls, query, uploaded
from viz.ui.controls import Control
from viz.ui.network_controls import controls_of, option_control, size_controls
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _

DESIGN = DesignText(LONGEST_DESIGN)
WIDTH = "width"


def fields(prefix: str = "") -> dict[str, Field]:
    """URL parameters of a picker, for any network."""
    rules = dict.fromkeys(rule.name for network in ZOO.values() for rule in network.rules)
    found: dict[str, Field] = {
        query.NETWORK: uploaded.NetworkWord(choices(prefix), query.DEFAULT_NETWORKS[prefix]),
        **NUMBERS,
        DEPTH: DEPTHS,
        RULE: Word(tuple(rules)),
        **{option: Switch() for option in OPTIONS},
    }
    own = dict.fromkeys((KEY, prefix + KEY), DESIGN)
    return own | {prefix + name: field for name, field in found.items()}


def spell_out(prefix: str = "") -> None:
    """A library's name in the URL becomes the network, the rule and the width that it means."""
    chosen = st.query_params.get(prefix + query.NETWORK)
    if chosen is None or chosen in ZOO:
        return
    key, implied = meaning(chosen)
    if key not in ZOO:
        return
    st.query_params[prefix + query.NETWORK] = key
    for name, text in write_all(fields_of(ZOO[key]), implied).items():
        if prefix + name not in st.query_params:
            st.query_params[prefix + name] = text


def follow_design() -> None:
    """A link with a design and no network means the design."""
    given = st.query_params
    is_new = given.get(KEY) and KEY not in st.session_state
    is_second = given.get(query.SECOND + query.NETWORK) == KEY
    if is_new and not is_second and query.NETWORK not in given:
        st.query_params[query.NETWORK] = KEY


def choices(prefix: str = "") -> tuple[str, ...]:
    """The zoo with the reader's own design and file, where there are; blogs' networks last."""
    has_design = bool(query.chosen_text(query.design_name(prefix), ""))
    own = [KEY] * has_design + [uploaded.KEY] * bool(uploaded.network())
    blogs = [key for key, network in ZOO.items() if network.group == "posts"]
    return (*(key for key in ZOO if key not in blogs), *own, *blogs)


def chosen(prefix: str = "") -> Config:
    """Configuration of a picker, drawn or not.

    Raises ``ConfigError`` for a reader's own network that cannot be, or is beyond a bound.
    """
    config = _chosen(prefix)
    if config.own:
        trace_config(config)
    return config


def _chosen(prefix: str) -> Config:
    variant = controls.value_of(f"{prefix}network", _network_control(_("Network"), prefix))
    network = _network(str(variant), prefix)
    if network.unrolled:
        return configure(network)
    asked = controls_of(network)
    held = {name: controls.value_of(prefix + name, control) for name, control in asked.items()}
    own = {KEY: st.session_state[query.design_name(prefix)]} if variant == KEY else {}
    return config_from(str(variant), own | held)


def network_picker(prefix: str = "") -> DeltaGenerator | None:
    """Controls for one configuration, in the current container; the place of the width's field."""
    network = _network_field(_("Network"), prefix)
    if network.unrolled:
        explain_read(network)
        return None
    if network.group == "posts" and network.key in ZOO:
        _show_article(network)
    asked = controls_of(network)
    _show_presets(network, prefix)
    width_place = st.container()
    if DEPTH in asked:
        controls.slider(prefix + DEPTH, asked[DEPTH])
    controls.size(f"{prefix}resolution", asked["resolution"])
    _shortcuts(network, f"{prefix}resolution", asked["resolution"])
    controls.pick(prefix + RULE, asked[RULE])
    _option_fields(network, prefix)
    # What nobody has opened is not drawn: it would cost every change its share.
    with_stride = _("Classes, channels, divisor, stride")
    words = with_stride if network.dilates else _("Classes, channels, divisor")
    further = st.expander(words, key=f"{prefix}further", on_change="rerun")
    if further.open:
        with further:
            _size_fields(network, prefix)
    return width_place


def width_field() -> None:
    """The width of the sidebar's network, with the published ones below it."""
    network = query.network_of("")
    control = controls_of(network)[WIDTH]
    controls.slider(WIDTH, control)
    _shortcuts(network, WIDTH, control)


def network_row(prefix: str, label: str) -> Config:
    """The same controls in one row, some behind a button; the configuration that they choose."""
    fields = st.columns([4, 4, 3, 3, 2], vertical_alignment="bottom")
    network_field, width_field, resolution_field, rule_field, more = fields
    with network_field:
        network = _network_field(label, prefix)
    if network.unrolled:
        explain_read(network)
        return configure(network)
    asked = controls_of(network)
    with width_field:
        controls.slider(
            f"{prefix}width", replace(asked["width"], label=_("Width multiplier (second network)"))
        )
    with resolution_field:
        controls.size(f"{prefix}resolution", asked["resolution"])
    with rule_field:
        controls.pick(prefix + RULE, asked[RULE])
    further = more.popover(_("More"), width="stretch", key=f"{prefix}further", on_change="rerun")
    if further.open:
        with further:
            _further_fields(network, prefix)
    try:
        return chosen(prefix)
    except ConfigError as error:
        st.error(str(error))
        st.stop()


def _further_fields(network: Network, prefix: str) -> None:
    words = _("Resolution, classes, input channels, divisor and stride of the first network.")
    st.button(_("Same as the first network"), on_click=_as_first, args=(prefix,), help=words)
    if network.deepens:
        controls.slider(prefix + DEPTH, controls_of(network)[DEPTH])
    _option_fields(network, prefix)
    _size_fields(network, prefix)


def _as_first(prefix: str) -> None:
    """Give the second network what the first one has, but for its own width and options."""
    for name in NUMBERS:
        if name != "width" and name in st.session_state:
            st.session_state[prefix + name] = st.session_state[name]


def explain_read(network: Network) -> None:
    """Caption on a network whose settings are fixed by its file."""
    assert network.unrolled is not None  # the caller has seen it
    size = "×".join(map(str, network.unrolled.in_shape))
    st.caption(
        _(
            "Read from {source}, for an input of {size}. Width and options are fixed by the"
            " file. It is not part of links."
        ).format(source=query.plain(network.unrolled.source), size=size)
    )


def _show_article(network: Network) -> None:
    """The post that prints a network, and the page about it."""
    post = network.paper.removeprefix("post ")
    st.caption(_("Code of the blog post {title}").format(title=query.plain(ARTICLES[post].title)))
    st.page_link(
        "posts.py",
        label=_("About this post"),
        query_params={"part": "post", "about": post},
    )


def network_name(key: str) -> str:
    """Display name of a network."""
    if key == uploaded.KEY and (held := uploaded.network()):
        return _("Your file: {name}").format(name=held.name)
    return _("Your design") if key == KEY else ZOO[key].name


def _grouped_name(key: str) -> str:
    """The name after its group, so that a long list has parts."""
    is_related = key in ZOO and ZOO[key].group == "relatives"
    return _("Related · {name}").format(name=network_name(key)) if is_related else network_name(key)


def _network_control(label: str, prefix: str) -> Control:
    field = uploaded.NetworkWord(choices(prefix), query.DEFAULT_NETWORKS[prefix])
    return Control(label, field, _grouped_name)


def _network_field(label: str, prefix: str) -> Network:
    """The network that is picked. Stops the page for a design that cannot be."""
    key = controls.pick(f"{prefix}network", _network_control(label, prefix))
    try:
        return _network(key, prefix)
    except ConfigError as error:
        st.error(str(error))
        st.stop()


def _network(key: str, prefix: str) -> Network:
    """The network of a key. Raises ``ConfigError`` for a design that cannot be."""
    if key == uploaded.KEY and (held := uploaded.network()):
        return held
    if key != KEY:
        return ZOO[key]
    return read(str(query.sync(query.design_name(prefix), DESIGN)))


def _shortcuts(network: Network, name: str, control: Control) -> None:
    """Buttons that set a number to one that a table prints, where there is a choice."""
    values = sorted({getattr(claim, name) for claim in network.claims})
    if len(values) > 1:
        label = _("Published: {name}").format(name=control.label)
        controls.shortcuts(name, control, {number_text(value): value for value in values}, label)


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
        name.rpartition("_")[2].capitalize(): params
        for name, (own, params) in LIBRARY_NAMES.items()
        if own == key and DEPTH in params
    }


def _option_fields(network: Network, prefix: str) -> None:
    for option in network.options:
        controls.toggle(prefix + option, option_control(option))


def _size_fields(network: Network, prefix: str) -> None:
    for name, control in size_controls(network).items():
        draw = controls.few if name == STRIDE else controls.number
        draw(prefix + name, control)
