"""Times of a network's operations in onnxruntime, by its own profiler.

It fuses operations and changes how maps lie in memory: a fused node counts as the last operation in
it, a reordering as the operation behind it. So the times of blocks can be told, not those of kinds.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from viz.net.trace import Trace

KERNEL = "_kernel_time"
LAYOUT = "_nchwc"  # behind the name of a node in onnxruntime's own layout
MOST_RUNS = 200  # its profiler keeps a million events

# a prefix of the profile's files -> what runs the network, and what ends the profile (its file)
Session = Callable[[str], tuple[Callable[[], object], Callable[[], str]]]


def fused_times(traced: Trace, session: Session, warm_up: int, seconds: float) -> list[float]:
    """Milliseconds of each operation, the median over runs; 0 for what was fused into another.

    ``session`` makes a runner that writes its profile to files of a prefix.
    """
    with tempfile.TemporaryDirectory(prefix="mobilenet-atlas-") as folder:
        run, end = session(str(Path(folder, "profile")))
        done, stop = 0, perf_counter() + seconds
        while done < warm_up + 1 or (perf_counter() < stop and done < MOST_RUNS):
            run()
            done += 1
        events = json.loads(Path(end()).read_bytes())
    runs = list(_by_run([e for e in events if _is_kernel(e)], done))[warm_up:]
    return _by_operation(traced, runs)


def _is_kernel(event: dict[str, Any]) -> bool:
    return event.get("cat") == "Node" and str(event["name"]).endswith(KERNEL)


def _by_run(events: Sequence[dict[str, Any]], runs: int) -> Iterator[Sequence[dict[str, Any]]]:
    size = len(events) // runs
    for number in range(runs):
        yield events[number * size : (number + 1) * size]


def _by_operation(traced: Trace, runs: Sequence[Sequence[dict[str, Any]]]) -> list[float]:
    number = {op.path: index for index, op in enumerate(traced.operations)}
    times = [0.0] * len(number)
    waiting = 0.0
    for place, event in enumerate(runs[0]):
        ms = median(run[place]["dur"] for run in runs) / 1e3
        index = number.get(event["name"].removesuffix(KERNEL).removesuffix(LAYOUT))
        if index is None:
            waiting += ms
        else:
            times[index] += ms + waiting
            waiting = 0.0
    times[-1] += waiting
    return times
