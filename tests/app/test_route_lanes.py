"""Requests of pictures that meet: what is kept waits for nobody, and equal ones are drawn once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import httpx
import pytest
from starlette.applications import Starlette

from viz.ui import routes
from viz.ui.limits import Rate
from viz.ui.routes import AT_ONCE, DRAWN, KEPT_BYTES, ROUTES, Drawn, Key, Made

PATIENCE = 20  # seconds


def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=Starlette(routes=ROUTES))
    return httpx.AsyncClient(transport=transport, base_url="http://atlas", timeout=PATIENCE)


@contextmanager
def slow_figures() -> Iterator[None]:
    """As many as are drawn at once, until the end."""
    ended = Event()

    def draw() -> Made:
        ended.wait(PATIENCE)
        return Made(b"", "slow", "")

    lane = routes._lanes().most
    tasks = [asyncio.ensure_future(lane.run(draw)) for _ in range(AT_ONCE)]
    try:
        yield
    finally:
        ended.set()
        del tasks


def test_a_slow_figure_holds_up_no_cached_one_and_others_wait_for_it():
    async def run() -> None:
        async with client() as asking:
            first = await asking.get("/figure/v2.svg?width=0.35")
            with slow_figures():
                await asyncio.sleep(0.1)
                again = await asyncio.wait_for(asking.get("/figure/v2.svg?width=0.35"), PATIENCE)
                assert again.content == first.content
                known = {"If-None-Match": first.headers["etag"]}
                answer = asking.get("/figure/v2.svg?width=0.35", headers=known)
                assert (await asyncio.wait_for(answer, PATIENCE)).status_code == 304
                waiting = asyncio.ensure_future(asking.get("/figure/v2.svg?width=0.36"))
                assert not (await asyncio.wait([waiting], timeout=0.5))[0]
            assert (await waiting).status_code == 200

    asyncio.run(run())


def test_equal_requests_share_one_drawing():
    async def run() -> list[httpx.Response]:
        async with client() as asking:
            url = "/figure/v3-small.png?width=0.55"
            return await asyncio.gather(*(asking.get(url) for _ in range(5)))

    drawn = DRAWN.currsize
    answers = asyncio.run(run())
    assert len({answer.content for answer in answers}) == 1
    assert DRAWN.currsize == drawn + 1


def test_equal_requests_wait_for_the_same_file():
    key = Key("diagram", "v2", "svg", (("width", "0.77"),))

    async def run() -> list[Made]:
        drawn = Drawn(KEPT_BYTES)
        return await asyncio.gather(*(drawn.get(key) for _ in range(3)))

    first, *others = asyncio.run(run())
    assert all(other is first for other in others)


def test_a_reader_who_leaves_ends_no_drawing_that_others_wait_for():
    key = Key("diagram", "v2", "svg", (("width", "0.78"),))

    async def run() -> Made:
        drawn = Drawn(KEPT_BYTES)
        leaving, staying = (asyncio.ensure_future(drawn.get(key)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        return await asyncio.wait_for(staying, PATIENCE)

    assert asyncio.run(run()).content.startswith(b"<?xml")


def test_what_is_kept_is_bounded_by_its_bytes():
    async def run() -> tuple[int, int]:
        sizes = []
        drawn = Drawn(100_000)
        for width in range(40, 60):
            chosen = (("width", f"0.{width}"),)
            sizes.append(len((await drawn.get(Key("diagram", "v2", "svg", chosen))).content))
        return drawn.currsize, sum(sizes) // len(sizes)

    kept, size = asyncio.run(run())
    assert 0 < kept <= 100_000 // size + 1


def test_what_cannot_be_drawn_is_not_kept():
    async def run() -> list[int]:
        async with client() as asking:
            both = [await asking.get("/figure/v2.svg?width=nan") for _ in range(2)]
            return [answer.status_code for answer in both]

    before = DRAWN.currsize
    assert asyncio.run(run()) == [400, 400]
    assert DRAWN.currsize == before


@pytest.fixture
def limited(monkeypatch):
    limit = Rate(3)
    monkeypatch.setattr(routes, "_rate", lambda: limit)


@pytest.mark.usefixtures("limited")
def test_too_many_requests_get_a_sentence_and_the_time_to_wait():
    async def run() -> list[httpx.Response]:
        async with client() as asking:
            return [await asking.get("/table/v2.csv") for _ in range(4)]

    *taken, refused = asyncio.run(run())
    assert [answer.status_code for answer in taken] == [200] * 3
    assert refused.status_code == 429
    seconds = refused.headers["retry-after"]
    assert refused.text == f"Too many requests from your address; try again in {seconds} s.\n"
    assert 1 <= int(seconds) <= 20
