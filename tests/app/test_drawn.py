"""The line on which a picture goes ahead: what is held for it, and until when."""

import asyncio
import json

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from viz.ui import drawn
from viz.ui.drawn import Line


def sent(**fields) -> bytes:
    return BackMsg(**fields).SerializeToString()


def test_only_a_run_of_the_whole_page_brings_a_picture():
    assert drawn._begins_run(sent(rerun_script={"query_string": "network=v2"}))
    assert not drawn._begins_run(sent(rerun_script={"fragment_id": "menu"}))
    assert not drawn._begins_run(sent(stop_script=True))
    assert not drawn._begins_run(b"no message at all")
    assert not drawn._begins_run(b"")


class Socket:
    """A browser's end: what it was sent, and what it says."""

    def __init__(self, **has: str) -> None:
        self.query_params = has
        self.sent: list[str] = []
        self.says: asyncio.Queue = asyncio.Queue()

    async def accept(self) -> None:
        """As a server does."""

    async def send_text(self, text: str) -> None:
        self.sent.append(text)

    async def receive(self) -> dict:
        return await self.says.get()

    def say(self, text: str) -> None:
        self.says.put_nowait({"type": "websocket.receive", "text": text})


async def passes(line: Line) -> bool:
    try:
        await asyncio.wait_for(line.passes(), 0.05)
    except TimeoutError:
        return False
    return True


async def pushed(line: Line, key: str, packed: str) -> bool:
    """As a run's thread does it; whether the page need not bring the picture."""
    has_it = await asyncio.to_thread(line.push, key, {"packed": packed})
    await asyncio.sleep(0.02)
    return has_it


@pytest.fixture
def talk():
    """Runs a conversation on a line whose browser has drawn a first picture."""

    def run(conversation):
        async def whole() -> None:
            line, socket = Line(), Socket(has="1")
            assert not await pushed(line, "a", "first")  # the page brings it itself
            hearing = asyncio.create_task(line.connect(socket))
            socket.say("1")
            await asyncio.sleep(0.02)
            await conversation(line, socket)
            socket.says.put_nowait({"type": "websocket.disconnect"})
            await hearing

        asyncio.run(whole())

    return run


def test_messages_wait_until_the_browser_has_drawn_the_last_picture(talk):
    async def conversation(line, socket):
        line.hold()
        assert not await passes(line)
        assert await pushed(line, "a", "second")
        assert len(socket.sent) == 1
        assert not await passes(line)
        socket.say("1")  # the picture before
        assert not await passes(line)
        socket.say("2")
        assert await passes(line)

    talk(conversation)


def test_the_same_picture_is_neither_sent_nor_waited_for(talk):
    async def conversation(line, socket):
        line.hold()
        assert await pushed(line, "a", "first")
        assert not socket.sent
        assert await passes(line)
        await asyncio.wait_for(asyncio.to_thread(line.wait), 0.2)

    talk(conversation)


def test_another_page_s_picture_comes_with_its_page(talk):
    async def conversation(line, socket):
        line.hold()
        assert not await pushed(line, "b", "second")
        assert not socket.sent
        assert await passes(line)
        line.leave()
        line.hold()  # a page without a picture holds nothing
        assert await passes(line)

    talk(conversation)


def test_a_page_s_picture_comes_with_it_until_it_has_been_drawn(talk):
    """A run may be stopped before its picture has left, or the browser may pass over it."""

    async def conversation(line, socket):
        assert not await pushed(line, "b", "second")
        assert not await pushed(line, "b", "second")
        assert not await pushed(line, "b", "third")
        assert not await pushed(line, "a", "fourth")
        socket.say("4")
        await asyncio.sleep(0.02)
        assert await pushed(line, "a", "fifth")
        assert [json.loads(text)["packed"] for text in socket.sent] == ["fifth"]

    talk(conversation)


def test_nothing_is_held_for_long_or_for_a_page_that_has_gone(talk):
    async def conversation(line, socket):
        line.hold()
        assert not await passes(line)
        await asyncio.sleep(drawn.HELD_SECONDS)
        assert await passes(line)
        line.hold()
        socket.says.put_nowait({"type": "websocket.disconnect"})
        assert await passes(line)
        socket.say("")

    talk(conversation)


@pytest.mark.parametrize(("has", "is_sent"), [("1", True), ("2", False), ("undefined", True)])
def test_a_line_that_is_taken_up_again_brings_what_was_sent_meanwhile(talk, has, is_sent):
    async def conversation(line, socket):
        await pushed(line, "a", "second")  # and the cable is cut
        again = Socket(has=has)
        hearing = asyncio.create_task(line.connect(again))
        await asyncio.sleep(0.02)
        assert [json.loads(text)["packed"] for text in again.sent] == ["second"] * is_sent
        again.says.put_nowait({"type": "websocket.disconnect"})
        await hearing
        assert not await pushed(line, "a", "third")  # by the page, for nobody hears

    talk(conversation)
