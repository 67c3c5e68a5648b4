"""The app against an empty Streamlit page, in a real browser and under many sessions."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks.load import class_waits, idle_bytes, processor_seconds, reruns_per_second
from benchmarks.measure import milliseconds
from tests.browser import ROOT, browsing, served, settle
from viz.net.zoo import ZOO

ATLAS = ROOT / "app.py"
EMPTY = Path(__file__).with_name("empty_page.py")
PAIRS = 5
SESSIONS = 50
PUPILS = 100
NEW_WIDTHS = (0.9, 0.8, 0.7, 0.6)
QUIET_SECONDS = 0.5  # what a page and its server still do after its last change
STEPS, ROUNDS, IDLE_SECONDS = 20, 5, 4.0
WARM_SECONDS = 12  # until the worker has loaded torch
# Asked at every frame. (A wait for a selector looks again every half second: as long as the page.)
# Only where it can be: walking through the whole page at every frame is work of its own.
SEEN = """([place, selector, text]) => {
  const hosts = [...document.querySelectorAll(place)]
  const roots = hosts.map((host) => host.shadowRoot ?? host)
  const found = roots.flatMap((root) => [...root.querySelectorAll(selector)])
  return found.some((each) => each.textContent.includes(text))
}"""
PICTURE = "[data-testid=stBidiComponentIsolated]"
COLLECTING = "STREAMLIT_RUNNER_POST_SCRIPT_GC"
Mark = tuple[str, str, str]  # where, a selector, and a text in what it selects


@contextmanager
def _empty(*, configured: bool = False) -> Iterator[Path]:
    """The empty page in a folder of its own: Streamlit's defaults, or our configuration."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "empty_page.py"
        page.write_text(EMPTY.read_text(encoding="utf-8"), encoding="utf-8")
        if configured:
            shutil.copytree(ROOT / ".streamlit", page.parent / ".streamlit")
        yield page


def first_picture() -> str:
    """From the start of the server to the first picture on screen."""
    with browsing() as browser, _empty() as empty:
        _start_to(browser, ATLAS, "architecture", (PICTURE, "[id=block-0]", ""))
        pairs = [
            (
                _start_to(browser, ATLAS, "architecture", (PICTURE, "[id=block-0]", "")),
                _start_to(browser, empty, "", ("body", "p", "chosen: v1")),
            )
            for _ in range(PAIRS)
        ]
    return _against_empty("server start to first picture", pairs)


def _start_to(browser: Browser, script: Path, path: str, mark: Mark) -> float:
    page = browser.new_page()
    start = time.perf_counter()
    with served(script) as address:
        page.goto(f"{address}/{path}", wait_until="commit")
        page.wait_for_function(SEEN, arg=list(mark), polling="raf")
        taken = time.perf_counter() - start
        page.close()
    return taken


def new_picture() -> str:
    """From choosing another network to its picture on screen, torch loaded, nothing cached."""
    pairs = []
    with browsing() as browser, _empty() as empty, served(ATLAS) as atlas, served(empty) as plain:
        ours, theirs = browser.new_page(), browser.new_page()
        ours.goto(f"{atlas}/architecture")
        settle(ours)
        time.sleep(WARM_SECONDS)
        for width in NEW_WIDTHS:
            ours.goto(f"{atlas}/architecture?network=v1&width={width}")
            theirs.goto(plain)
            settle(ours)
            settle(theirs)
            time.sleep(QUIET_SECONDS)
            for number, name in enumerate(("v2", "v3-large", "v3-small")):
                picture = (PICTURE, "svg text", f"{ZOO[name].name} · width {width}")
                other = ("v2", "v1")[number % 2]
                mine = _choose(ours, ZOO[name].name, picture)
                pairs.append((mine, _choose(theirs, other, ("body", "p", f"chosen: {other}"))))
    return _against_empty("new network to new picture", pairs)


