"""Measured latency of networks, in alternating rounds, and by operation.

Networks take turns, round after round, so that a machine that grows slower is no network's fault.
Weights are random: they change no time. onnxruntime is timed on the CPU only.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.benchmark import Timer

from viz.extras import advice
from viz.lab.errors import RunError
from viz.lab.latency import Latency, Round, Way, latency_of
from viz.lab.pytorch.fused_times import fused_times
from viz.net.bounds import check_run
from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.pytorch.files import module_of
from viz.pytorch.onnx_graph import IMAGE, onnx_model

ROUNDS = 5
WARM_UP = 3
KEPT = 2  # networks that take turns
Runner = Callable[[], object]


def latencies(
    traces: Sequence[Trace],
    ways: Sequence[Way] = (Way(),),
    *,
    threads: int = 1,
    batch: int = 1,
    seconds: float = 3.0,
    progress: Callable[[], object] = lambda: None,
) -> list[Latency]:
    """The latency of each network in each way, from about ``seconds`` of running it.

    ``progress`` is called after each of ``ROUNDS`` rounds of each. Raises ``RunError`` where a
    runtime is not installed.
    """
    pairs = [(traced, way) for traced in traces for way in ways]
    started = [_started(traced, way, threads, batch) for traced, way in pairs]
    taken: list[list[Round]] = [[] for _ in pairs]
    for _ in range(ROUNDS):
        for each, found in zip(started, taken, strict=True):
            found.append(_round(each.timer, seconds / ROUNDS))
            progress()
    return [
        latency_of(traced, rounds, threads=threads, batch=batch, first=each.first, **_named(way))
        for (traced, way), each, rounds in zip(pairs, started, taken, strict=True)
    ]


def _named(way: Way) -> dict[str, Any]:
    """A way as it is said: a GPU by its name too."""
    is_cuda = way.device.startswith("cuda")
    device = f"{way.device} ({torch.cuda.get_device_name(way.device)})" if is_cuda else way.device
    return way._replace(device=device)._asdict()


def one_round(config: Config, *, runtime: str, threads: int, batch: int, seconds: float) -> Round:
    """About ``seconds`` of one network, for those who take turns themselves. Raises ``RunError``.

    The network is kept for its next turn.
    """
    return _round(_kept_timer(config, runtime, threads, batch), seconds)


@lru_cache(maxsize=KEPT)
def _kept_timer(config: Config, runtime: str, threads: int, batch: int) -> Timer:
    return _started(trace_config(config), Way(runtime), threads, batch).timer


class _Started(NamedTuple):
    """A network that has run for the first time, in so many milliseconds, and is warm."""

    timer: Timer
    first: float


def _started(traced: Trace, way: Way, threads: int, batch: int) -> _Started:
    runner = RUNNERS[way.runtime](traced, batch, threads, way)
    with _threads(threads):
        begun = perf_counter()
        runner()
        _wait(way)
        first = 1e3 * (perf_counter() - begun)
    timer = Timer("run()", globals={"run": runner}, num_threads=threads)
    timer.timeit(WARM_UP)
    return _Started(timer, first)


def _round(timer: Timer, seconds: float) -> Round:
    found = timer.blocked_autorange(min_run_time=seconds)
    return Round([1e3 * time for time in found.times], len(found.raw_times) * found.number_per_run)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _wait(way: Way) -> None:
    """Until a GPU has done what it was given."""
    if way.device.startswith("cuda"):
        torch.cuda.synchronize(way.device)
    elif way.device == "mps":
        torch.mps.synchronize()


# Runtimes


def on_device(traced: Trace, batch: int, way: Way) -> tuple[nn.Module, Tensor]:
    """The network and a batch of pictures as torch runs them."""
    layout = torch.channels_last if way.channels_last else torch.contiguous_format
    module = module_of(traced).to(device=way.device, memory_format=layout)  # type: ignore[call-overload]
    return module, _image(traced, batch).to(device=way.device, memory_format=layout)


def _torch_runner(traced: Trace, batch: int, _threads: int, way: Way) -> Runner:
    module, image = on_device(traced, batch, way)

    def run() -> object:
        with torch.inference_mode():
            return module(image)

    return run


def _onnx_runner(traced: Trace, batch: int, threads: int, _way: Way) -> Runner:
    session, feed = _onnx_session(traced, batch, threads)
    return lambda: session.run(None, feed)


def _onnx_session(
    traced: Trace, batch: int, threads: int, profile: str = ""
) -> tuple[Any, dict[str, Any]]:
    """A session and what it is fed; with a ``profile`` it writes one to files of that prefix."""
    try:
        import onnxruntime
    except ImportError:
        raise RunError(f"--runtime onnxruntime {advice('onnxruntime')}.") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    weights = {name: value.numpy() for name, value in module_of(traced).state_dict().items()}
    content = onnx_model(traced, weights).SerializeToString()
    if profile:
        options.enable_profiling, options.profile_file_prefix = True, profile
    session = onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])
    return session, {IMAGE: _image(traced, batch).numpy()}


RUNNERS: dict[str, Callable[[Trace, int, int, Way], Runner]] = {
    "torch": _torch_runner,
    "onnxruntime": _onnx_runner,
}


def _image(traced: Trace, batch: int) -> Tensor:
    """What is run. Raises ``TooLarge``."""
    check_run(traced.params, traced.macs, traced.peak_bytes(), batch)
    return torch.randn(batch, *traced.operations[0].in_shape)


# By operation


def operation_times(
    traced: Trace,
    *,
    threads: int = 1,
    batch: int = 1,
    seconds: float = 3.0,
    runtime: str = "torch",
    device: str = "cpu",
    channels_last: bool = False,
) -> list[float]:
    """Milliseconds of each operation, the median over runs, in the trace's order.

    In torch the time of an operation is what passes from the end of the one before it to its own
    end, so that they add up to the network's time (with some microseconds each for looking at the
    clock). For onnxruntime see ``fused_times``. Raises ``RunError`` where it is not installed.
    """
    if runtime == "onnxruntime":

        def session(prefix: str) -> tuple[Runner, Callable[[], str]]:
            made, feed = _onnx_session(traced, batch, threads, prefix)
            return (lambda: made.run(None, feed)), made.end_profiling

        return fused_times(traced, session, WARM_UP, seconds)
    way = Way(runtime, device, channels_last)
    with _threads(threads):
        runs = list(_timed_runs(traced, batch, seconds, way))
    return [1e3 * median(times) for times in zip(*runs, strict=True)]


def _timed_runs(traced: Trace, batch: int, seconds: float, way: Way) -> Iterator[list[float]]:
    module, image = on_device(traced, batch, way)
    ends: list[float] = []

    def note(_module: nn.Module, _inputs: object, _output: object) -> None:
        _wait(way)
        ends.append(perf_counter())

    for op in traced.operations:
        module.get_submodule(op.path).register_forward_hook(note)
    with torch.inference_mode():
        for _ in range(WARM_UP):
            module(image)
        stop = perf_counter() + seconds
        while perf_counter() < stop:
            ends.clear()
            ends.append(perf_counter())
            module(image)
            yield [end - start for start, end in pairwise(ends)]
