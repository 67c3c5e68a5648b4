"""Runs of real sessions take turns, over Streamlit's own web sockets."""

import asyncio
from urllib.parse import urlencode

import pytest
from browser import ROOT, served
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect

SCRIPT = """
import time
from pathlib import Path
import streamlit as st
from viz.ui import admission

who, log = st.query_params.get("who", ""), Path({log!r})


def note(line):
    with log.open("a") as lines:
        lines.write(line + "\\n")


note("asks: " + who)
try:
    with admission.turn():
        note(who)
        while who == "slow" and not log.with_name("go").exists():
            time.sleep(0.02)
finally:
    note("end of " + who)
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("admission") / "log"


@pytest.fixture(scope="module")
def address(log):
    script = log.with_name("app.py")
    script.write_text(SCRIPT.format(log=str(log)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        with served(script) as found:
            yield found


def asked(who: str) -> bytes:
    request = BackMsg()
    request.rerun_script.query_string = urlencode({"who": who})
    return request.SerializeToString()


async def session(address: str) -> ClientConnection:
    socket = await connect(
        address.replace("http", "ws", 1) + "/_stcore/stream", subprotocols=["streamlit"]
    )
    await socket.send(asked("hello"))
    return socket


async def until(log, line: str, times: int = 1) -> list[str]:
    for _ in range(1_200):
        if (lines := log.read_text().splitlines()).count(line) >= times:
            return lines
        await asyncio.sleep(0.05)
    raise AssertionError(lines)


async def ask(socket: ClientConnection, who: str, log) -> None:
    await socket.send(asked(who))
    await until(log, f"asks: {who}")
    await asyncio.sleep(0.1)  # from the line before the queue into it


async def classroom(address, log):
    log.write_text("")
    slow, again, later, gone = [await session(address) for _ in range(4)]
    await until(log, "end of hello", 4)
    log.write_text("")
    await ask(slow, "slow", log)
    await ask(again, "first choice", log)
    await ask(later, "later", log)
    await ask(gone, "gone", log)
    await ask(again, "second choice", log)
    await gone.close()
    await until(log, "end of gone")
    log.with_name("go").touch()
    lines = await until(log, "end of later")
    for socket in (slow, again, later):
        await socket.close()
    return [line for line in lines if not line.startswith(("end of", "asks: "))]


def test_a_second_choice_keeps_the_place_and_runs_once_and_who_has_gone_runs_never(address, log):
    assert asyncio.run(classroom(address, log)) == ["slow", "second choice", "later"]
