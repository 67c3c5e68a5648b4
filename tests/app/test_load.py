"""The benchmarks' client against a real server: it asks as the front end does."""

import asyncio
from urllib.parse import parse_qs

import httpx
import pytest
from browser import served
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.session import Session
from benchmarks.soak import _weights
from benchmarks.visitor import Visitor
from viz.net.zoo import ZOO


class Reader(Session):
    """A session that keeps all messages of an answer."""

    def __init__(self, address):
        super().__init__(address)
        self.seen = []

    def _take(self, message, answer):
        self.seen.append(ForwardMsg.FromString(message))
        return super()._take(message, answer)

    def take_seen(self):
        seen, self.seen = self.seen, []
        return seen


async def _tour(address):
    session = Reader(address)
    answers = [await session.open("architecture", network="v2")]
    seen = [session.take_seen()]
    for asked in (
        lambda: session.set_width(0.45),
        lambda: session.set_network("v3-small", ZOO["v3-small"].name),
        lambda: session.go("compare"),
    ):
        answers.append(await asked())
        seen.append(session.take_seen())
    await session.close()
    return answers, seen


@pytest.fixture(scope="module")
def address():
    with served() as found:
        yield found


@pytest.fixture(scope="module")
def tour(address):
    return asyncio.run(_tour(address))


def metrics(messages):
    elements = [each.delta.new_element for each in messages if each.WhichOneof("type") == "delta"]
    return {each.metric.label: each.metric.body for each in elements if each.HasField("metric")}


def url(messages):
    said = [each.page_info_changed.query_string for each in messages]
    return {name: texts[-1] for name, texts in parse_qs([*filter(None, said)][-1]).items()}


def test_every_answer_comes_without_an_error(tour):
    answers, _ = tour
    assert [answer.errors for answer in answers] == [[], [], [], []]
    assert all(answer.messages > 10 for answer in answers)


def test_a_changed_width_runs_its_part_of_the_page_only(tour):
    _, (whole, part, *_) = tour
    assert part[-1].script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    assert url(part)["width"] == "0.45"
    assert metrics(part).keys() == metrics(whole).keys()
    assert metrics(part)["Parameters"] != metrics(whole)["Parameters"]


def test_a_changed_network_keeps_its_width_and_repeats_no_style_sheet(tour):
    _, (whole, _, changed, _) = tour
    assert url(changed) == {"network": "v3-small", "width": "0.45"}
    assert any(message.ref_hash for message in changed)
    assert not any(message.ref_hash for message in whole)


def test_another_page_shows_the_same_network(tour):
    _, (*_, page) = tour
    titles = [each.page_config_changed.title for each in page]
    assert any(title.startswith("Compare") for title in titles)
    texts = b"".join(each.SerializeToString() for each in page)
    assert ZOO["v3-small"].name.encode() in texts


async def _visit(address):
    async with httpx.AsyncClient(timeout=60) as client:
        reader = Visitor(address, client)
        answers = [await reader.open("residual")]
        answers += await reader.open_menus()
        names = list(reader.offers.downloads.values())
        sizes = await reader.download(names[:1])
        answers.append(await reader.go("identify"))
        before = reader.offers
        answers.append(await reader.upload("some.safetensors", _weights()))
        await reader.close()
    return answers, names, sizes, before


def test_a_visitor_opens_menus_takes_files_and_uploads_one(address):
    answers, names, sizes, before = asyncio.run(_visit(address))
    assert not [error for answer in answers for error in answer.errors]
    assert len(names) >= 4
    assert sizes[0] > 1_000
    assert before.uploaders
    assert answers[-1].size > 1_000
