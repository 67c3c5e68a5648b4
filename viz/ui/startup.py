"""What is arranged while the server starts."""

import gc
import importlib
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send

# What the front end asks for when its own files are loaded, just before it opens its connection.
LAST_QUESTION = "/_stcore/host-config"
FIRST_PAGES = ("viz.ui.frame", "viz.ui.parts.architecture", "viz.ui.parts.home")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run around the server's life; its socket is bound when this begins."""
    send_at_once()
    yield


def send_at_once() -> None:
    """Let every listening socket of this process pass TCP_NODELAY to its connections.

    asyncio sets it only where a socket names its protocol, and Streamlit's does not (the same in
    uvicorn: github.com/Kludex/uvicorn/issues/3149). Without it an answer of two parts waits for the
    receiver's delayed acknowledgement: 40 ms for each of the front end's hundred files.
    """
    for held in gc.get_objects():
        if isinstance(held, socket.socket) and _listens(held):
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _listens(held: socket.socket) -> bool:
    inet = held.fileno() >= 0 and held.family in (socket.AF_INET, socket.AF_INET6)
    return (
        inet
        and held.type == socket.SOCK_STREAM
        and bool(held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    )


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
