"""A soak: ``python -m benchmarks soak --minutes 60``.

Readers come and go: every page, every menu, any file that it offers, networks, widths, uploads, and
one training run after another. What the server takes is counted before and after, when all
have left and it has been idle: it has to end where it began.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import psutil
from safetensors.numpy import save

from benchmarks.classroom import NETWORKS
from benchmarks.servers import TORCH, Server, serving
from benchmarks.session import Answer, Lost
from benchmarks.visitor import Visitor
from tests.browser import PATHS
from viz.lab.sample_data import SampleData, draw
from viz.net.zoo import ZOO

READERS = 6  # at once
FILES_OF_A_VISIT = 3  # any of those that a page offers
IDLE_SECONDS = 150.0  # Streamlit keeps who has left for two minutes
RUN_SECONDS = 300.0  # within which a training run ends
PRINT_SECONDS = 60.0  # between two lines of what there is
TRAINING = {
    "network": "v3-small",
    "width": "0.25",
    "resolution": "32",
    "data": "flowers",
    "start": "random",
    "freeze": "none",
    "epochs": "1",
    "pictures": "8",
}
# What may be more at the end: a share of memory, and threads and files that come and go.
MEMORY_SHARE, MEMORY_BYTES, LEEWAY = 0.10, 30_000_000, 4


@dataclass(frozen=True, slots=True)
class State:
    """What a server's processes have at one moment."""

    memory: int  # bytes, without torch
    torch: int  # bytes
    threads: int
    files: int
    processes: int
    temporary: int  # files

    def over(self, begun: "State") -> list[str]:
        """What is more than at the beginning, beyond what is allowed."""
        share = round(begun.memory * MEMORY_SHARE)
        most = {"memory": max(share, MEMORY_BYTES), "torch": max(begun.torch, MEMORY_BYTES)}
        most |= {"threads": LEEWAY, "files": LEEWAY, "processes": 0, "temporary": 0}
        return [each for each in most if getattr(self, each) - getattr(begun, each) > most[each]]

    def line(self) -> str:
        """All of it."""
        return (
            f"memory {self.memory / 1e6:,.0f} MB, torch {self.torch / 1e6:,.0f} MB, "
            f"{self.threads} threads, {self.files} open files, {self.processes} processes, "
            f"{self.temporary} temporary files"
        )


