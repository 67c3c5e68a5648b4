"""What pages ask torch.

Answers are kept, and a run of a page that waits for one lets others have their turn.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import streamlit as st
from cachetools import LRUCache

from viz.extras import MissingExtra, require
from viz.lab import wire
from viz.net.config import Config
from viz.ui import admission
from viz.ui.private import DeltaGenerator
from viz.ui.torch_pool import Answer, Pool
from viz.ui.torch_worker import TorchWorker, WorkerError
from viz.ui.translate import _

PROCESSES, MOST_PROCESSES = 2, 16
KEPT_BYTES = 64_000_000  # of answers and model files; the largest has 290 MB, most have 10 to 25


def processes() -> int:
    """How many questions are answered at once: what the operator says, or two."""
    text = os.environ.get("ATLAS_TORCH_PROCESSES", "")
    return min(max(int(text), 1), MOST_PROCESSES) if text.isdecimal() else PROCESSES


POOL = Pool([TorchWorker() for _ in range(processes())])
MEASURING = Pool([TorchWorker()])  # a process of its own, for which no other question waits
_KEPT: LRUCache[bytes, bytes] = LRUCache(KEPT_BYTES, getsizeof=len)
_LOCK = Lock()


def summary(config: Config, depth: int) -> dict[str, Any]:
    """torchinfo's rows, totals and text of one configuration. Raises ``WorkerError``."""
    found: dict[str, Any] = _kept(_request("summary", config, depth=depth))
    return found


def excitations(config: Config, gate: str, seed: int) -> list[dict[str, Any]]:
    """Channel weights of every SE for one picture, at initialisation. Raises ``WorkerError``."""
    found: list[dict[str, Any]] = _kept(_request("excitations", config, gate=gate, seed=seed))
    return found


def gates(config: Config, kinds: Sequence[str], seed: int, block: int) -> dict[str, Any]:
    """One SE of the shipped weights on two drawn flowers (``gates``). Raises ``WorkerError``."""
    request = _request("gates", config, kinds=list(kinds), seed=seed, block=block)
    found: dict[str, Any] = _kept(request)
    return found


def frozen(config: Config, steps: int) -> dict[str, Any]:
    """Changes in frozen features under both codes. Raises ``WorkerError``."""
    found: dict[str, Any] = _kept(_request("frozen", config, steps=steps))
    return found


def forgotten_eval(config: Config) -> dict[str, float]:
    """How far scores are from the one kernel's, in both modes. Raises ``WorkerError``."""
    found: dict[str, float] = _kept(_request("forgotten_eval", config))
    return found


def inside(
    config: Config,
    weights: str,
    picture: dict[str, Any],
    block: int,
    prepare: str = "",
    number: int | None = None,
    page: int = 1,
    *,
    keep: bool,
) -> dict[str, Any]:
    """Answer and feature maps for a picture (``viz.lab.pytorch.inside_page``).

    Not to be kept of a reader's own picture or weights. Raises ``WorkerError``.
    """
    further = {"weights": weights, "picture": picture, "block": block, "prepare": prepare}
    request = _request("inside", config, **further) | {"class": number, "page": page}
    found: dict[str, Any] = _kept(request) if keep else _ask(POOL, request)
    return found


def quantised(config: Config, scheme: str) -> dict[str, Any]:
    """What the shipped network loses under a scheme (``quantize_page``). Raises ``WorkerError``."""
    found: dict[str, Any] = _kept(_request("quantise", config, scheme=scheme), "onnxruntime")
    return found


def weights(config: Config, block: int) -> list[dict[str, Any]]:
    """Ranges and whole numbers of a block's weights. Raises ``WorkerError``."""
    found: list[dict[str, Any]] = _kept(_request("weights", config, block=block), "onnxruntime")
    return found


def time_round(config: Config, how: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """One round of a network (``timing.one_round``), and whether the app did other work meanwhile.

    Raises ``WorkerError``.
    """
    before = _work_begun()
    found: dict[str, Any] = _ask(MEASURING, _request("time", config, how=how))
    return found, POOL.running > 0 or _work_begun() != before


def _work_begun() -> int:
    return admission.TURNS.begun + POOL.begun


def operation_times(config: Config, how: dict[str, Any]) -> list[float]:
    """Milliseconds of each operation (``timing.operation_times``). Raises ``WorkerError``."""
    found: list[float] = _ask(MEASURING, _request("operation_times", config, how=how))
    return found


def model_file(config: Config, kind: str) -> bytes:
    """A file of the built module; ``kind`` is "onnx" or "safetensors". Raises ``WorkerError``."""
    request = _request("model", config, kind=kind)
    return _found(wire.encode(request), lambda: bytes(_ask(POOL, request)))


def _kept(request: dict[str, Any], *libraries: str) -> Any:
    """An answer that is the same each time, where these libraries are installed beside torch."""
    _require("torch", *libraries)
    content = _found(wire.encode(request), lambda: json.dumps(_ask(POOL, request)).encode())
    return json.loads(content)  # each reader's own


def _found(key: bytes, make: Callable[[], bytes]) -> bytes:
    """What is kept, or is made now; what is larger than all that may be kept is not."""
    with _LOCK:
        content = _KEPT.get(key)
    if content is None:
        content = make()
        with _LOCK:
            if len(content) <= KEPT_BYTES:
                _KEPT[key] = content
    return content


def _request(what: str, config: Config, **further: object) -> dict[str, Any]:
    arguments = {"variant": config.variant, **config.arguments()}
    return {"what": what, "config": arguments, **further}


def _ask(pool: Pool, request: dict[str, Any]) -> Any:
    _require("torch")
    with admission.away(), _busy() as look:
        answer: Answer = pool.ask(request, look)
    return answer["answer"]


def _require(*libraries: str) -> None:
    """Raise ``WorkerError``, which names the extra, where one is not installed."""
    for library in libraries:
        try:
            require("This", library)
        except MissingExtra as error:
            raise WorkerError(str(error)) from None


@contextmanager
def _busy() -> Iterator[Callable[[int], None] | None]:
    """Says on the page which place in the queue a question has, as long as it waits in one."""
    if not admission.in_a_run():
        yield None
        return
    places: list[DeltaGenerator] = []

    def look(number: int) -> None:
        admission.checkpoint()
        if number and not places:
            places.append(st.empty())
        for place in places:
            text = _("torch is busy: position {number} in the queue.")
            place.caption(text.format(number=number)) if number else place.empty()

    try:
        yield look
    finally:
        for place in places:
            place.empty()
