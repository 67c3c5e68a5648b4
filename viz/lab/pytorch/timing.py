"""Measured latency of networks, in alternating rounds, and by operation.

Networks take turns, round after round, so that a machine that grows slower is no network's fault.
Weights are random: they change no time. Only the CPU is timed.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.benchmark import Timer

from viz.lab.errors import RunError
from viz.lab.latency import Latency, Round, latency_of
from viz.lab.pytorch.fused_times import fused_times
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
    *,
    runtime: str = "torch",
    threads: int = 1,
    batch: int = 1,
    seconds: float = 3.0,
    progress: Callable[[], object] = lambda: None,
) -> list[Latency]:
    """Each network's latency from about ``seconds`` of running it.

    ``progress`` is called after each of ``ROUNDS`` rounds of each network. Raises ``RunError``
    where the runtime is not installed.
    """
    timers = [_timer(traced, runtime, threads, batch) for traced in traces]
    taken: list[list[Round]] = [[] for _ in traces]
    for _ in range(ROUNDS):
        for timer, found in zip(timers, taken, strict=True):
            found.append(_round(timer, seconds / ROUNDS))
            progress()
    how: dict[str, Any] = {"runtime": runtime, "threads": threads, "batch": batch}
    return [latency_of(traced, found, **how) for traced, found in zip(traces, taken, strict=True)]


def one_round(config: Config, *, runtime: str, threads: int, batch: int, seconds: float) -> Round:
    """About ``seconds`` of one network, for those who take turns themselves. Raises ``RunError``.

    The network is kept for its next turn.
    """
    return _round(_kept_timer(config, runtime, threads, batch), seconds)


@lru_cache(maxsize=KEPT)
def _kept_timer(config: Config, runtime: str, threads: int, batch: int) -> Timer:
    return _timer(trace_config(config), runtime, threads, batch)


def _timer(traced: Trace, runtime: str, threads: int, batch: int) -> Timer:
    runner = RUNNERS[runtime](traced, batch, threads)
    timer = Timer("run()", globals={"run": runner}, num_threads=threads)
    timer.timeit(WARM_UP)
    return timer


def _round(timer: Timer, seconds: float) -> Round:
    found = timer.blocked_autorange(min_run_time=seconds)
    return Round([1e3 * time for time in found.times], len(found.raw_times) * found.number_per_run)


# Runtimes


def _torch_runner(traced: Trace, batch: int, _threads: int) -> Runner:
    module, image = module_of(traced), _image(traced, batch)

    def run() -> object:
        with torch.inference_mode():
            return module(image)

    return run


def _onnx_runner(traced: Trace, batch: int, threads: int) -> Runner:
    session, feed = _onnx_session(traced, batch, threads)
    return lambda: session.run(None, feed)


def _onnx_session(
    traced: Trace, batch: int, threads: int, profile: str = ""
) -> tuple[Any, dict[str, Any]]:
    """A session and what it is fed; with a ``profile`` it writes one to files of that prefix."""
    try:
        import onnxruntime
    except ImportError:
        raise RunError("--runtime onnxruntime: pip install onnxruntime adds it.") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    weights = {name: value.numpy() for name, value in module_of(traced).state_dict().items()}
    content = onnx_model(traced, weights).SerializeToString()
    if profile:
        options.enable_profiling, options.profile_file_prefix = True, profile
    session = onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])
    return session, {IMAGE: _image(traced, batch).numpy()}


RUNNERS: dict[str, Callable[[Trace, int, int], Runner]] = {
    "torch": _torch_runner,
    "onnxruntime": _onnx_runner,
}


def _image(traced: Trace, batch: int) -> Tensor:
    return torch.randn(batch, *traced.operations[0].in_shape)


# By operation


def operation_times(
    traced: Trace,
    *,
    threads: int = 1,
    batch: int = 1,
    seconds: float = 3.0,
    runtime: str = "torch",
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
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        runs = list(_timed_runs(traced, batch, seconds))
    finally:
        torch.set_num_threads(before)
    return [1e3 * median(times) for times in zip(*runs, strict=True)]


def _timed_runs(traced: Trace, batch: int, seconds: float) -> Iterator[list[float]]:
    module, image = module_of(traced), _image(traced, batch)
    ends: list[float] = []

    def note(_module: nn.Module, _inputs: object, _output: object) -> None:
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
