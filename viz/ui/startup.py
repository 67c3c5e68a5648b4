"""What is arranged while the server starts."""

import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


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