class Soak:
    """Readers of one server, what they did, and what went wrong."""

    def __init__(self, server: Server, folder: Path) -> None:
        """``folder`` has the server's temporary files and its runs."""
        self.server, self.folder = server, folder
        self.did: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.client = httpx.AsyncClient(timeout=120)
        self.chance = random.Random(1)

    async def run(self, seconds: float, idle: float, warming: float) -> tuple[State, State]:
        """All, until caches are full; then the state, so many seconds of all, and the state."""
        for page in PATHS:
            await self._visit(page)
        await self._all(warming)
        begun = await self._rested(idle)
        self.did.clear()
        await self._all(seconds)
        ended = await self._rested(idle)
        await self.client.aclose()
        return begun, ended

    async def _all(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        readers = [self._come_and_go(end) for _ in range(READERS)]
        watching = asyncio.create_task(self._print_states())
        await asyncio.gather(self._train_on(end), *readers)
        watching.cancel()

    async def _rested(self, idle: float) -> State:
        await self._let_trainings_end()
        await asyncio.sleep(idle)
        return self._state()

    async def _print_states(self) -> None:
        started = time.monotonic()
        while True:
            await asyncio.sleep(PRINT_SECONDS)
            minutes = (time.monotonic() - started) / 60
            print(f"  after {minutes:.0f} min: {self._state().line()}", flush=True)

    async def _come_and_go(self, end: float) -> None:
        while time.monotonic() < end:
            await self._visit(self.chance.choice(PATHS))

    async def _train_on(self, end: float) -> None:
        while time.monotonic() < end:
            await self._train()
            await self._let_trainings_end()

    @contextmanager
    def _reader(self, page: str) -> Iterator[Visitor]:
        try:
            yield Visitor(self.server.address, self.client)
        except (Lost, httpx.HTTPError) as error:
            self.errors[f"{page or 'home'}: {error or type(error).__name__}"] += 1

    async def _visit(self, page: str) -> None:
        with self._reader(page) as reader:
            try:
                self._note("page", page, await reader.open(page))
                if reader.has_network:
                    chosen = self.chance.choice(NETWORKS)
                    answer = await reader.set_network(chosen, ZOO[chosen].name)
                    self._note("network", page, answer)
                if reader.has_network:
                    width = self.chance.randrange(20, 151) / 100
                    self._note("width", page, await reader.set_width(width))
                for answer in await reader.open_menus():
                    self._note("menu", page, answer)
                offered = list(reader.offers.downloads.values())
                wanted = self.chance.sample(offered, min(len(offered), FILES_OF_A_VISIT))
                self.did["download"] += len(await reader.download(wanted))
                if page == "identify" and reader.offers.uploaders:
                    name = f"{self.chance.randrange(10**9)}.safetensors"
                    self._note("upload", page, await reader.upload(name, _weights()))
            finally:
                await reader.close()

    async def _train(self) -> None:
        with self._reader("train") as reader:
            try:
                self._note("page", "train", await reader.open("train", **TRAINING))
                if "Train" in reader.offers.buttons:
                    self._note("training", "train", await reader.press("Train"))
            finally:
                await reader.close()

    async def _let_trainings_end(self) -> None:
        end = time.monotonic() + RUN_SECONDS
        while time.monotonic() < end and _trains(self.folder):
            await asyncio.sleep(0.5)

    def _note(self, what: str, page: str, answer: Answer) -> None:
        self.did[what] += 1
        self.errors.update(f"{page or 'home'}, {what}: {error}" for error in answer.errors)

    def _state(self) -> State:
        memory = self.server.memory()
        torch = memory.pop(TORCH, 0)
        processes = self.server.processes()
        server = processes[0]
        files = sum(each.is_file() for each in (self.folder / "tmp").rglob("*"))
        threads, opened = server.num_threads(), server.num_fds()
        return State(sum(memory.values()), torch, threads, opened, len(processes), files)

    def report(self, begun: State, ended: State) -> str:
        """What was done, both states and a verdict."""
        over = ended.over(begun)
        did = ", ".join(f"{count:,} × {what}" for what, count in self.did.most_common())
        found = [f"  {count} × {what}" for what, count in self.errors.most_common(10)]
        verdict = f"more than at the beginning: {', '.join(over)}" if over else "ends as it began"
        lines = [f"did: {did}", f"before: {begun.line()}", f"after:  {ended.line()}"]
        return "\n".join([*lines, f"errors: {self.errors.total()}", *found, f"verdict: {verdict}"])


def _weights() -> bytes:
    """A file that is read, and is no network."""
    return save({"first.weight": np.zeros((16, 3, 3, 3), np.float32)})


def _trains(folder: Path) -> bool:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(folder / "runs") in " ".join(process.cmdline()):
                return True
    return False


def main(arguments: list[str]) -> int:
    """Soak and print; 1 where anything was wrong or is left."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument(
        "--warm-up", type=float, help="minutes until caches are full; by default a sixth more"
    )
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS, help="seconds before counting")
    options = parser.parse_args(arguments)
    warming = options.minutes / 6 if options.warm_up is None else options.warm_up
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("tmp", "runs", "data"):
            (folder / each).mkdir()
        draw(folder / "data" / "flowers", SampleData(train=8, val=3, side=40))
        environment = {
            "TMPDIR": str(folder / "tmp"),
            "ATLAS_RUNS": str(folder / "runs"),
            "ATLAS_DATA": str(folder / "data"),
        }
        with serving(0, folder / "log", **environment) as server:
            soak = Soak(server, folder)
            begun, ended = asyncio.run(soak.run(options.minutes * 60, options.idle, warming * 60))
            faults = server.log.read_text(errors="replace").count("Traceback")
    print(f"{options.minutes:g} min\n{soak.report(begun, ended)}; tracebacks: {faults}")
    return 1 if soak.errors or faults or ended.over(begun) else 0
