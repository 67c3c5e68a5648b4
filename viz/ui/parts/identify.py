"""Parts of the page that identifies the network of a file or of a pasted error."""

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from viz.lab.choice import shipped
from viz.net.config import NUMBERS, Config, configure, fields_of
from viz.net.trace import trace_config
from viz.net.words import words_of
from viz.net.zoo import Network
from viz.reading.answer import Identification, Named
from viz.reading.graphs.files import read_lines, trace_of_lines
from viz.reading.identify import identify
from viz.reading.load_errors import ErrorAnswer, identify_error
from viz.reading.tensors import ReadError, printable
from viz.ui import controls, grid, query, uploaded
from viz.ui.admission import away
from viz.ui.controls import Control, Controls
from viz.ui.parts import compare, identify_answer
from viz.ui.parts.identify_answer import FileAnswer
from viz.ui.translate import _

ANSWER, PROBLEM = "identify:answer", "identify:problem"
READ, TEXT = "identify:read", "identify-error"  # how many files have been read; the pasted text
MANY_ROWS = 8  # of a table that is scrolled
LONGEST_NAME = 60  # characters; systems allow 255 bytes
EXAMPLE = (
    "RuntimeError: Error(s) in loading state_dict for MobileNetV2:\n"
    "\tsize mismatch for classifier.1.weight: copying a param with shape torch.Size([5, 1280]) "
    "from checkpoint, the shape in current model is torch.Size([1000, 1280]).\n"
    "\tsize mismatch for classifier.1.bias: copying a param with shape torch.Size([5]) "
    "from checkpoint, the shape in current model is torch.Size([1000])."
)
AT_ONCE = threading.BoundedSemaphore(2)  # processes that read; a class may drop its files together
SIDE = "side"


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page; files are not part of links."""
    words = _(
        "Input size of an ONNX file that leaves it open. Set it before you drop the file: "
        "the file is not kept."
    )
    return {
        SIDE: Control(
            _("Input size if the file leaves it open (px)"), NUMBERS["resolution"], help=words
        )
    }


# What comes in


def take_file() -> None:
    """File upload; the file is read in another process and not kept."""
    number = st.session_state.setdefault(READ, 0)
    place, side = st.columns([3, 1])
    with side:
        controls.size(SIDE, parameters()[SIDE])
    dropped = place.file_uploader(
        _("Drop a file of weights, or an ONNX model"),
        key=f"identify-file-{number}",
        help=_(
            "Only names and shapes are read, in a separate process; no code in the file is "
            "run. The file is deleted after reading."
        ),
    )
    if dropped is None:
        return
    waiting = st.container(key="identify-waiting")
    waiting.progress(1.0)
    with waiting, st.spinner(_("Reading names and shapes …"), show_time=True):
        _answer_file(dropped.name, dropped.getbuffer())
    st.session_state[READ] = number + 1  # a new place, so that the server forgets the file
    st.rerun()


def _answer_file(name: str, content: memoryview) -> None:
    """Store the answer about a file, or its error."""
    short = file_name(name)
    _forget()
    try:
        with tempfile.TemporaryDirectory(prefix="mobilenet-atlas-") as folder, away(), AT_ONCE:
            path = Path(folder, short)
            path.write_bytes(content)
            found = identify(path)
            network, unread = _network_in(path, found)
            st.session_state[ANSWER] = FileAnswer(short, found, network, unread)
            _choose(configure(network) if network else found.match)
    except ReadError as error:
        st.session_state[PROBLEM] = str(error)
    except OSError:  # the disk is full
        st.session_state[PROBLEM] = _("The server has no space for the file now; try again.")


def _choose(config: Config | None) -> None:
    """Make the file's network the one that other pages show."""
    if config is None:
        return
    query.choose(query.NETWORK, config.variant)
    words = words_of(config)
    for name, field in fields_of(config.network).items():
        query.choose(name, field.read(name, words[name]) if name in words else field.default)


def _network_in(path: Path, found: Identification) -> tuple[Network | None, str]:
    """The network that an ONNX file draws, or why it cannot be drawn."""
    if found.format != "onnx":
        return None, ""
    try:
        lines = read_lines(path, st.session_state[SIDE])
        network = trace_of_lines(lines).config.network
    except ReadError as error:
        return None, str(error)
    uploaded.store(network, lines)
    return network, ""


def file_name(name: str) -> str:
    """File name made safe for every system."""
    last = printable(Path(name.replace("\\", "/").replace("\0", "")).name)[-LONGEST_NAME:]
    return last if last.strip(". ") else "file"


def take_error() -> None:
    """Text field for an error of load_state_dict."""
    st.text_area(
        _("Or paste the error of load_state_dict"),
        key=TEXT,
        height=112,
        placeholder="RuntimeError: Error(s) in loading state_dict for MobileNetV2: …",
        on_change=_answer_error,  # Ctrl and Enter, as the field itself says
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
    """The answer or the error; before that, instructions."""
    if problem := st.session_state.get(PROBLEM):
        st.error(query.plain(problem))
        return
    answer = st.session_state.get(ANSWER)
    if isinstance(answer, FileAnswer):
        identify_answer.show(answer)
    elif isinstance(answer, ErrorAnswer):
        _show_error(answer)
    else:
        _explain()


def _explain() -> None:
    with st.container(horizontal=True):
        st.button(_("Try a weights file"), icon=":material/draft:", on_click=_try_file)
        st.button(_("Try an error"), icon=":material/error:", on_click=_try_error)
    st.caption(
        _(
            "PyTorch, safetensors, ONNX, Keras and TFLite under any file name, identified by "
            "tensor shapes. Shapes do not show strides, padding, activations or resolution; "
            "ONNX holds them, so any CNN in ONNX is drawn."
        )
    )


def _try_file() -> None:
    """The weights that come with the Atlas, as if they had been dropped."""
    path = next(iter(shipped().values()))
    _answer_file(path.name, memoryview(path.read_bytes()))


def _try_error() -> None:
    """What torch says when a V2 that learned five classes is loaded into one of 1,000."""
    st.session_state[TEXT] = EXAMPLE
    _answer_error()


def _show_error(answer: ErrorAnswer) -> None:
    st.markdown("  \n".join(query.plain(sentence) for sentence in answer.advice))
    if answer.file.match and answer.model.match:
        _show_pair(answer.file.match, answer.model.match)
    elif known := answer.file.match or answer.model.match:
        identify_answer.show_network(known)
    _show_mismatched(answer)


def _show_pair(file: Config, model: Config) -> None:
    """Both networks on one slide, what differs framed."""
    st.page_link(
        "compare.py",
        label=_("Compare the file's network with the model"),
        icon=":material/compare:",
        query_params=identify_answer.pair_words(file, model),
    )
    compare.show_picture(trace_config(file), trace_config(model))


def _show_mismatched(answer: ErrorAnswer) -> None:
    pairs = zip(answer.file.tensors, answer.model.tensors, strict=True)
    rows = [{"name": f.name, "file": f.shape, "model": m.shape} for f, m in pairs]
    if rows:
        controls.heading(_("Different shape"))
        grid.show(
            rows,
            {"name": _("Tensor"), "file": _("In the file"), "model": _("In the model")},
            height=320 if len(rows) > MANY_ROWS else "content",
        )
    identify_answer.show_named(_("Missing in the file: {count:,}"), _named(answer.missing))
    identify_answer.show_named(_("Missing in the model: {count:,}"), _named(answer.unexpected))


def _named(names: Sequence[str]) -> list[Named]:
    return [Named(name, ()) for name in names]
