"""Whether the server lives (``/healthz``), and whether readers may be sent to it (``/readyz``).

It is ready once the first pages are imported, which the first question begins, and until it is
asked to stop. ``ATLAS_DRAIN`` seconds are left to whoever sends readers, to hear of that.
"""

import asyncio
import os
import signal
import threading
from types import FrameType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from viz.ui import metrics

READY = "/readyz"
LONGEST_DRAIN = 3_600.0  # seconds

imported, stopping = threading.Event(), threading.Event()


async def healthz(_request: Request) -> Response:
    """That it answers says it all."""
    return PlainTextResponse("ok\n")


async def readyz(_request: Request) -> Response:
    """Whether to send readers, and if not, why."""
    if stopping.is_set():
        return PlainTextResponse("The server is stopping.\n", 503)
    if not imported.is_set():
        return PlainTextResponse("The server is starting.\n", 503, {"Retry-After": "1"})
    return PlainTextResponse("ok\n")


def routes() -> tuple[Route, ...]:
    """What an operator's programs ask; metrics only where they are on."""
    found = [Route("/healthz", healthz), Route(READY, readyz)]
    if metrics.is_on():
        from viz.ui.observed import Endpoint  # brings prometheus-client

        found.append(Route("/metrics", Endpoint().answer))
    return tuple(found)


def drain_seconds() -> float:
    """How long it goes on after it was asked to stop."""
    try:
        return min(max(float(os.environ.get("ATLAS_DRAIN", "")), 0.0), LONGEST_DRAIN)
    except ValueError:
        return 0.0


def stop_late() -> None:
    """Let SIGTERM say at once that the server stops, and stop it after the drain.

    A second one stops it at once.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop, then = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        is_first = not stopping.is_set()
        stopping.set()
        if callable(then):
            if is_first and (seconds := drain_seconds()):
                loop.call_soon_threadsafe(loop.call_later, seconds, then, number, None)
            else:
                then(number, frame)

    if callable(then):
        signal.signal(signal.SIGTERM, stop)
