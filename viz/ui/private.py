"""Every private name of Streamlit and its server that the app uses, and what would end its use.

Nothing else imports from Streamlit's modules, and no style sheet or script has a name of its front
end that is not in ``FRONT_END``: ``tests/test_private.py`` looks.
"""

import gc
import socket
import time
from collections.abc import Mapping
from pathlib import PurePosixPath
from threading import Lock, RLock
from typing import Any
from weakref import WeakValueDictionary

from streamlit import net_util
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer
from streamlit.navigation.page import Page
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SafeSessionState, SessionState

__all__ = [
    "ACTIVE_THEME",
    "LAST_REQUEST",
    "DeltaGenerator",
    "Page",
    "TabContainer",
    "ask_no_other_host",
    "is_history_step",
    "keep_downloads",
    "lock_sessions",
    "send_at_once",
]

# What stands in Python: the name, and what would end its use.
PYTHON: Mapping[str, str] = {
    "streamlit.delta_generator.DeltaGenerator": "streamlit.typing, specified in streamlit #16094",
    "streamlit.elements.lib.mutable_tab_container.TabContainer": "streamlit.typing, as above",
    "streamlit.navigation.page.Page": "streamlit.typing, as above",
    "streamlit.net_util": "an option that lets the server not ask a host on the internet who it is",
    "streamlit.runtime.media_file_manager.MediaFileManager": "a deferred download that is kept "
    "until it has been fetched",
    "streamlit.runtime.scriptrunner.get_script_run_ctx": "Back and Forward in st.context",
    "streamlit.runtime.state.SafeSessionState": "a lock for each session, not for each run",
    "streamlit.runtime.state.SessionState": "the same, as above",
}

_HIDDEN = "an option of st.set_page_config to show the page without it"
# What stands in style sheets and scripts: data-testid, attribute, class or storage key.
FRONT_END: Mapping[str, str] = {
    "stMain": _HIDDEN,
    "stMainBlockContainer": "options for the page's padding beside theme.paddingTop",
    "stHeader": _HIDDEN,
    "stSidebar": "streamlit #12065: a sidebar that goes where a page has none",
    "stToolbar": _HIDDEN,
    "stPopover": "a style for print",
    "stStatusWidget": "a place for what st.App shows while a page runs",
    "stLayoutWrapper": "position of a container with key=, whose wrapper has no class",
    "stHorizontalBlock": "columns that wrap below a given width",
    "stColumn": "columns that wrap below a given width",
    "stCaptionContainer": "a colour for captions in the theme with enough contrast",
    "stMarkdownContainer": "formulas that scroll where they are wider than the page",
    "stMetric": "a metric's change that wraps",
    "stMetricDelta": "a metric's change that wraps",
    "stMultiSelect": "a theme colour for chosen words, and words that wrap",
    "stMultiSelectTagsContainer": "words of a multiselect that wrap",
    "data-tag": "a theme colour for chosen words",
    "react-aria-ComboBox": "words of a multiselect that wrap",
    "stButtonGroup": "choices that wrap on a narrow page",
    "stApp": "a hint that a page measures and must not be stopped",
    "stProgress": "a bar for what has no share that is done",
    "stSkipToContent": _HIDDEN,
    "stElementContainer": "a chart as large as its container, at a size of its own",
    "stFullScreenFrame": "a chart as large as its container, at a size of its own",
    "stDataFrame": "a shortcut= that leaves keys alone while a table has the focus",
    "stPlotlyChart": "a style for print",
    "stActiveTheme": "streamlit #14172: a theme that can be set at runtime",
}


# What the front end asks for when its own files are loaded, just before it opens its connection:
# until st.App has an event for the first session.
LAST_REQUEST = "/_stcore/host-config"


# The front end's storage key of its theme, as JavaScript: streamlit #14172, as above.
ACTIVE_THEME = "`stActiveTheme-${location.pathname}-v2`"


def is_history_step() -> bool:
    """Whether Back or Forward of the browser asked for this run."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


# Of sessions by their state, whose number is its own as long as a run has it and so its lock.
_LOCKS: WeakValueDictionary[int, Any] = WeakValueDictionary()
_LOOKING = Lock()


def lock_sessions() -> None:
    """Let all runs of a session take turns at its state.

    A choice that is made while the page runs starts a second run beside the first. Each has a lock
    of its own for the one state: "dictionary changed size during iteration". None of it is kept
    while a run waits for anything but a callback.
    """
    first = SafeSessionState.__init__
    if first.__module__ == __name__:
        return

    def init(self: SafeSessionState, state: SessionState, yield_callback: Any) -> None:
        first(self, state, yield_callback)
        with _LOOKING:
            lock = _LOCKS.setdefault(id(state), RLock())
        object.__setattr__(self, "_lock", lock)

    SafeSessionState.__init__ = init  # type: ignore[method-assign]  # that is what is meant


DOWNLOADS = "atlas:downloads"  # in a session's place
KEPT_SECONDS = 60.0


def keep_downloads(seconds: float = KEPT_SECONDS) -> None:
    """Keep a file that a click has made for so long that the browser can fetch it.

    Nothing refers to such a file, and so the ends of any two other readers' runs remove it: beside
    a class it was gone before it was asked for. It goes with the first run that ends later.
    """
    make, tidy = MediaFileManager.execute_deferred, MediaFileManager.remove_orphaned_files
    if make.__module__ == __name__:
        return
    made: dict[str, float] = {}

    def execute_deferred(self: MediaFileManager, file_id: str) -> str:
        address = make(self, file_id)
        with self._lock:
            made[address] = time.monotonic()
            self._files_by_session_and_coord[DOWNLOADS][address] = PurePosixPath(address).stem
        return address

    def remove_orphaned_files(self: MediaFileManager) -> None:
        with self._lock:
            kept, now = self._files_by_session_and_coord[DOWNLOADS], time.monotonic()
            for old in [each for each, then in made.items() if then < now - seconds]:
                del made[old]
                kept.pop(old, None)
        tidy(self)

    MediaFileManager.execute_deferred = execute_deferred  # type: ignore[method-assign]  # meant
    MediaFileManager.remove_orphaned_files = remove_orphaned_files  # type: ignore[method-assign]


def ask_no_other_host() -> None:
    """Let the server not ask a host on the internet for its own address.

    It would, to print it at a start without a browser, and for every reader who comes by a name
    that it does not know, as behind a proxy.
    """
    net_util.get_external_ip = lambda: None


def send_at_once() -> None:
    """Let every listening socket of this process pass TCP_NODELAY to its connections.

    asyncio sets it only where a socket names its protocol, and Streamlit's does not (the same in
    uvicorn: github.com/Kludex/uvicorn/issues/3149, which would end this). Without it an answer of
    two parts waits for the receiver's delayed acknowledgement: each of the front end's hundred
    files takes 47 ms in place of 1. Nobody hands out the socket, so it is looked for.
    """
    for found in gc.get_objects():
        # Not isinstance: it asks what a weak reference stands for, which may be gone.
        if issubclass(type(found), socket.socket) and _listens(found):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _listens(found: socket.socket) -> bool:
    inet = found.fileno() >= 0 and found.family in (socket.AF_INET, socket.AF_INET6)
    return (
        inet
        and found.type == socket.SOCK_STREAM
        and bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    )
