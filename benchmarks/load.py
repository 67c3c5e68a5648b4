"""Many sessions at once, over Streamlit's own web socket protocol."""

import asyncio
import os
import random
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

SECONDS = 12.0
WARM_SECONDS = 18.0  # until the server has done its work in the background
PAUSE_SECONDS, CHANGES = 5.0, 6
NETWORKS = ("v1", "v2", "v3-large", "v3-small")


def reruns_per_second(address: str, path: str, sessions: int) -> float:
    """Completed runs per second while every session asks for the next as soon as one is done."""
    return asyncio.run(_load(address, path, sessions))


async def _load(address: str, path: str, sessions: int) -> float:
    finished = 0
    end = 0.0

    async def reader(number: int) -> None:
        nonlocal finished
        async with connect(_stream(address), max_size=None) as socket:
            await _run(socket, path, number)
            await started.wait()
            while time.monotonic() < end:
                await _run(socket, path, number + finished)
                finished += 1

    started = asyncio.Event()
    tasks = [asyncio.create_task(reader(number)) for number in range(sessions)]
    await asyncio.sleep(WARM_SECONDS)
    begin, end = time.monotonic(), time.monotonic() + SECONDS
    started.set()
    await asyncio.gather(*tasks)
    return finished / (time.monotonic() - begin)


async def _run(
    socket: ClientConnection, path: str, number: int, width: float | None = None
) -> None:
    request = BackMsg()
    request.rerun_script.page_name = path
    chosen = {"network": NETWORKS[number % len(NETWORKS)]}
    chosen |= {} if width is None else {"width": f"{width:g}"}
    request.rerun_script.query_string = urlencode(chosen)
    await socket.send(request.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(await socket.recv())
        if answer.WhichOneof("type") == "script_finished":
            return


def class_waits(address: str, path: str, sessions: int) -> list[float]:
    """Seconds that each change of a class takes, every session changing something every 5 s."""
    return asyncio.run(_class(address, path, sessions))


async def _class(address: str, path: str, sessions: int) -> list[float]:
    waits: list[float] = []
    started = asyncio.Event()
    chance = random.Random(0)

    async def pupil(number: int) -> None:
        async with connect(_stream(address), max_size=None) as socket:
            await _run(socket, path, number)
            await started.wait()
            await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS))
            for _ in range(CHANGES):
                asked = time.monotonic()
                width = chance.randrange(20, 150) / 100
                await _run(socket, path, number, width)
                waits.append(time.monotonic() - asked)
                await asyncio.sleep(max(0.0, PAUSE_SECONDS - waits[-1]))

    tasks = [asyncio.create_task(pupil(number)) for number in range(sessions)]
    await asyncio.sleep(WARM_SECONDS + sessions / 10)
    started.set()
    await asyncio.gather(*tasks)
    return waits


def idle_bytes(address: str, path: str, sessions: int) -> float:
    """Growth of the server's memory for each further session that has been shown a page."""
    return asyncio.run(_idle(address, path, sessions))


async def _idle(address: str, path: str, sessions: int) -> float:
    process = _listener(address)
    sockets = []
    before = 0
    for number in range(sessions + 5):
        if number == 5:  # the first sessions pay for what all share
            await asyncio.sleep(8)
            before = _resident(process)
        socket = await connect(_stream(address), max_size=None)
        await _run(socket, path, number)
        sockets.append(socket)
    grown = _resident(process) - before
    for socket in sockets:
        await socket.close()
    return grown / sessions


def processor_seconds(address: str) -> float:
    """Processor time that the server on the address has taken since it began (Linux)."""
    fields = Path(f"/proc/{_listener(address)}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def _stream(address: str) -> str:
    return address.replace("http", "ws", 1) + "/_stcore/stream"


def _listener(address: str) -> int:
    """The process that listens on the address, a child of this one (Linux)."""
    port = f"--server.port={urlsplit(address).port}"
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if port in (folder / "cmdline").read_text().split("\0"):
                return int(folder.name)
        except OSError:
            continue
    raise RuntimeError("memory can be measured on Linux only")


def _resident(process: int) -> int:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