def _choose(page: Page, name: str, mark: Mark) -> float:
    """Seconds until what is chosen is seen, and then until the page is quiet again.

    What one page still does after its picture would count as the next one's time.
    """
    page.get_by_role("combobox", name="Network").click()
    option = page.get_by_role("option", name=name, exact=True)
    option.wait_for()
    # By the mouse, as a person does: a locator's click reads the whole page first.
    edge = option.bounding_box()
    assert edge is not None  # it is on screen
    page.mouse.move(edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2)
    start = time.perf_counter()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function(SEEN, arg=list(mark), polling="raf")
    taken = time.perf_counter() - start
    settle(page)
    time.sleep(QUIET_SECONDS)
    return taken


def _against_empty(what: str, pairs: list[tuple[float, float]]) -> str:
    ours, theirs = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    return (
        f"{what}: {milliseconds(ours)} against {milliseconds(theirs)} for an empty page: "
        f"{ratio:.2f} times"
    )


def many_sessions() -> str:
    """Reruns per second and memory per idle session, at 50 sessions.

    Our configuration does not collect garbage after every run, which is most of what an empty page
    costs otherwise: so it is measured with and without, and under Streamlit's defaults.
    """
    with _empty() as plain, _empty(configured=True) as empty:
        defaults = _rate(plain, "")
        with _collecting():
            collecting = _rate(ATLAS, "architecture") / _rate(empty, "")
        ours, theirs = [
            (_rate(script, path), _memory(script, path))
            for script, path in ((ATLAS, "architecture"), (empty, ""))
        ]
    return (
        f"{SESSIONS} sessions: {ours[0]:.1f} reruns/s of the Architecture page against "
        f"{theirs[0]:.1f} of an empty page under the same configuration: "
        f"{ours[0] / theirs[0]:.2f} times, {collecting:.2f} times where both collect garbage after "
        f"every run; against {defaults:.1f} under Streamlit's defaults: "
        f"{ours[0] / defaults:.2f} times; memory per idle session {ours[1] / 1e6:.2f} MB against "
        f"{theirs[1] / 1e6:.2f} MB"
    )


@contextmanager
def _collecting() -> Iterator[None]:
    """Servers that are started here collect garbage after every run, as Streamlit's own do."""
    os.environ[COLLECTING] = "true"
    try:
        yield
    finally:
        del os.environ[COLLECTING]


def _rate(script: Path, path: str) -> float:
    with served(script) as address:
        return reruns_per_second(address, path, SESSIONS)


def _memory(script: Path, path: str) -> float:
    with served(script) as address:
        return idle_bytes(address, path, SESSIONS)


def class_of_a_hundred() -> str:
    """What a class waits for: each pupil changes network and width every five seconds."""
    with served(ATLAS) as address:
        waits = sorted(class_waits(address, "architecture", PUPILS))
    last = waits[int(0.95 * len(waits))]
    return (
        f"{PUPILS} sessions, a change every 5 s each: {milliseconds(median(waits))} in the median, "
        f"{milliseconds(last)} at the 95th percentile"
    )


def processor_per_answer() -> str:
    """Processor time of the server for each step of the width slider, moved in a browser."""
    with browsing() as browser, served(ATLAS) as address:
        page = browser.new_page()
        page.goto(f"{address}/architecture?network=v2&width=0.3")
        settle(page)
        time.sleep(WARM_SECONDS)
        slider = page.get_by_role("slider", name="Width multiplier").first
        slider.focus()
        costs = sorted(_cost_of_steps(page, address) for _ in range(ROUNDS))
    return (
        f"processor time per answer to a changed width: {milliseconds(median(costs))} in the "
        f"median of {ROUNDS} times {STEPS} steps ({milliseconds(costs[0])} to "
        f"{milliseconds(costs[-1])})"
    )


def _cost_of_steps(page: Page, address: str) -> float:
    """Processor seconds of one of ``STEPS`` steps, without what an idle server takes."""
    idle = processor_seconds(address)
    time.sleep(IDLE_SECONDS)
    start, began = processor_seconds(address), time.perf_counter()
    for _ in range(STEPS):
        page.keyboard.press("ArrowRight")
        settle(page)
    taken = time.perf_counter() - began
    return (processor_seconds(address) - start - (start - idle) / IDLE_SECONDS * taken) / STEPS
