"""Answer about a file: its network, picture and differences."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from viz.exports.figures import words_of_pair
from viz.facts.tables import uncounted_notes
from viz.net.config import Config, configure
from viz.net.notes import notes_of
from viz.net.trace import trace_config
from viz.net.words import words_of
from viz.net.zoo import Network
from viz.reading.answer import Identification, Named
from viz.reading.words import facts, headline, python_lines
from viz.ui import controls, grid, picture, query, shared_cache
from viz.ui.parts import compare
from viz.ui.translate import _


class FileAnswer(NamedTuple):
    """Name of a file and its identification.

    ``network`` is the one that an ONNX file holds, or ``unread`` says why it cannot be drawn.
    """

    name: str
    found: Identification
    network: Network | None = None
    unread: str = ""


def show(answer: FileAnswer) -> None:
    """The whole answer about one file."""
    found = answer.found
    controls.heading(f"{query.plain(answer.name)}: {query.plain(headline(found))}")
    config = found.match
    text, code = st.columns(2) if found.match else (st.container(), None)
    with text:
        st.caption("  \n".join(query.plain(line) for line in facts(found)))
        _show_links(config, answer)
    if code:
        code.code("\n".join(python_lines(found, answer.name)), language="python")
    if answer.network:
        _show_own(answer.network)
    elif found.match:
        show_network(found.match)
    if answer.unread:
        st.caption(query.plain(_("Not drawn: {problem}").format(problem=answer.unread)))
    if found.match:
        _show_differences(found)
        _show_names(found)


def _show_own(network: Network) -> None:
    config = configure(network)
    show_network(config)
    for note in [*notes_of(config), *uncounted_notes(trace_config(config))]:
        st.caption(query.plain(note))


def _show_names(found: Identification) -> None:
    controls.heading(_("Tensor names: file, Atlas, torchvision"))
    columns = {
        "theirs": _("In the file"),
        "ours": _("In the Atlas"),
        "torchvision": _("In torchvision"),
        "shape": _("Shape in the file"),
    }
    grid.show(found.names, columns, height=420)


def _show_links(config: Config | None, answer: FileAnswer) -> None:
    with st.container(horizontal=True):
        if answer.network:
            _link_to_own(answer.network, answer.found)
        if config:
            _link_to_ours(config, answer.found)


def _link_to_own(network: Network, found: Identification) -> None:
    """Network as read from the file."""
    config = configure(network)
    st.page_link(
        "architecture.py",
        label=_("Open the file's network in Architecture"),
        icon=":material/draft:",
        query_params={query.NETWORK: config.variant},
    )
    if found.match:
        st.page_link(
            "compare.py",
            label=_("Compare with the identified network"),
            icon=":material/compare:",
            query_params=pair_words(found.match, config),
        )


def _link_to_ours(config: Config, found: Identification) -> None:
    st.page_link(
        "architecture.py",
        label=_("Open in Architecture"),
        icon=":material/account_tree:",
        query_params={query.NETWORK: config.variant, **words_of(config)},
    )
    if found.nearest:
        st.page_link(
            "compare.py",
            label=_("Compare with the nearest"),
            icon=":material/compare:",
            query_params=pair_words(config, found.nearest.config),
        )
    st.page_link(
        "inside.py",
        label=_("Send a picture through it (drop the file there again)"),
        icon=":material/image:",
        query_params={query.NETWORK: config.variant, **words_of(config), "weights": "file"},
    )


def show_network(config: Config) -> None:
    """The picture of a network."""
    picture.show(
        shared_cache.network(trace_config(config), picture.look(source=config.network.paper)),
        key="identify-picture",
        label=config.title,
    )


def _show_differences(found: Identification) -> None:
    if found.differences:
        controls.heading(_("Different shape"))
        columns = {
            "what": _("Layer"),
            "file": _("In the file"),
            "network": _("In the network"),
        }
        st.caption(_("out × in per group × height × width"))
        grid.show(found.differences, columns, height="content")
    show_named(_("Missing in the file: {count:,} tensors"), found.missing)
    show_named(_("Unexpected in the file: {count:,} tensors"), found.unexpected)


def show_named(title: str, rows: Sequence[Named]) -> None:
    """Tensors with their shapes, folded away; nothing for none."""
    if rows:
        with st.expander(title.format(count=len(rows))):
            grid.show(rows, {"name": _("Tensor"), "shape": _("Shape")})


def pair_words(left: Config, right: Config) -> dict[str, str]:
    """URL parameters of Compare for a pair."""
    networks = {query.NETWORK: left.variant, compare.PREFIX + query.NETWORK: right.variant}
    return networks | words_of_pair(left, right)
