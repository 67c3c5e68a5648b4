"""The theme that a URL asks for, stated in the served page before the front end reads it.

Streamlit reads the theme from its storage once, while the document loads, and has no parameter for
it outside of embedding. Set later, the whole app would have to be loaded a second time.
"""

import json
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from viz.ui.private import ACTIVE_THEME

NAMES = {"dark": "Dark", "light": "Light"}  # in the URL, and in the front end's storage
HEAD = b"<head>"
# Of a conditional or packed answer there would be nothing to write into.
LEFT_OUT = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class FirstTheme:
    """ASGI middleware that writes the theme of ``?theme=`` into the front end's page."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and write into the answer where it is the front end's page."""
        theme = _asked(scope)
        if theme is None:
            await self.app(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name not in LEFT_OUT]
        await self.app({**scope, "headers": kept}, receive, _Written(send, theme))


def _asked(scope: Scope) -> str | None:
    """The theme that a document's URL asks for, as the front end calls it."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return None
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("theme", [""])
    return NAMES.get(asked[0].strip().lower()) if len(asked) == 1 else None


class _Written:
    """``send`` that holds a page back until it is whole, and writes the theme into it."""

    def __init__(self, send: Send, theme: str) -> None:
        self.send, self.theme = send, theme
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif not self.start or message["type"] != "http.response.body":
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()

    async def _finish(self) -> None:
        body = self.body.replace(HEAD, HEAD + _script(self.theme).encode(), 1)
        headers = MutableHeaders(scope=self.start)
        headers["content-length"] = str(len(body))
        for name in ("etag", "last-modified"):  # of the file as it is
            del headers[name]
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_html = headers.get("content-type", "").startswith("text/html")
    return is_html and not {"content-disposition", "content-encoding"} & set(headers)


def _script(theme: str) -> str:
    stored = json.dumps(json.dumps(theme))
    set_it = f"localStorage.setItem({ACTIVE_THEME}, {stored})"
    return f"<script>try {{ {set_it} }} catch {{}}</script>"
