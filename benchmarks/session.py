"""One reader over Streamlit's own WebSocket, as its front end speaks, at little cost.

A benchmark shares the processor with the server it measures: messages are told apart by the numbers
of their fields, and only the few that say what a next question needs are decoded.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PATIENCE_SECONDS = 60.0  # for the end of one answer
# Numbers of fields of ForwardMsg, and below it of Delta and Element.
HASH, METADATA, DELTA, FINISHED, EVENT, REFERENCE, NAVIGATION = 1, 2, 5, 6, 10, 11, 23
NEW_ELEMENT, EXCEPTION, ALERT = 3, 8, 30
# Labels with their length before them, as they stand in a message.
WIDTH, NETWORK = b"\x10Width multiplier", b"\x07Network"
KEPT_RUNS = 2  # for which the front end keeps large messages that were not repeated
LEAST_KEPT = 2_000  # bytes, `global.minCachedMessageSize`


class Lost(Exception):
    """The connection ended, or an answer did not."""


@dataclass(slots=True)
class Answer:
    """What came back: seconds until the page was complete, and what was wrong with it."""

    seconds: float = 0.0
    messages: int = 0
    size: int = 0  # bytes
    errors: list[str] = field(default_factory=list)


class Session:
    """A reader with one page open. Every call that asks raises ``Lost``."""

    def __init__(self, address: str) -> None:
        """Of the server at ``address``; nothing is opened yet."""
        self.address = address
        self.page = ""
        self.choices: dict[str, str] = {}  # what the URL says
        self.cookies = ""
        self._socket: ClientConnection | None = None
        self._page_hash = ""
        self._controls: dict[bytes, tuple[str, str]] = {}  # id and fragment, by label
        self._kept: dict[str, int] = {}  # hashes of large messages, and the run that brought them
        self._runs = 0

    async def open(self, page: str, **choices: str) -> Answer:
        """Load the front end's page, connect, and show what a link says."""
        began = time.monotonic()
        try:
            self.cookies = await asyncio.to_thread(_visit, self.address, page)
            stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
            self._socket = await connect(
                stream,
                additional_headers={"Cookie": self.cookies} if self.cookies else None,
                max_size=None,
                open_timeout=PATIENCE_SECONDS,
                ping_interval=None,  # a browser sends none
            )
        except (OSError, WebSocketException) as error:
            raise Lost(f"not opened: {type(error).__name__}") from None
        answer = await self.go(page, **choices)
        answer.seconds = time.monotonic() - began
        return answer

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    @property
    def has_network(self) -> bool:
        """Whether the page's sidebar has a network and its width."""
        return WIDTH in self._controls and NETWORK in self._controls

    async def go(self, page: str, **choices: str) -> Answer:
        """Open a page of the menu, or a link."""
        self.page, self.choices = page, self.choices | choices
        self._controls.clear()
        question = BackMsg()
        question.rerun_script.page_name = page
        return await self._ask(question)

    async def set_width(self, width: float) -> Answer:
        """Move the slider of the width."""
        name, part = self._controls[WIDTH]
        question = BackMsg()
        moved = question.rerun_script.widget_states.widgets.add(id=name)
        moved.double_array_value.data.append(width)
        question.rerun_script.fragment_id = part
        answer = await self._ask(question)
        self.choices["width"] = f"{width:g}"
        return answer

    async def set_network(self, key: str, title: str) -> Answer:
        """Choose a network, by its name in URLs and its title in the list."""
        name, part = self._controls[NETWORK]
        question = BackMsg()
        question.rerun_script.widget_states.widgets.add(id=name, string_value=title)
        question.rerun_script.fragment_id = part
        answer = await self._ask(question)
        self.choices["network"] = key
        return answer

    async def _ask(self, question: BackMsg) -> Answer:
        run = question.rerun_script
        run.query_string = urlencode(self.choices)
        if not run.page_name:
            run.page_script_hash = self._page_hash
        run.cached_message_hashes.extend(self._kept)
        run.context_info.color_scheme = "light"
        run.context_info.url = f"{self.address}/{self.page}"
        is_whole = not run.fragment_id
        answer, began = Answer(), time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._finish(question.SerializeToString(), answer)
        except TimeoutError:
            raise Lost(f"no end of an answer within {PATIENCE_SECONDS:.0f} s") from None
        except (OSError, WebSocketException) as error:
            raise Lost(f"connection ended: {type(error).__name__}") from None
        answer.seconds = time.monotonic() - began
        if is_whole:
            self._forget()
        return answer

    async def _finish(self, question: bytes, answer: Answer) -> None:
        """Send, and take messages until the run is at its end."""
        socket = self._socket
        assert socket is not None
        await socket.send(question)
        while True:
            message = await socket.recv(decode=False)
            answer.messages += 1
            answer.size += len(message)
            if self._take(message, answer):
                return

    def _take(self, message: bytes, answer: Answer) -> bool:
        """Note what a message says; whether it is the last of its run."""
        kind, start, end = kind_of(message)
        if kind == DELTA:
            self._take_delta(message, start, end, answer)
        elif kind == NAVIGATION:
            self._page_hash = ForwardMsg.FromString(message).navigation.page_script_hash
        elif kind == REFERENCE:
            name = message[start:end].decode()
            if name not in self._kept:
                answer.errors.append("a message that this session does not have")
            self._kept[name] = self._runs
        elif kind == EVENT:
            event = ForwardMsg.FromString(message).session_event
            if event.HasField("script_compilation_exception"):
                answer.errors.append("exception in a script")
        elif kind == FINISHED:
            return self._is_end(message, answer)
        return False

    def _take_delta(self, message: bytes, start: int, end: int, answer: Answer) -> None:
        if WIDTH in message or NETWORK in message:
            self._take_control(ForwardMsg.FromString(message))
        if len(message) >= LEAST_KEPT and (name := _kept_name(message)):
            self._kept[name] = self._runs
        for number, first, last in fields(message, start, end):
            if number == NEW_ELEMENT:
                found = {number for number, _start, _end in fields(message, first, last)}
                if EXCEPTION in found or (ALERT in found and _is_error(message)):
                    answer.errors.append(_words_of(message))

    def _take_control(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        for kind, label in (("slider", WIDTH), ("selectbox", NETWORK)):
            if element.WhichOneof("type") == kind:
                control = getattr(element, kind)
                if control.label.encode() == label[1:]:
                    self._controls[label] = (control.id, message.delta.fragment_id)

    def _is_end(self, message: bytes, answer: Answer) -> bool:
        status = ForwardMsg.FromString(message).script_finished
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            answer.errors.append("a script that does not compile")
        return bool(status != ForwardMsg.FINISHED_EARLY_FOR_RERUN)

    def _forget(self) -> None:
        self._runs += 1
        oldest = self._runs - KEPT_RUNS
        self._kept = {name: run for name, run in self._kept.items() if run >= oldest}


def fields(message: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each field of a message that stands there, in order."""
    while at < end:
        tag, at = _varint(message, at)
        wire = tag & 7
        if wire == 2:  # bytes, a text or a message, with its length before it
            size, at = _varint(message, at)
            stop = at + size
        else:
            stop = _varint(message, at)[1] if wire == 0 else at + (8 if wire == 1 else 4)
        yield tag >> 3, at, stop
        at = stop


def kind_of(message: bytes) -> tuple[int, int, int]:
    """Number, start and end of the one field that says what a ``ForwardMsg`` is; 0 for none."""
    for found in fields(message, 0, len(message)):
        if found[0] not in (HASH, METADATA):
            return found
    return 0, 0, 0


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = message[at]
    if value < 128:
        return value, at + 1
    value, shift = value & 127, 7
    while True:
        at += 1
        byte = message[at]
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at + 1
        shift += 7


def _kept_name(message: bytes) -> str:
    """The hash of a message that the front end keeps; empty for others."""
    name = ""
    for number, start, end in fields(message, 0, len(message)):
        if number == HASH:
            name = message[start:end].decode()
        elif number == METADATA:
            return name if (1, 1) in _flags(message, start, end) else ""
    return ""


def _flags(message: bytes, start: int, end: int) -> set[tuple[int, int]]:
    found = fields(message, start, end)
    return {(number, message[first]) for number, first, last in found if last == first + 1}


def _is_error(message: bytes) -> bool:
    alert = ForwardMsg.FromString(message).delta.new_element.alert
    return bool(alert.format == alert.ERROR)


def _words_of(message: bytes) -> str:
    element = ForwardMsg.FromString(message).delta.new_element
    return str(element.exception.message or element.alert.body)[:200]


def _visit(address: str, page: str) -> str:
    """Load what the front end loads first; the cookies that came with it."""
    cookies: dict[str, str] = {}
    for path in (page, "_stcore/health", "_stcore/host-config"):
        asked = Request(f"{address}/{path}", headers={"Cookie": _line(cookies)})
        with urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
            for each in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = each.partition(";")[0].partition("=")
                cookies[name] = value
    return _line(cookies)


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
