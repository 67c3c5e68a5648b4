"""Commands that run networks. torch is loaded by the commands that need it."""

import argparse
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from viz.cli.choices import network_params
from viz.cli.evaluate import evaluate
from viz.cli.lab_parser import BOTH, RUNTIMES, TIME_FIELDS
from viz.cli.predict import predict
from viz.cli.quantize import quantize
from viz.lab import recipe, sample_data
from viz.lab.errors import RunError
from viz.lab.latency import Way
from viz.lab.published import PUBLISHED, fetch
from viz.lab.time_report import Timed, as_json, as_text
from viz.net.fields import Number
from viz.net.trace import trace_config
from viz.net.words import config_of

THREADS = Number(1, 1_024, None)


def _numbers(options: argparse.Namespace, fields: Mapping[str, Number]) -> dict[str, float]:
    return {name: field.read(f"--{name}", getattr(options, name)) for name, field in fields.items()}


def _sample_data(options: argparse.Namespace) -> None:
    numbers = _numbers(options, sample_data.FIELDS)
    data = sample_data.SampleData(**{name: int(value) for name, value in numbers.items()})
    folder = Path(options.folder)
    from tqdm import tqdm

    with tqdm(total=data.pictures, desc="drawing", disable=None, leave=False) as bar:
        sample_data.draw(folder, data, bar.update)
    print(f"{data.pictures:,} pictures of {len(sample_data.KINDS)} flowers in {folder}")


def _weights(options: argparse.Namespace) -> None:
    print(fetch(PUBLISHED[options.network]))


def _train(options: argparse.Namespace) -> None:
    numbers = _numbers(options, recipe.FIELDS)
    threads = THREADS.read("--threads", options.threads) if options.threads else None
    params = network_params(options)
    from viz.lab.folders import labelled

    labelled(Path(options.data))  # torch takes seconds
    from viz.lab.pytorch.run import Wanted, train

    wanted = Wanted(
        data=Path(options.data),
        output=Path(options.output),
        network=options.network,
        params=params,
        weights=options.weights,
        by_order=options.by_order,
        freeze=options.freeze,
        epochs=int(numbers["epochs"]),
        batch=int(numbers["batch"]),
        lr=numbers["lr"],
        seed=int(numbers["seed"]),
        balance=options.balance,
        patience=int(numbers["patience"]),
        schedule=options.schedule,
        resume=options.resume,
        device=options.device,
        threads=int(threads) if threads else None,
    )
    best = train(wanted)
    if os.environ.get("RANK", "0") == "0":  # of torchrun's processes one speaks
        print(f"best: {best.val_accuracy:.1%} in epoch {best.epoch}")


def _time(options: argparse.Namespace) -> None:
    numbers, params = _numbers(options, TIME_FIELDS), network_params(options)
    traces = [trace_config(config_of(variant, params)) for variant in options.variants]
    threads, batch, seconds = int(numbers["threads"]), int(numbers["batch"]), numbers["seconds"]
    # torch's timer brings a warning where CUDA's tools are installed without a GPU.
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
    ways = _ways(options)
    from tqdm import tqdm

    from viz.lab.pytorch.timing import ROUNDS, latencies, operation_times

    how: dict[str, Any] = {"threads": threads, "batch": batch, "seconds": seconds}
    rounds = ROUNDS * len(traces) * len(ways)
    with tqdm(total=rounds, desc="timing", disable=None, leave=False) as bar:
        whole = latencies(traces, ways, progress=bar.update, **how)
    pairs = [(traced, way) for traced in traces for way in ways]
    parts = [operation_times(traced, **how, **way._asdict()) for traced, way in pairs]
    rows = zip(pairs, whole, parts, strict=True)
    timed = [Timed(traced, latency, times) for (traced, _), latency, times in rows]
    print(as_json(timed) if options.json else as_text(timed))


def _ways(options: argparse.Namespace) -> list[Way]:
    """The runtimes that take turns. Raises ``RunError``."""
    runtimes = RUNTIMES if options.runtime == BOTH else (options.runtime,)
    if "torch" not in runtimes and options.channels_last:
        raise RunError("--channels-last is torch's layout: onnxruntime chooses its own.")
    if "torch" not in runtimes and options.device != "cpu":
        raise RunError(f"--device {options.device}: onnxruntime runs on the CPU here.")
    from viz.lab.pytorch.processes import device_of

    device = str(device_of(options.device))
    ways = {"torch": Way("torch", device, options.channels_last), "onnxruntime": Way("onnxruntime")}
    return [ways[name] for name in runtimes]


COMMANDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "sample-data": _sample_data,
    "weights": _weights,
    "predict": predict,
    "evaluate": evaluate,
    "train": _train,
    "time": _time,
    "quantize": quantize,
}
