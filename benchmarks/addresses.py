"""Addresses of pictures: ``python -m benchmarks addresses --rate 100 --seconds 60``.

So many requests a second come whether or not those before are answered, as from readers of a page
that shows them: half know the file and ask whether it has changed. In between comes a slow one that
nobody asked for before. A wait is counted from the moment when its request was due.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from benchmarks.classroom import waits_of
from benchmarks.measure import milliseconds
from benchmarks.servers import busy_seconds, serving

NETWORKS = ("v1", "v2", "v3-large", "v3-small", "mnasnet-b1", "efficientnet-b0")
WIDTHS = (0.5, 0.75, 1)
LESSONS = ("convolution.svg", "windows.svg", "residual.svg", "activations.svg", "family.png")
SLOW_SECONDS = 5.0  # from one slow one to the next
SLOW = "/figure/efficientnet-b0.pdf?level=operation&depth=4&resolution={size}"
KNOWN = 0.5  # share of the readers who have the file
READERS, GREEDY = 50, 0.5  # with a limit: addresses, and the share that the first one sends
PATIENCE_SECONDS = 120.0


def mixed() -> list[str]:
    """Pictures as SVG and PNG, tables, and lessons."""
    found = [f"/figure/{lesson}" for lesson in LESSONS]
    for name in NETWORKS:
        for width in WIDTHS:
            found.append(f"/figure/{name}.svg?width={width:g}")
            found.append(f"/table/{name}.csv?width={width:g}")
        found.append(f"/figure/{name}.png?width=0.35")
    return found


class Readers:
    """Who asks, and how long each waited."""

    def __init__(self, address: str, rate: int, *, are_limited: bool) -> None:
        """Of a server at ``address``; so many requests a second."""
        self.rate, self.are_limited = rate, are_limited
        self.client = httpx.AsyncClient(
            base_url=address,
            timeout=PATIENCE_SECONDS,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=100),
        )
        self.chance = random.Random(1)
        self.tags: dict[str, str] = {}
        self.waits: dict[str, list[float]] = {"kept": [], "slow": []}
        self.statuses: Counter[str] = Counter()

    async def run(self, seconds: float) -> None:
        """Draw each once, then ask for so long."""
        for address in mixed():
            await self._ask(address, time.monotonic(), "first", number=1)
        self.statuses.clear()
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(self._ask_slow(began + seconds))
            for number in range(int(seconds * self.rate)):
                due = began + number / self.rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                group.create_task(self._ask(self.chance.choice(mixed()), due, "kept"))
            await slow
        await self.client.aclose()

    async def _ask_slow(self, end: float) -> None:
        for number in range(1_000_000):
            if time.monotonic() > end:
                return
            address = SLOW.format(size=32 * (4 + number))
            await self._ask(address, time.monotonic(), "slow", number=2)
            await asyncio.sleep(SLOW_SECONDS)

    async def _ask(self, address: str, due: float, what: str, number: int = 0) -> None:
        headers = {}
        if what == "kept" and self.chance.random() < KNOWN:
            headers["If-None-Match"] = self.tags[address]
        if self.are_limited:
            headers["X-Forwarded-For"] = self._reader(number)
        try:
            answer = await self.client.get(address, headers=headers)
            status = str(answer.status_code)
        except httpx.HTTPError as error:
            status = type(error).__name__
        else:
            if answer.status_code == httpx.codes.OK:
                self.tags[address] = answer.headers["etag"]
        self.statuses[status] += 1
        if status in ("200", "304"):
            self.waits.setdefault(what, []).append(time.monotonic() - due)

    def _reader(self, number: int) -> str:
        is_greedy = self.chance.random() < GREEDY
        number = number or (3 if is_greedy else self.chance.randrange(4, READERS + 3))
        return f"198.51.100.{number}"

    def report(self) -> str:
        """Waits by kind, and the share of each status."""
        total = self.statuses.total()
        shares = [f"{status} {n / total:.1%}" for status, n in self.statuses.most_common()]
        waits = [f"{what}: {len(w):,}, {waits_of(w)}" for what, w in self.waits.items() if w]
        return "\n".join([*waits, f"{total:,} requests: {', '.join(shares)}"])


def main(arguments: list[str]) -> int:
    """Ask, and print what was measured; 1 where any answer was an error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks addresses")
    parser.add_argument("--rate", type=int, default=100, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=0, help="0: streamlit run app.py")
    parser.add_argument("--limit", type=int, default=0, help="ATLAS_RATE: a minute and address")
    options = parser.parse_args(arguments)
    limits = {"ATLAS_RATE": str(options.limit), "ATLAS_PROXIES": "1"} if options.limit else {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(options.workers, Path(folder) / "log", **limits) as server,
    ):
        readers = Readers(server.address, options.rate, are_limited=bool(options.limit))
        before = server.processor_seconds(), time.process_time(), busy_seconds()
        began = time.monotonic()
        asyncio.run(readers.run(options.seconds))
        taken = time.monotonic() - began
        after = server.processor_seconds(), time.process_time(), busy_seconds()
        memory = sum(server.memory().values())
    ours, client, busy = (b - a for a, b in zip(before, after, strict=True))
    print(
        f"{options.rate} requests a second for {options.seconds:g} s\n{readers.report()}\n"
        f"processor: {milliseconds(ours / max(readers.statuses.total(), 1))} of the server an "
        f"answer; cores in use: server {ours / taken:.2f}, this client {client / taken:.2f}, "
        f"others {max(busy - ours - client, 0) / taken:.2f}; memory {memory / 1e6:,.0f} MB"
    )
    return 0 if set(readers.statuses) <= {"200", "304", "429"} else 1
