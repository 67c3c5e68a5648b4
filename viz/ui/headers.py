"""HTTP headers, and what paths there are.

The headers forbid requests to other hosts.
"""

import os
import re
from collections.abc import Container, Sequence
from urllib.parse import quote

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viz.ui import metrics

_SOURCE = re.compile(r"[\w.:/*'\[\]-]+")


def embedders() -> list[str]:
    """Sites that may show the app in a frame, as its operator says; by default any."""
    said = os.environ.get("ATLAS_FRAMES", "*").split()
    return [source for source in said if _SOURCE.fullmatch(source)] or ["'none'"]


# Streamlit's front end compiles chart code and starts workers from blobs, and styles inline.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {' '.join(embedders())}",
    )
)
FILES = ("figure", "table")  # addresses of pictures and tables, which are no pages
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware that sets ``HEADERS`` where the answer has not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the start of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Paths:
    """ASGI middleware for what is where, below ``server.baseUrlPath`` if there is one.

    Streamlit answers whatever it does not know with its front end and status 200, and puts our own
    routes at the root. Its pages are one level deep: it would take ``/a/b`` for its own root and
    wait for a connection for ever, so that a browser is sent to ``/a-b``. That is no page, which
    the front end says, with status 404.
    """

    def __init__(self, app: ASGIApp, pages: Container[str]) -> None:
        """Wrap ``app``; ``pages`` are the paths of its pages."""
        self.app, self.pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        parts = _parts_below(scope["path"])
        if _is_ours(parts):
            path = "/" + "/".join(parts)
            scope = {**scope, "path": path, "raw_path": quote(path).encode()}
        elif len(parts) > 1 and _is_document(scope):
            # Relative: a proxy may leave out a prefix that only the browser knows.
            up = "../" * (len(parts) - 1 + scope["path"].endswith("/"))
            await RedirectResponse(up + quote("-".join(parts)))(scope, receive, send)
            return
        elif not self._is_known(parts):
            send = _without_front_end(send)
        await self.app(scope, receive, send)

    def _is_known(self, parts: Sequence[str]) -> bool:
        return not parts or parts == ["index.html"] or (len(parts) == 1 and parts[0] in self.pages)


def _is_ours(parts: Sequence[str]) -> bool:
    """Whether it is an address of this package, which Streamlit has at the root."""
    if len(parts) == 1:
        return parts[0] in ("healthz", "readyz") or (parts[0] == "metrics" and metrics.is_on())
    return len(parts) > 1 and parts[0] in FILES


def _parts_below(path: str) -> list[str]:
    """The parts of a path below the one that everything is served under."""
    base = [part for part in st.get_option("server.baseUrlPath").split("/") if part]
    parts = [part for part in path.split("/") if part]
    return parts[len(base) :] if parts[: len(base)] == base else parts


def _is_document(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _without_front_end(send: Send) -> Send:
    """The same, with status 404 where Streamlit shows its front end."""

    async def send_status(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            headers = Headers(raw=message["headers"])
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and "content-disposition" not in headers:  # which a download has
                message = {**message, "status": 404}
        await send(message)

    return send_status
