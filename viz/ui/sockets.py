"""WebSockets: how many open files they may take, and frames that are not Streamlit's."""

from contextlib import suppress
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FILES_OF_A_SESSION = 4  # and three for each of the last 128 that have left
UNREADABLE = 1003  # a close code: of a kind that is not taken


@dataclass(slots=True)
class Readers:
    """How many are connected, and how often one was."""

    connected: int = 0
    opened: int = 0


SEEN = Readers()


def raise_open_files() -> int:
    """Let this process open as many files as the system lets it; how many, 0 where unknown."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        return soft
    return 0


def open_files() -> int:
    """How many files this process may open at once, 0 where unknown."""
    with suppress(ImportError, OSError):
        import resource

        return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 0


class Frames:
    """ASGI middleware that ends a WebSocket at a frame of text: Streamlit's are all of bytes.

    It also counts who is connected.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass messages on."""

        async def receive_bytes() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes") is None:
                return {"type": "websocket.disconnect", "code": UNREADABLE}
            return message

        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        SEEN.connected += 1
        SEEN.opened += 1
        try:
            await self.app(scope, receive_bytes, send)
        finally:
            SEEN.connected -= 1
