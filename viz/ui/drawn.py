"""The picture goes first: on a line of its own to the browser, ahead of Streamlit's messages.

Streamlit's front end renders the whole page when a run begins, and again when its elements come:
together that takes longer than everything else between a choice and its picture. So Streamlit's
messages of a run are held until the browser says, on the line, that it has drawn the picture; the
rest of the page is sent after it. A page that is opened gets its first picture as an element; what
comes on the line is not sent twice.
"""

import asyncio
import json
import secrets
import threading
from contextlib import suppress

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg

PATIENCE_SECONDS = 0.4
FIRST_PATIENCE_SECONDS = 3.0  # a browser that loads the front end
HELD_SECONDS = 0.25  # no longer, where a picture takes its time or does not come
STREAM = "/_stcore/stream"
HEADER = "x-atlas-line"  # from the middleware to the script
Data = dict[str, object]
_lines: dict[str, "Line"] = {}


class Line:
    """Between a page in a browser and its runs: pictures to it, and what it has drawn.

    Pictures are counted in ``turn``: what the browser says of one that has been followed by
    another is not waited for. Lives on the server's event loop; runs have threads of their own.
    """

    def __init__(self) -> None:
        """No picture yet, and no socket."""
        self.name = secrets.token_urlsafe(12)
        self.turn = 0
        self._loop = asyncio.get_running_loop()
        self._socket: WebSocket | None = None
        self._free = asyncio.Event()  # Streamlit's messages may pass
        self._free.set()
        self._drawn = threading.Event()  # the last picture is on screen
        self._shown: tuple[str, Data] | None = None  # the last picture's key and data
        self._there: str | None = None  # the key of the component that has drawn one
        self._patience = FIRST_PATIENCE_SECONDS

    # On the loop

    async def connect(self, socket: WebSocket) -> None:
        """Hear what is drawn, until the page has gone."""
        await socket.accept()
        self._socket = socket
        if self._shown and socket.query_params.get("has") != str(self.turn):
            await self._send(self._said())  # it was sent while the line was cut
        while (message := await socket.receive())["type"] == "websocket.receive":
            self._hear(message.get("text") or "")
        if self._socket is socket:
            self._socket = None
            self._free.set()

    def _hear(self, said: str) -> None:
        if said == str(self.turn) and self._shown:
            self._there = self._shown[0]
            self._drawn.set()
            self._free.set()

    def hold(self) -> None:
        """A run begins: where it will bring a picture, all else waits for it."""
        if self._socket and self._shown:
            self._free.clear()
            self._loop.call_later(HELD_SECONDS, self._free.set)

    async def passes(self) -> None:
        """Wait until Streamlit's messages may pass."""
        await self._free.wait()

    def _said(self) -> str:
        assert self._shown is not None  # the caller has seen to it
        key, data = self._shown
        return json.dumps({**data, "key": key, "turn": self.turn})

    async def _send(self, text: str) -> None:
        if self._socket:
            with suppress(RuntimeError, OSError):  # the page has just gone
                await self._socket.send_text(text)

    # In a run's thread

    def release(self) -> None:
        """There is no picture to wait for."""
        self._loop.call_soon_threadsafe(self._free.set)

    def leave(self) -> None:
        """The page has no picture that goes first."""
        self._shown = self._there = None
        self.release()

    def push(self, key: str, data: Data) -> bool:
        """Send the picture of the component ``key`` ahead, if it is there and shows another.

        Whether the browser has it without the page's own message.
        """
        if self._there != key:  # what a page brings may be lost with its run
            self._there = None
        is_there = self._socket is not None and self._there == key
        if self._shown == (key, data):
            self.release()
            return is_there
        self.turn += 1
        self._drawn.clear()
        self._shown = key, data
        if is_there:
            asyncio.run_coroutine_threadsafe(self._send(self._said()), self._loop)
        else:
            self.release()
        return is_there

    def wait(self) -> None:
        """Wait until the browser has drawn the last picture, but not for long."""
        is_first = self._patience == FIRST_PATIENCE_SECONDS
        if self._socket or is_first:  # a browser that has not called by then never will
            self._drawn.wait(self._patience)
        self._patience = PATIENCE_SECONDS


def line() -> Line | None:
    """The line of this session's page; none where there is no browser."""
    headers = st.context.headers
    is_browser = "Mozilla" in headers.get("User-Agent", "")
    return _lines.get(headers.get(HEADER, "")) if is_browser else None


def begin(*, first: bool) -> None:
    """Once a run: whether its page shows a picture first."""
    if not first and (held := line()):
        held.leave()


class PictureFirst:
    """ASGI middleware that gives each of Streamlit's connections its line."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass messages on, those to the browser when they may."""
        if scope["type"] != "websocket" or not scope["path"].endswith(STREAM):
            await self.app(scope, receive, send)
            return
        own = Line()

        async def heard() -> Message:
            message = await receive()
            if _begins_run(message.get("bytes") or b""):
                own.hold()
            return message

        async def told(message: Message) -> None:
            await own.passes()
            await send(message)

        _lines[own.name] = own
        headers = [*scope["headers"], (HEADER.encode(), own.name.encode())]
        try:
            await self.app({**scope, "headers": headers}, heard, told)
        finally:
            del _lines[own.name]


def _begins_run(sent: bytes) -> bool:
    """Whether a message of Streamlit's front end begins a run of the whole page."""
    try:
        message = BackMsg.FromString(sent)
    except DecodeError:  # Streamlit itself says what it makes of it
        return False
    return message.HasField("rerun_script") and not message.rerun_script.fragment_id


async def _connect(socket: WebSocket) -> None:
    if own := _lines.get(socket.path_params["name"]):
        await own.connect(socket)
    else:
        await socket.close()


ROUTE = WebSocketRoute("/drawn/{name}", _connect)
