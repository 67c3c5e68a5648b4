"""A reader who does all that pages offer: opens menus, downloads, uploads a file, presses buttons.

It decodes every message, unlike ``benchmarks.session``, whose sessions are many.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.session import PATIENCE_SECONDS, Answer, Lost, Session

XSRF = "_streamlit_xsrf"


@dataclass(slots=True)
class Offers:
    """Identifiers of what a page has, with the fragment that each is in."""

    menus: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)  # by label
    downloads: dict[str, str] = field(default_factory=dict)  # files, by the button's identifier
    uploaders: dict[str, str] = field(default_factory=dict)


class Visitor(Session):
    """A session that knows what the page in front of it offers. Every call raises ``Lost``."""

    def __init__(self, address: str, client: httpx.AsyncClient) -> None:
        """Of the server at ``address``; files go by ``client``."""
        super().__init__(address)
        self.offers = Offers()
        self._client = client
        self._session_id = ""
        self._replies: dict[str, ForwardMsg] = {}

    async def go(self, page: str, **choices: str) -> Answer:
        """Open a page, whose offers replace those of the last one."""
        self.offers = Offers()
        return await super().go(page, **choices)

    async def open_menus(self) -> list[Answer]:
        """Open every menu of downloads, one after the other."""
        answers = []
        for name, part in tuple(self.offers.menus.items()):
            question = BackMsg()
            question.rerun_script.widget_states.widgets.add(id=name, bool_value=True)
            question.rerun_script.fragment_id = part
            answers.append(await self._ask(question))
        return answers

    async def press(self, label: str) -> Answer:
        """Press a button."""
        name, part = self.offers.buttons[label]
        question = BackMsg()
        question.rerun_script.widget_states.widgets.add(id=name, trigger_value=True)
        question.rerun_script.fragment_id = part
        return await self._ask(question)

    async def download(self, wanted: Collection[str]) -> list[int]:
        """Take files that are offered, by their names in ``offers``; their sizes."""
        sizes = []
        for name in wanted:
            question = BackMsg()
            asked = question.backend_operation_request
            asked.request_id, asked.session_id = name, self._session_id
            asked.deferred_file.file_id = name
            reply = (await self._reply(question, name)).backend_operation_response
            if reply.error_msg:
                raise Lost(f"no download: {reply.error_msg}")
            answer = await self._client.get(self.address + reply.deferred_file.url)
            sizes.append(len(answer.raise_for_status().content))
        return sizes

    async def upload(self, name: str, content: bytes) -> Answer:
        """Drop a file into the page's first field for one."""
        identifier, part = next(iter(self.offers.uploaders.items()))
        question = BackMsg()
        asked = question.file_urls_request
        asked.request_id, asked.session_id = name, self._session_id
        asked.file_names.append(name)
        (urls,) = (await self._reply(question, name)).file_urls_response.file_urls
        token = dict(each.split("=", 1) for each in self.cookies.split("; ") if each).get(XSRF, "")
        answer = await self._client.put(
            self.address + urls.upload_url,
            files={"file": (name, content)},
            headers={"X-Xsrftoken": token, "Cookie": self.cookies},
        )
        answer.raise_for_status()
        question = BackMsg()
        widget = question.rerun_script.widget_states.widgets.add(id=identifier)
        info = widget.file_uploader_state_value.uploaded_file_info.add(name=name)
        info.size, info.file_id = len(content), urls.file_id
        info.file_urls.CopyFrom(urls)
        question.rerun_script.fragment_id = part
        return await self._ask(question)

    async def _reply(self, question: BackMsg, name: str) -> ForwardMsg:
        """The answer to what is no run, by the request's name."""
        assert self._socket is not None
        await self._socket.send(question.SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while name not in self._replies:
                    self._take(await self._socket.recv(decode=False), Answer())
        except TimeoutError:
            raise Lost("no reply") from None
        return self._replies.pop(name)

    def _take(self, message: bytes, answer: Answer) -> bool:
        decoded = ForwardMsg.FromString(message)
        kind = decoded.WhichOneof("type")
        if kind == "new_session":
            self._session_id = decoded.new_session.initialize.session_id or self._session_id
        elif kind == "backend_operation_response":
            self._replies[decoded.backend_operation_response.request_id] = decoded
        elif kind == "file_urls_response":
            self._replies[decoded.file_urls_response.response_id] = decoded
        elif kind == "delta":
            self._note(decoded)
        return super()._take(message, answer)

    def _note(self, message: ForwardMsg) -> None:
        element, part = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        if kind == "button":
            self.offers.buttons[element.button.label] = (element.button.id, part)
        elif kind == "download_button" and element.download_button.deferred_file_id:
            found = element.download_button
            self.offers.downloads[found.id] = found.deferred_file_id
        elif kind == "file_uploader":
            self.offers.uploaders[element.file_uploader.id] = part
        elif message.delta.add_block.popover.id:
            self.offers.menus[message.delta.add_block.popover.id] = part
