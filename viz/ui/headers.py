"""HTTP headers, and redirects for nested paths.

The headers forbid requests to other hosts.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class ShallowPages:
    """ASGI middleware for pages at ``/a/b``: Streamlit's pages are one level deep.

    It would take ``/a`` for its own root and wait for a connection for ever. A browser that asks
    for such a document is sent to ``/a-b``, where Streamlit says that there is no such page.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or pass the request on."""
        if scope["type"] == "http" and _is_deep_document(scope):
            flat = "/" + "-".join(part for part in scope["path"].split("/") if part)
            await RedirectResponse(flat)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_deep_document(scope: Scope) -> bool:
    parts = [part for part in scope["path"].split("/") if part]
    is_document = "text/html" in Headers(scope=scope).get("accept", "")
    is_page = len(parts) > 1 and parts[0] not in FILES
    return scope["method"] == "GET" and is_page and is_document
