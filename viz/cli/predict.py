"""``predict``: the likeliest classes of pictures."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from viz.cli.choices import network_params, preparation_asked
from viz.cli.program import complain
from viz.lab.choice import choice_of, config_for, knows_resolution
from viz.lab.classes import read_classes
from viz.net.fields import Number

if TYPE_CHECKING:
    from viz.lab.pytorch.answers import Answer

TOP = Number(1, 21_843, 5)


def predict(options: argparse.Namespace) -> int:
    """Answer every picture; 2 where one cannot be read. Raises ``RunError``, ``ConfigError``."""
    top, params, asked = (
        int(TOP.read("--top", options.top)),
        network_params(options),
        preparation_asked(options),
    )
    side = asked.side(params.get("resolution"))
    if side:
        params["resolution"] = side
    choice = choice_of(options.weights, options.network, by_order=options.by_order)
    config = config_for(choice, options.network, params)
    names = read_classes(Path(options.classes_file)) if options.classes_file else None
    from viz.lab.pytorch.answers import answers, ready

    own_side = side is None and not knows_resolution(choice)
    loaded = ready(config, choice, names, asked, own_side=own_side)
    found = answers([Path(image) for image in options.images], loaded, top)
    config, preparation = loaded.traced.config, loaded.preparation
    about = {
        "network": config.variant,
        "config": config.arguments(),
        "weights": choice.text,
        "preparation": preparation.content(),
    }
    if options.json:
        return _print_json(about, list(found))
    return _print_text(found, preparation.text(config.image))


def _print_json(about: Mapping[str, object], found: Sequence["Answer"]) -> int:
    print(json.dumps({**about, "answers": [answer.content() for answer in found]}, indent=2))
    return _exit_code([_complain(answer) for answer in found])


def _print_text(found: Iterable["Answer"], preparation: str) -> int:
    problems = []
    for answer in found:
        problems.append(_complain(answer))
        if not answer.problem:
            print(answer.picture)
        for guess in answer.top:
            print(f"  {guess.probability:7.2%}  {guess.name}")
    if not all(problems):
        print(f"prepared for {preparation}")
    return _exit_code(problems)


def _complain(answer: "Answer") -> str:
    if answer.problem:
        complain(answer.problem)
    return answer.problem


def _exit_code(problems: Iterable[str]) -> int:
    return 2 if any(problems) else 0
