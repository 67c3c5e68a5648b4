"""Hostile inputs by the thousand: ``python -m benchmarks hostile --count 10000 --seed 1``.

Addresses, links and frames go to a server of its own, command lines, designs and files to the
library. Nothing may answer with a traceback, with status 500 or after more than 10 s of processor
time, nor with a text of more than two lines, nor repeat the input at length; memory is bounded.
"""

import argparse
import asyncio
import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

import viz
from benchmarks.hostile_inputs import PATHS, Hostile
from tests.browser import HOST, ROOT, free_port, wait_for
from viz.cli.main import main as command_line
from viz.net.fields import ConfigError
from viz.net.words import config_of
from viz.reading.tensors import ReadError

SECONDS = 10.0  # of processor time, for one answer
LINES, REPEATED = 2, 200  # of a sentence; characters of the input in a row
MEMORY = 2 * 2**30  # of the server, at the end
# Of a hundred inputs; a file starts a process.
SHARES = {"address": 40, "link": 12, "command": 18, "design": 20, "frame": 9, "file": 1}
TICKS = os.sysconf("SC_CLK_TCK")


class Faults:
    """What was found, by what it is, with one example each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.seconds: defaultdict[str, float] = defaultdict(float)  # that all of a kind have taken

    def add(self, what: str, example: object) -> None:
        """Count a fault."""
        self.counts[what] += 1
        self.examples.setdefault(what, str(example)[:1_500])

    def check_sentence(self, kind: str, text: str, given: str) -> None:
        """An answer that refuses is short, and does not hand the input back."""
        if "Traceback" in text:
            self.add(f"{kind}: traceback", f"{given!r}: {text}")
        if len(text.strip().splitlines()) > LINES:
            self.add(f"{kind}: more than {LINES} lines", f"{given!r}: {text}")
        starts = range(0, max(len(given) - REPEATED, 0), REPEATED // 2)
        if any(given[start : start + REPEATED] in text for start in starts):
            self.add(f"{kind}: repeats the input", f"{given!r}: {text}")

    @contextmanager
    def timed(self, kind: str, given: object, clock: Callable[[], float]) -> Iterator[None]:
        """Count what takes too long."""
        before, began = clock(), time.monotonic()
        yield
        self.seconds[kind] += time.monotonic() - began
        if (taken := clock() - before) > SECONDS:
            self.add(f"{kind}: more than {SECONDS:.0f} s", f"{taken:.1f} s: {given!r}")

    @property
    def report(self) -> str:
        """All of them, the most frequent first."""
        counted = self.counts.most_common()
        found = [f"{number} x {what}\n    {self.examples[what]}" for what, number in counted]
        return "\n".join(found) or "no fault"


class Server:
    """The app in a process of its own, with what it logs."""

    def __init__(self, folder: Path) -> None:
        self.port, self.log = free_port(), folder / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        command += [f"--server.port={self.port}", f"--server.address={HOST}"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
        self.address = f"http://{HOST}:{self.port}"
        wait_for(self.address)

    def processor(self) -> float:
        """Seconds of processor time, with those of processes that it has waited for (Linux)."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, stat[11:15])) / TICKS

    def memory(self) -> int:
        """Bytes that are resident (Linux)."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def check(self, faults: Faults) -> None:
        """What it has logged, and whether it is there."""
        text = self.log.read_text(errors="replace")
        for part in text.split("Traceback (most recent call last)")[1:]:
            faults.add("server: traceback", part[-1_500:] if len(part) < 1_500 else part[:1_500])
        if self.process.poll() is not None:
            faults.add("server: it has ended", self.process.returncode)
        elif self.memory() > MEMORY:
            faults.add("server: memory", f"{self.memory() / 2**30:.1f} GB")


def run(count: int, seed: int) -> Faults:
    """Try so many inputs."""
    hostile, faults = Hostile(seed), Faults()
    kinds = hostile.chance.choices(list(SHARES), list(SHARES.values()), k=count)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            asyncio.run(_run(kinds, hostile, faults, server, Path(folder)))
            server.check(faults)
        finally:
            server.process.terminate()
            server.process.wait(20)
    return faults


async def _run(
    kinds: list[str], hostile: Hostile, faults: Faults, server: Server, folder: Path
) -> None:
    good = _good_files(folder)
    async with httpx.AsyncClient(base_url=server.address, timeout=120) as asker:
        over_the_wire: dict[str, Callable[[], Awaitable[None]]] = {
            "address": lambda: _address(hostile, faults, server, asker),
            "link": lambda: _link(hostile, faults, server),
            "frame": lambda: _frame(hostile, faults, server),
        }
        here: dict[str, Callable[[], None]] = {
            "command": lambda: _command(hostile, faults, folder),
            "design": lambda: _design(hostile, faults),
            "file": lambda: _file(hostile, faults, good, folder),
        }
        for kind in kinds:
            if kind in here:
                here[kind]()
            else:
                await over_the_wire[kind]()


async def _address(
    hostile: Hostile, faults: Faults, server: Server, asker: httpx.AsyncClient
) -> None:
    given = hostile.address()
    with faults.timed("address", given, server.processor):
        try:
            answer = await asker.get(given)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if not isinstance(error, httpx.InvalidURL):
                faults.add(f"address: {type(error).__name__}", given)
            return
    if answer.status_code >= 500 and answer.status_code != 503:
        faults.add(f"address: status {answer.status_code}", f"{given!r}: {answer.text}")
    if answer.status_code >= 400 and "html" not in answer.headers.get("content-type", ""):
        faults.check_sentence("address", answer.text, httpx.URL(given).query.decode("latin-1"))


async def _link(hostile: Hostile, faults: Faults, server: Server) -> None:
    message = hostile.message()
    message.rerun_script.page_name = hostile.chance.choice(PATHS)
    message.rerun_script.fragment_id = ""
    del message.rerun_script.widget_states.widgets[:]
    given = f"{message.rerun_script.page_name}?{message.rerun_script.query_string}"
    with faults.timed("link", given, server.processor):
        async with _stream(server) as stream:
            await stream.send(message.SerializeToString())
            while True:
                try:
                    content = await asyncio.wait_for(stream.recv(), 60)
                except (TimeoutError, WebSocketException) as error:
                    faults.add(f"link: {type(error).__name__}", given)
                    return
                answer = ForwardMsg.FromString(content if isinstance(content, bytes) else b"")
                if answer.WhichOneof("type") == "script_finished":
                    return
                element = answer.delta.new_element
                if element.WhichOneof("type") == "exception":
                    faults.add("link: exception", f"{given}: {element.exception.message}")
                if element.WhichOneof("type") == "alert":
                    faults.check_sentence("link", element.alert.body, given)
                    if "Something went wrong" in element.alert.body:
                        faults.add("link: something went wrong", given)


async def _frame(hostile: Hostile, faults: Faults, server: Server) -> None:
    given = hostile.frame()
    silent = contextlib.suppress(WebSocketException, TimeoutError)
    with faults.timed("frame", given, server.processor), silent:
        async with _stream(server) as stream:
            await stream.send(given)
            await asyncio.wait_for(stream.recv(), 0.2)


def _stream(server: Server) -> connect:
    return connect(f"ws://{HOST}:{server.port}/_stcore/stream", max_size=None)


def _processor_here() -> float:
    own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _command(hostile: Hostile, faults: Faults, folder: Path) -> None:
    given = hostile.command()
    text, status, output = io.StringIO(), 0, io.TextIOWrapper(io.BytesIO(), "utf-8", "replace")
    with (
        faults.timed("command", given, _processor_here),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(text),
    ):
        try:
            status = command_line(given)
        except SystemExit as ended:
            status = int(ended.code or 0)
        except Exception as error:
            faults.add(f"command: {_place(error)}", f"{given}: {error}")
    said = text.getvalue()
    # Each picture that cannot be opened is a line.
    sentences = said.splitlines() if given[:1] == ["predict"] else [said]
    for argument in given if status else ():
        for sentence in sentences:
            faults.check_sentence("command", sentence, argument)


def _design(hostile: Hostile, faults: Faults) -> None:
    design, params = hostile.design(), dict(hostile.params(2))
    with faults.timed("design", design, _processor_here):
        try:
            viz.diagram(viz.trace("design", design=design)).svg()
            config_of("design", {**params, "design": design})
        except ConfigError as error:
            faults.check_sentence("design", str(error), design)
        except Exception as error:
            faults.add(f"design: {_place(error)}", f"{design}: {error}")


def _file(hostile: Hostile, faults: Faults, good: list[bytes], folder: Path) -> None:
    path = folder / f"given.{hostile.one_of(['pth', 'onnx', 'h5', 'tflite', 'x'], 0)}"
    path.write_bytes(hostile.file(good))
    with faults.timed("file", path.suffix, _processor_here):
        try:
            viz.identify(path)
        except ReadError as error:
            faults.check_sentence("file", str(error), path.read_bytes().decode("latin-1"))
        except Exception as error:
            faults.add(f"file: {_place(error)}", error)


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _good_files(folder: Path) -> list[bytes]:
    """Small files of several formats, to be spoiled."""
    from viz.exports import EXPORTS, request_of

    request = request_of("v3-small", {"width": "0.1", "classes": "2"})
    made = [EXPORTS["model"][kind].make(request) for kind in ("onnx", "safetensors")]
    import torch

    torch.save({"a.weight": torch.zeros(8, 3, 3, 3)}, folder / "good.pth")
    return [*made, (folder / "good.pth").read_bytes()]


def main(arguments: list[str]) -> int:
    """Try, and print what was found; 1 where anything was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks hostile")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    faults = run(options.count, options.seed)
    taken = time.monotonic() - began
    by_kind = ", ".join(f"{kind} {spent:.0f} s" for kind, spent in faults.seconds.items())
    print(f"{options.count:,} hostile inputs, seed {options.seed}, {taken:.0f} s ({by_kind}):")
    print(faults.report)
    return 1 if faults.counts else 0
