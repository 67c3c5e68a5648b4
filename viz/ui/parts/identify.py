"""Parts of the page that says which network a file, or a pasted error, is about."""

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from viz.exports.figures import words_of_pair
from viz.net.config import Config
from viz.net.words import words_of
from viz.reading.answer import Identification, Named
from viz.reading.identify import identify
from viz.reading.pasted import ErrorAnswer, identify_error
from viz.reading.tensors import ReadError, printable
from viz.reading.words import facts, headline, python_lines
from viz.ui import grid, kept, picture, query
from viz.ui.controls import Controls
from viz.ui.parts import compare
from viz.ui.translate import _

ANSWER, PROBLEM = "identify:answer", "identify:problem"
READ, TEXT = "identify:read", "identify-error"  # how many files have been read; the pasted text
LONGEST_NAME = 60  # characters; systems allow 255 bytes
AT_ONCE = threading.BoundedSemaphore(2)  # processes that read; a class may drop its files together


class FileAnswer(NamedTuple):
    """What a file was called, and what it is."""

    name: str
    found: Identification


def parameters(_config: Config | None = None) -> Controls:
    """What links may say of the page: nothing, for files stay with the reader."""
    return {}


# What comes in


def take_file() -> None:
    """A place to drop a file; it is read at once, in another process, and not kept."""
    number = st.session_state.setdefault(READ, 0)
    dropped = st.file_uploader(
        _("Drop a file of weights"),
        key=f"identify-file-{number}",
        help=_(
            "Names and shapes are read in a process of its own, no weights, and nothing in the "
            "file is run. It is removed as soon as it has been read."
        ),
    )
    if dropped is None:
        return
    with st.spinner(_("Reading names and shapes …"), show_time=True):
        _answer_file(dropped.name, dropped.getbuffer())
    st.session_state[READ] = number + 1  # a new place, so that the server forgets the file
    st.rerun()


def _answer_file(name: str, content: memoryview) -> None:
    """Keep what the file is, or why it cannot be read."""
    short = file_name(name)
    _forget()
    try:
        with tempfile.TemporaryDirectory(prefix="mobilenet-atlas-") as folder, AT_ONCE:
            path = Path(folder, short)
            path.write_bytes(content)
            st.session_state[ANSWER] = FileAnswer(short, identify(path))
    except ReadError as error:
        st.session_state[PROBLEM] = str(error)
    except OSError:  # the disk is full
        st.session_state[PROBLEM] = _("The server has no room for the file now; try again.")


def file_name(name: str) -> str:
    """What a file is called, as a name that every system takes."""
    last = printable(Path(name.replace("\\", "/").replace("\0", "")).name)[-LONGEST_NAME:]
    return last if last.strip(". ") else "file"


def take_error() -> None:
    """A field for what load_state_dict printed."""
    st.text_area(
        _("Or paste the error of load_state_dict"),
        key=TEXT,
        height=112,
        placeholder="RuntimeError: Error(s) in loading state_dict for MobileNetV2: …",
    )
    st.button(_("Read the error"), on_click=_answer_error)


def _answer_error() -> None:
    _forget()
    try:
        st.session_state[ANSWER] = identify_error(st.session_state[TEXT])
    except ReadError as error:
        st.session_state[PROBLEM] = str(error)


def _forget() -> None:
    st.session_state[ANSWER] = st.session_state[PROBLEM] = None


# What is said


def show_answer() -> None:
    """The answer, or what is wrong; before there is one, what can be asked."""
    if problem := st.session_state.get(PROBLEM):
        st.error(query.plain(problem))
        return
    answer = st.session_state.get(ANSWER)
    if isinstance(answer, FileAnswer):
        _show_file(answer)
    elif isinstance(answer, ErrorAnswer):
        _show_error(answer)
    else:
        _explain()


def _explain() -> None:
    st.markdown(
        _(
            "PyTorch checkpoints, safetensors, ONNX, Keras (.h5, .weights.h5, .keras) and TFLite, "
            "whatever the file is called. The answer goes by shapes, not by names: network, width, "
            "width rule, classes, options; what is missing or left over; the lines that load it."
        )
    )
    st.caption(
        _(
            "Detectors and segmenters are searched for the network inside them. Shapes never show "
            "strides, dilation, padding, activations or the resolution."
        )
    )


