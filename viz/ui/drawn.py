"""The picture goes first: the browser says when it has drawn it, and then the rest is sent.

A browser draws what has arrived in one go, and controls and charts keep it busy for longer than the
picture that the reader waits for does.
"""

import secrets
import threading

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATIENCE_SECONDS = 0.4
FIRST_PATIENCE_SECONDS = 3.0  # a browser that loads the front end
MOST = 1_000  # pictures that are waited for at once
KNOWN = "drawn:known"
_events: dict[str, threading.Event] = {}


def token() -> str:
    """What the browser says when it has drawn a picture; empty where there is no browser."""
    if "Mozilla" not in st.context.headers.get("User-Agent", ""):
        return ""
    while len(_events) >= MOST:  # their pages ended before they were waited for
        _events.pop(next(iter(_events)), None)
    made = secrets.token_urlsafe(12)
    _events[made] = threading.Event()
    return made


def wait(token: str) -> None:
    """Wait until the browser has drawn the picture of a token, but not for long."""
    event = _events.get(token)
    if event is None:
        return
    patience = PATIENCE_SECONDS if KNOWN in st.session_state else FIRST_PATIENCE_SECONDS
    try:
        event.wait(patience)
    finally:
        _events.pop(token, None)
    st.session_state[KNOWN] = True


async def _said(request: Request) -> Response:
    event = _events.get(request.path_params["token"])
    if event is not None:
        event.set()
    return Response(status_code=204)


ROUTE = Route("/drawn/{token}", _said, methods=["POST"])
