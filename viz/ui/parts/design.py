"""Parts of the page on which a reader designs a network of their own."""

from dataclasses import replace
from typing import Any
from zlib import crc32

import streamlit as st

from viz.activations import label_of
from viz.drawing.diagrams import draw, draw_half
from viz.exports import Request
from viz.facts.compare import align, marks
from viz.facts.design_rows import edited, lines_of, used_columns
from viz.facts.totals import BUDGET, totals_of
from viz.net import timm_strings
from viz.net.config import Config
from viz.net.design import BETWEEN_ROWS, FORMS, KEY, design, rows_of, write
from viz.net.fields import ConfigError, Number
from viz.net.rows import NL
from viz.net.trace import Trace, trace, trace_config
from viz.net.words import words_of
from viz.net.zoo import ZOO, Network
from viz.ui import controls, downloads, grid, picture, query, slides
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

OF = "design:of"
FILE, STRINGS = "design-file", "timm-strings"
DRAFT, PROBLEM, PAST, FUTURE = "design:draft", "design:problem", "design:past", "design:future"
BUDGETS = ("params", "macs", "peak")


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters besides the network: the reader's budget."""
    labels = {
        "params": _("Parameters (M)"),
        "macs": _("MACs (M)"),
        "peak": _("Peak memory (MB, int8)"),
    }
    none = _("0: no budget.")
    return {f"most_{name}": Control(labels[name], BUDGET, help=none) for name in BUDGETS}


def start_of(config: Config) -> Trace:
    """The network that the design started from, at the same choices."""
    key = config.design.start if config.design else config.variant
    return trace_config(started(config, key))


def started(config: Config, key: str) -> Config:
    """The start under the design's width, input and rule."""
    options = tuple(name for name in config.options if name in ZOO[key].options)
    return replace(config, variant=key, own=None, options=options)


def show_table(config: Config) -> None:
    """Row editor with its errors and undo."""
    _forget_drafts_of_others(config)
    texts = st.session_state.get(DRAFT) or rows_of(config.network)
    key = f"rows-{crc32(BETWEEN_ROWS.join(texts).encode()):08x}"
    start = config.network.start or config.network.key

    def changed() -> None:
        state = st.session_state[key]
        try:
            rows = edited(texts, state["edited_rows"], state["added_rows"], state["deleted_rows"])
        except ConfigError as error:
            st.session_state[PROBLEM] = str(error)
            return
        take(rows, start)

    st.data_editor(
        lines_of(texts),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        height="content",
        column_order=used_columns(texts),
        column_config=_columns(),
        on_change=changed,
        placeholder=grid.NOTHING,
    )
    if problem := st.session_state.get(PROBLEM):
        st.error(problem)
    multiples = _("to multiples of {divisor}").format(divisor=config.divisor)
    st.caption(
        _(
            "The picture shows channels after rounding, {way}. Boxes are numbered from 0, "
            "rows from 1."
        ).format(way=multiples if config.rule.rounds else _("down to whole numbers"))
    )
    _show_ways_back(config, start)


def _forget_drafts_of_others(config: Config) -> None:
    """A draft belongs to the network that it was made from; a design that is left can be undone."""
    before = st.session_state.get(OF) or config.network
    if before != config.network:
        st.session_state[DRAFT] = st.session_state[PROBLEM] = None
        if before.key == KEY:  # the picker has left it, not a step of ours
            st.session_state.setdefault(PAST, []).append((KEY, write(before)))
    st.session_state[OF] = config.network


def _columns() -> dict[str, Any]:
    column = st.column_config
    kernel = FORMS["bneck"].values["kernel"]
    optional = FORMS["uib"].values["start"]
    assert isinstance(kernel, Number)  # as its form says
    assert isinstance(optional, Number)  # likewise
    return {
        "number": grid.number("#", help=_("Edit it to move the row."), format="%g", width=46),
        "row": column.SelectboxColumn(_("Row"), options=list(FORMS), required=True, width=74),
        "kernel": column.SelectboxColumn(
            "K", options=list(kernel.only), help=_("Kernel size."), width=46
        ),
        "start": column.SelectboxColumn("K1", options=list(optional.only), width=45),
        "middle": column.SelectboxColumn("K2", options=list(optional.only), width=45),
        "t": grid.number("t", width=45),
        "exp": grid.number(_("Exp"), help=_("Expanded channels."), width=56),
        "out": grid.number(_("Out"), width=58),
        "se": column.CheckboxColumn(_("SE"), width=54),
        "nl": column.SelectboxColumn(
            _("Act."),
            help=_("Activation."),
            options=list(NL.words),
            format_func=lambda key: label_of(str(key)),
            width=66,
        ),
        "stride": column.SelectboxColumn(_("Stride"), options=[1, 2], width=72),
        "n": grid.number("n", width=45),
        "k": grid.number("k", help=_("Branches of each step."), width=45),
        "heads": grid.number(_("Heads"), width=60),
        "dim": grid.number("d", help=_("Channels per head."), width=50),
        "kv_stride": column.SelectboxColumn(_("kv stride"), options=[1, 2], width=65),
        "group_size": grid.number(
            _("Group"), help=_("Channels per group; 0: one group."), width=60
        ),
        "skip": column.CheckboxColumn(_("Skip"), width=45),
    }


def take(rows: list[str], start: str) -> None:
    """Make these rows the design, or keep them as a draft with what is wrong."""
    try:
        made = design(rows, start)
        trace(made)  # that it can be, and is within all bounds
    except ConfigError as error:
        st.session_state[DRAFT], st.session_state[PROBLEM] = rows, str(error)
        return
    st.session_state.setdefault(PAST, []).append(_current())
    st.session_state[FUTURE] = []
    _set(write(made))


