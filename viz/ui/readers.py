"""A cookie that tells readers apart, where what they open is to outlive a server.

It holds a random number and nothing else, and is set only where an operator named ``ATLAS_STORE``.
"""

import secrets
from http.cookies import SimpleCookie

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viz.lab import uploads

COOKIE = "atlas_reader"
LONGEST = 64  # characters of what a browser may say
SECONDS = int(uploads.SECONDS)
HERE, FRAMED = "SameSite=Lax", "Secure; SameSite=None; Partitioned"


def reader() -> str:
    """The reader's number; empty where they have none."""
    return str(st.context.cookies.get(COOKIE, ""))[:LONGEST]


class Readers:
    """ASGI middleware that gives a browser its number with the first page."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and uploads.are_kept():
            headers = Headers(scope=scope)
            if COOKIE not in SimpleCookie(headers.get("cookie", "")):
                is_secure = "https" in (scope["scheme"], headers.get("x-forwarded-proto"))
                send = _with_number(send, FRAMED if is_secure else HERE)
        await self.app(scope, receive, send)


def _with_number(send: Send, kind: str) -> Send:
    """The same, with the cookie where a page is sent."""

    async def send_number(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                number = secrets.token_urlsafe(24)
                text = f"{COOKIE}={number}; Path=/; Max-Age={SECONDS}; HttpOnly; {kind}"
                headers.append("set-cookie", text)
        await send(message)

    return send_number