def _show_file(answer: FileAnswer) -> None:
    found = answer.found
    st.markdown(f"#### {query.plain(answer.name)}: {query.plain(headline(found))}")
    config = found.match or (found.nearest.config if found.nearest else None)
    said, code = st.columns(2) if found.match else (st.container(), None)
    with said:
        st.caption("  \n".join(query.plain(line) for line in facts(found)))
        if config:
            _show_links(config, found)
    if code:
        code.code("\n".join(python_lines(found, answer.name)), language="python")
    if found.match:
        _show_network(found.match)
        _show_differences(found)
        _show_names(found)


def _show_names(found: Identification) -> None:
    st.markdown(f"**{_('Every tensor under three names')}**")
    columns = {
        "theirs": _("In the file"),
        "ours": _("Here"),
        "torchvision": _("In torchvision"),
        "shape": _("Shape in the file"),
    }
    grid.show(found.names, columns, height=420)


def _show_links(config: Config, found: Identification) -> None:
    with st.container(horizontal=True):
        st.page_link(
            "architecture.py",
            label=_("Open in Architecture") if found.match else _("Open the nearest"),
            icon=":material/account_tree:",
            query_params={query.NETWORK: config.variant, **words_of(config)},
        )
        if found.match and found.nearest:
            st.page_link(
                "compare.py",
                label=_("Compare with the nearest"),
                icon=":material/compare:",
                query_params=_pair(config, found.nearest.config),
            )


def _show_network(config: Config) -> None:
    picture.show(
        kept.network(kept.trace(config), picture.look(source=config.network.paper)),
        key="identify-picture",
        label=config.title,
    )


def _show_differences(found: Identification) -> None:
    if found.differences:
        st.markdown(f"**{_('Of another shape')}**")
        columns = {
            "what": _("Layer"),
            "file": _("In the file"),
            "network": _("In the network"),
        }
        st.caption(_("out × in per group × height × width"))
        grid.show(found.differences, columns, height="content")
    _show_named(_("Missing in the file: {count:,} tensors"), found.missing)
    _show_named(_("Left over: {count:,} tensors"), found.unexpected)


def _show_named(title: str, rows: Sequence[Named]) -> None:
    if rows:
        with st.expander(title.format(count=len(rows))):
            grid.show(rows, {"name": _("Tensor"), "shape": _("Shape")})


def _show_error(answer: ErrorAnswer) -> None:
    st.markdown("  \n".join(query.plain(sentence) for sentence in answer.advice))
    if answer.file.match and answer.model.match:
        _show_pair(answer.file.match, answer.model.match)
    elif known := answer.file.match or answer.model.match:
        _show_network(known)
    _show_mismatched(answer)


def _show_pair(file: Config, model: Config) -> None:
    """Both networks on one slide, what differs framed."""
    st.page_link(
        "compare.py",
        label=_("Compare the file's network with the model"),
        icon=":material/compare:",
        query_params=_pair(file, model),
    )
    compare.show_picture(kept.trace(file), kept.trace(model))


def _pair(left: Config, right: Config) -> dict[str, str]:
    """What a link to Compare says."""
    networks = {query.NETWORK: left.variant, compare.PREFIX + query.NETWORK: right.variant}
    return networks | words_of_pair(left, right)


def _show_mismatched(answer: ErrorAnswer) -> None:
    pairs = zip(answer.file.tensors, answer.model.tensors, strict=True)
    rows = [{"name": f.name, "file": f.shape, "model": m.shape} for f, m in pairs]
    if rows:
        st.markdown(f"**{_('Of another shape')}**")
        grid.show(
            rows,
            {"name": _("Tensor"), "file": _("In the file"), "model": _("In the model")},
            height=320,
        )
    _show_named(_("The model has, the file lacks: {count:,}"), _named(answer.missing))
    _show_named(_("The file has, the model lacks: {count:,}"), _named(answer.unexpected))


def _named(names: Sequence[str]) -> list[Named]:
    return [Named(name, ()) for name in names]
