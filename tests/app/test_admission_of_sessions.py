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
try:
    with admission.turn():
        with log.open("a") as lines:
            lines.write(who + "\\n")
        time.sleep(0.8 if who == "slow" else 0)
finally:
    with log.open("a") as lines:
        lines.write("end of " + who + "\\n")
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


async def until(log, line: str) -> list[str]:
    for _ in range(400):
        if line in (lines := log.read_text().splitlines()):
            return lines
        await asyncio.sleep(0.05)
    raise AssertionError(lines)


async def classroom(address, log):
    slow, again, later, gone = [await session(address) for _ in range(4)]
    await asyncio.sleep(1)
    log.write_text("")
    await slow.send(asked("slow"))
    await until(log, "slow")
    await again.send(asked("first choice"))
    await asyncio.sleep(0.1)
    await later.send(asked("later"))
    await gone.send(asked("gone"))
    await again.send(asked("second choice"))
    await asyncio.sleep(0.1)
    await gone.close()
    await until(log, "end of gone")
    lines = await until(log, "end of later")
    for socket in (slow, again, later):
        await socket.close()
    return [line for line in lines if not line.startswith("end of")]


def test_a_second_choice_keeps_the_place_and_runs_once_and_who_has_gone_runs_never(address, log):
    assert asyncio.run(classroom(address, log)) == ["slow", "second choice", "later"]
