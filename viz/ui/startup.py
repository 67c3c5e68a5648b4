"""What the server gets ready before it is asked, in one thread that the first browser starts.

Pages are imported while that browser gets ready to ask for one: earlier, it would delay the front
end's files, later, the reader would wait. When the page has been shown, what takes seconds: torch,
plotly and pandas.
"""

import gc
import importlib
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send

from viz.ui import health, logs
from viz.ui.faults import log_once
from viz.ui.private import (
    LAST_REQUEST,
    ask_no_other_host,
    keep_downloads,
    lock_sessions,
    send_at_once,
)
from viz.ui.sockets import FILES_OF_A_SESSION, raise_open_files

FIRST_PAGES = ("viz.ui.frame", "viz.ui.parts.architecture", "viz.ui.parts.home")
BEGINNINGS = (LAST_REQUEST, health.READY)
QUIET_SECONDS = 3.0  # the browser needs the processor for its first picture
# After every 700 new objects, as Python does by default, looking for garbage takes 4 % of the
# processor while a class of 100 is there, and the whole of it 7 %.
OBJECTS_BETWEEN_COLLECTIONS = 20_000
page_shown = threading.Event()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run around the server's life; its socket is bound when this begins."""
    logs.set_up()  # again: loggers have come since
    send_at_once()
    lock_sessions()
    keep_downloads()
    ask_no_other_host()
    log_once()
    health.stop_late()
    if files := raise_open_files():
        readers = files // FILES_OF_A_SESSION
        logs.tell(f"Open files: at most {files:,}, for about {readers:,} readers.")
    yield
    health.stopping.set()


class GetReady:
    """ASGI middleware that starts the thread when a browser is about to open its connection.

    Whoever asks whether the server is ready starts it, too.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app
        self.has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; at the first of ``BEGINNINGS``, begin."""
        if not self.has_begun and scope.get("path", "").endswith(BEGINNINGS):
            self.has_begun = True
            threading.Thread(target=_get_ready, name="get-ready", daemon=True).start()
        await self.app(scope, receive, send)


def _get_ready() -> None:
    for name in FIRST_PAGES:
        importlib.import_module(name)
    health.imported.set()
    page_shown.wait()
    time.sleep(QUIET_SECONDS)
    importlib.import_module("viz.ui.torch_questions").POOL.warm()
    importlib.import_module("viz.ui.plotly_figure")
    # What is loaded now will never be garbage: no collection need look through it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
