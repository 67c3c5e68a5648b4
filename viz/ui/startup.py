"""What is arranged while the server starts."""

import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send

from viz.ui.private import send_at_once

# What the front end asks for when its own files are loaded, just before it opens its connection.
LAST_QUESTION = "/_stcore/host-config"
FIRST_PAGES = ("viz.ui.frame", "viz.ui.parts.architecture", "viz.ui.parts.home")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run around the server's life; its socket is bound when this begins."""
    send_at_once()
    yield


class ImportInTime:
    """ASGI middleware that imports the pages while the first browser gets ready to ask for one.

    Earlier, it would delay the front end's files; later, the reader would wait for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app
        self.done = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; at the first that shows a front end, begin the import."""
        if not self.done and scope.get("path", "").endswith(LAST_QUESTION):
            self.done = True
            threading.Thread(target=_import_pages, name="import-pages", daemon=True).start()
        await self.app(scope, receive, send)


def _import_pages() -> None:
    for name in FIRST_PAGES:
        importlib.import_module(name)
