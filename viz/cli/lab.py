"""Commands that run networks. torch is loaded by the commands that need it."""

import argparse
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from viz.cli.lab_parser import TIME_FIELDS
from viz.cli.program import complain
from viz.lab import recipe, sample_data
from viz.lab.choice import choice_of, config_for
from viz.lab.classes import read_classes
from viz.lab.published import PUBLISHED, fetch
from viz.lab.time_report import Timed, as_json, as_text
from viz.net.config import NUMBERS
from viz.net.fields import ConfigError, Number
from viz.net.trace import trace_config
from viz.net.words import config_of

if TYPE_CHECKING:
    from viz.lab.pytorch.answers import Answer

TOP = Number(1, 21_843, 5)
THREADS = Number(1, 1_024, None)


def setting(text: str) -> tuple[str, str]:
    """``option=value`` as its two parts. Raises ``ConfigError``."""
    name, equals, value = text.partition("=")
    if not equals:
        raise ConfigError("--set", text, "of the form option=value")
    return name, value


def _params(options: argparse.Namespace) -> dict[str, str]:
    """Configuration parameters from the command line."""
    params = {n: getattr(options, n) for n in NUMBERS if getattr(options, n, None) is not None}
    return params | dict(map(setting, options.set))


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


def _predict(options: argparse.Namespace) -> int:
    top, params = int(TOP.read("--top", options.top)), _params(options)
    choice = choice_of(options.weights, options.network, by_order=options.by_order)
    config = config_for(choice, options.network, params)
    names = read_classes(Path(options.classes_file)) if options.classes_file else None
    from viz.lab.pytorch.answers import answers

    found = answers([Path(image) for image in options.images], config, choice, names, top)
    about = {"network": config.variant, "config": config.arguments(), "weights": choice.text}
    return _print_json(about, list(found)) if options.json else _print_text(found)


def _print_json(about: Mapping[str, object], found: Sequence["Answer"]) -> int:
    print(json.dumps({**about, "answers": [answer.content() for answer in found]}, indent=2))
    return _exit_code([_complain(answer) for answer in found])


def _print_text(found: Iterable["Answer"]) -> int:
    problems = []
    for answer in found:
        problems.append(_complain(answer))
        if not answer.problem:
            print(answer.picture)
        for guess in answer.top:
            print(f"  {guess.probability:7.2%}  {guess.name}")
    return _exit_code(problems)


def _complain(answer: "Answer") -> str:
    if answer.problem:
        complain(answer.problem)
    return answer.problem


def _exit_code(problems: Iterable[str]) -> int:
    return 2 if any(problems) else 0


def _train(options: argparse.Namespace) -> None:
    numbers = _numbers(options, recipe.FIELDS)
    threads = THREADS.read("--threads", options.threads) if options.threads else None
    params = _params(options)
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
        resume=options.resume,
        device=options.device,
        threads=int(threads) if threads else None,
    )
    best = train(wanted)
    print(f"best: {best.val_accuracy:.1%} in epoch {best.epoch}")


def _time(options: argparse.Namespace) -> None:
    numbers, params = _numbers(options, TIME_FIELDS), _params(options)
    traces = [trace_config(config_of(variant, params)) for variant in options.variants]
    threads, batch, seconds = int(numbers["threads"]), int(numbers["batch"]), numbers["seconds"]
    # torch's timer brings a warning where CUDA's tools are installed without a GPU.
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
    from tqdm import tqdm

    from viz.lab.pytorch.timing import ROUNDS, latencies, operation_times

    with tqdm(total=ROUNDS * len(traces), desc="timing", disable=None, leave=False) as bar:
        whole = latencies(
            traces,
            runtime=options.runtime,
            threads=threads,
            batch=batch,
            seconds=seconds,
            progress=bar.update,
        )
    how = {"threads": threads, "batch": batch, "runtime": options.runtime}
    parts = [operation_times(traced, seconds=seconds, **how) for traced in traces]
    timed = [Timed(*each) for each in zip(traces, whole, parts, strict=True)]
    print(as_json(timed) if options.json else as_text(timed))


COMMANDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "sample-data": _sample_data,
    "weights": _weights,
    "predict": _predict,
    "train": _train,
    "time": _time,
}
