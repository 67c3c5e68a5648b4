"""``predict``: the likeliest classes of pictures."""

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from viz.cli import explain
from viz.cli.choices import about, loaded_for, wanted
from viz.cli.program import complain
from viz.facts.rows import csv_text, table_of
from viz.net.fields import Number

if TYPE_CHECKING:
    from viz.lab.pytorch.answers import Answer

TOP = Number(1, 21_843, 5)


class Line(NamedTuple):
    """One line of CSV: a guess on a picture, or why the picture cannot be read."""

    picture: str
    rank: int | None
    number: int | None
    name: str
    probability: float | None
    problem: str
    preparation: str


HEADINGS = {name: name for name in Line._fields} | {"number": "class"}


def predict(options: argparse.Namespace) -> int:
    """Answer every picture; 2 where one cannot be read. Raises ``RunError``, ``ConfigError``."""
    from viz.lab.sources import left_out, sources  # brings Pillow

    top = int(TOP.read("--top", options.top))
    explain.check(options)
    pictures = list(sources(options.images))
    for sentence in left_out(options.images):
        complain(sentence)
    problems = [source.problem for source in pictures]
    if all(problems):  # torch takes seconds
        for problem in problems:
            complain(problem)
        return 2
    asked = wanted(options)
    from viz.lab.pytorch.answers import answers

    loaded = loaded_for(asked)
    preparation = loaded.preparation.text(loaded.traced.config.image)
    found = list(_told(answers(pictures, loaded, top), "" if _is_file(options) else preparation))
    if options.json:
        content = {**about(asked, loaded), "answers": [answer.content() for answer in found]}
        print(json.dumps(content, indent=2))
    if options.csv:
        lines = [line for answer in found for line in _lines(answer, preparation)]
        print(csv_text(table_of(lines, HEADINGS)), end="")
    if options.explain and not found[0].problem:
        explain.explain(options, pictures[0], loaded, asked.choice.text)
    return 2 if any(answer.problem for answer in found) else 0


def _is_file(options: argparse.Namespace) -> bool:
    """Whether a program reads the answers, all at once."""
    return bool(options.json or options.csv)


def _told(found: Iterable["Answer"], preparation: str) -> Iterator["Answer"]:
    """Say what cannot be read, and with a ``preparation`` the answers, as they come."""
    count = 0
    for answer in found:
        if answer.problem:
            complain(answer.problem)
        elif preparation:
            count += 1
            print(answer.picture)
            for guess in answer.top:
                print(f"  {guess.probability:7.2%}  {guess.name}")
        yield answer
    if count:
        print(f"prepared for {preparation}")


def _lines(answer: "Answer", preparation: str) -> Iterator[Line]:
    if answer.problem:
        yield Line(answer.picture, None, None, "", None, answer.problem, "")
    for rank, guess in enumerate(answer.top, 1):
        yield Line(answer.picture, rank, *guess, "", preparation)