def _current() -> tuple[str, str]:
    """Key of the chosen network and text of the design."""
    key = st.session_state[query.NETWORK]
    return key, st.session_state[KEY] if key == KEY else ""


def _set(text: str, key: str = KEY) -> None:
    st.session_state[DRAFT] = st.session_state[PROBLEM] = st.session_state[OF] = None
    st.session_state[query.NETWORK] = key
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    params |= {query.NETWORK: [key]}
    if text:
        query.choose(KEY, text)
        params |= {KEY: [text]}
    st.query_params.from_dict(params)  # both at once: one step of the browser's history


def _step(source: str, target: str) -> None:
    st.session_state.setdefault(target, []).append(_current())
    key, text = st.session_state[source].pop()
    _set(text, key)


def _show_ways_back(config: Config, start: str) -> None:
    with st.container(horizontal=True):
        _step_button(_("Undo"), ":material/undo:", PAST, FUTURE)
        _step_button(_("Redo"), ":material/redo:", FUTURE, PAST)
        if st.session_state.get(DRAFT):
            st.button(_("Revert to the last valid rows"), on_click=_set, args=("", config.variant))
        if config.design:
            label = _("Reset to {network}").format(network=ZOO[start].name)
            st.button(label, on_click=_set, args=("", start))


def _step_button(label: str, icon: str, source: str, target: str) -> None:
    none = not st.session_state.get(source)
    st.button(label, icon=icon, on_click=_step, args=(source, target), disabled=none)


def show_picture(traced: Trace, start: Trace) -> None:
    """The design, marked where it differs from its start."""
    found = marks(align(start, traced), "right") if traced.config.design else {}
    look = picture.look(marks=found)
    picture.show(
        draw(traced, look=look) if slides.wanted() else draw_half(traced, look),
        key="design-picture",
        label=traced.config.title,
        hint=_("Underlined: changed. Framed: no counterpart.") if found else "",
    )


def show_totals(traced: Trace, start: Trace) -> None:
    """Figures compared with the original and with the reader's budget."""
    asked = parameters()
    for column, row in zip(st.columns(len(BUDGETS)), totals_of(traced, start), strict=True):
        most = controls.value_of(f"most_{row.name}", asked[f"most_{row.name}"])
        against = row.against if traced.config.design else None
        column.metric(row.label, row.shown, delta=against, delta_color="off", delta_arrow="off")
        if isinstance(most, int | float) and most:
            over = row.over(most)
            sign = ":material/close:" if over else ":material/check:"
            words = _("over the budget by {count:,} {unit}") if over else _("within the budget")
            column.caption(f"{sign} {words.format(count=over, unit=row.unit)}")


def show_budgets() -> None:
    """What the design may cost; the figures above say whether it does."""
    with st.expander(_("Budgets")):
        for column, (name, control) in zip(st.columns(3), parameters().items(), strict=True):
            with column:
                controls.number(name, control)


def _second(config: Config, start: str) -> dict[str, str]:
    """The words of the start at the design's choices, as Compare's second network."""
    params = words_of(started(config, start))
    return {query.SECOND + name: text for name, text in {query.NETWORK: start, **params}.items()}


def show_ways_out(config: Config) -> None:
    """timm's strings to copy and paste, and the design as a file."""
    start = config.network.start or config.network.key
    if config.design:
        st.page_link(
            "compare.py",
            label=_("Compare with {network}").format(network=ZOO[start].name),
            icon=":material/arrow_forward:",
            query_params={query.NETWORK: KEY, **words_of(config), **_second(config, start)},
        )
        words = _("Keep editing the rows; Compare shows this copy as its second network.")
        st.button(
            _("Keep a copy for Compare"), on_click=_keep, args=(write(config.design),), help=words
        )
    with st.expander(_("timm's block strings")):
        _show_strings(config, start)
    with st.expander(_("Save as file")):
        st.download_button(
            _("Design as JSON"),
            lambda: _file(config),
            "design.json",
            "application/json",
            on_click="ignore",
        )
        if st.file_uploader(_("Open a design"), type="json", key=FILE) is not None:
            st.button(_("Use this design"), on_click=_take_file)
    downloads.of_table(Request(config, rows="paper"))


def _keep(text: str) -> None:
    """Make the design Compare's second network."""
    for name, value in ((query.SECOND + KEY, text), (query.SECOND + query.NETWORK, KEY)):
        query.choose(name, value)


def _file(config: Config) -> bytes:
    from viz.exports.designs import as_json

    return as_json(Request(config))


def _take_file() -> None:
    from viz.exports.designs import read

    try:
        made = read(st.session_state[FILE].getvalue())
    except ConfigError as error:
        st.session_state[PROBLEM] = str(error)
        return
    take(rows_of(made), made.start)


def _show_strings(config: Config, start: str) -> None:
    try:
        st.code("\n".join(timm_strings.body_of(config.network)), language=None)
    except ConfigError as error:
        st.caption(str(error))
    st.text_area(_("Paste block strings, one per line"), key=STRINGS)
    st.button(_("Use these rows"), on_click=_take_strings, args=(config.network, start))


def _take_strings(network: Network, start: str) -> None:
    try:
        rows = timm_strings.with_body(network, st.session_state[STRINGS].split())
    except ConfigError as error:
        st.session_state[PROBLEM] = str(error)
        return
    take(rows, start)
