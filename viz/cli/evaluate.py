"""``evaluate``: how well weights answer on a folder of labelled pictures."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viz.cli.choices import Wanted, about, loaded_for, wanted
from viz.cli.output import check_output, write_file
from viz.cli.parser import UsageError
from viz.cli.program import complain
from viz.facts.rows import Table, aligned, csv_text
from viz.lab.errors import RunError
from viz.lab.sample_data import SPLITS
from viz.lab.scores import Score, Scores, scores_of
from viz.net.fields import one_of

if TYPE_CHECKING:
    from viz.lab.pytorch.evaluate import Evaluated
    from viz.lab.pytorch.weights import Loaded

HEADINGS = ("class", "precision", "recall", "F1", "pictures")
CHARTS = ("svg", "png", "pdf")
MOST_SHOWN = 20  # classes of a confusion matrix in a terminal, and in a chart


def evaluate(options: argparse.Namespace) -> int:
    """Score the weights; 2 where a picture cannot be read. Raises ``RunError``, ``ConfigError``."""
    from viz.lab.folders import class_folders

    folder = _folder(Path(options.data), options.split)
    count = len(class_folders(folder))  # torch takes seconds
    _check_chart(options, count)
    asked = wanted(options)
    from tqdm import tqdm

    from viz.lab.pytorch.evaluate import evaluate as evaluated

    loaded = loaded_for(asked)
    with tqdm(desc="evaluating", disable=None, leave=False) as bar:

        def done(count: int) -> None:
            bar.total = count
            bar.update()

        found = evaluated(loaded, folder, done)
    for each in found.unread:
        complain(each.problem)
    _write(options, asked, loaded, found)
    return 2 if found.unread else 0


def _write(
    options: argparse.Namespace, asked: Wanted, loaded: "Loaded", found: "Evaluated"
) -> None:
    """The scores in the form that is asked for, and the chart."""
    scores = scores_of(found.answers, found.names)
    if options.json:
        print(json.dumps({**about(asked, loaded), **_content(found, scores)}, indent=2))
    elif options.csv:
        print(csv_text(_table(scores)), end="")
    else:
        print(_text(found, scores, loaded.preparation.text(loaded.traced.config.image)))
    if options.chart:  # last: where it cannot be drawn, the scores are there
        content = _chart(options.chart, scores, _source(loaded, asked.choice.text))
        write_file(content, options.chart, force=options.force, option="--chart")


def _folder(folder: Path, split: str | None) -> Path:
    """The folder with a folder per class: DATA, or one of the halves of a data set."""
    halves = [folder / name for name in SPLITS]
    if split or all(half.is_dir() for half in halves):
        return folder / (split or "val")
    return folder


def _check_chart(options: argparse.Namespace, classes: int) -> None:
    if options.chart is None:
        return
    check_output(options.chart, force=options.force, option="--chart")
    if Path(options.chart).suffix.lower().removeprefix(".") not in CHARTS:
        raise UsageError(f"--chart {options.chart}: its name must end in {one_of(CHARTS)}.")
    _check_count(classes)


def _check_count(classes: int) -> None:
    """Whether so many are drawn: the folders at the start, then what the answers add."""
    if classes > MOST_SHOWN:
        raise RunError(f"--chart: {classes:,} classes; at most {MOST_SHOWN} are drawn.")


def _content(found: "Evaluated", scores: Scores) -> dict[str, Any]:
    names = found.names
    answers = [
        {"picture": a.path, "label": names[a.label], "predicted": names[a.predicted]}
        | {"probability": a.probability}
        for a in found.answers
    ]
    return {
        **scores._asdict(),
        "classes": [row._asdict() for row in scores.classes],
        "means": [row._asdict() for row in scores.means],
        "answers": answers,
        "unread": [each._asdict() for each in found.unread],
    }


def _table(scores: Scores) -> Table:
    """Scores by class and their means, with the confusion matrix beside them."""
    answers = tuple(f"as {row.name}" for row in scores.classes)
    lines = [
        (*_cells(row), *counts)
        for row, counts in zip(scores.classes, scores.confusion, strict=True)
    ]
    lines += [(*_cells(row), *("" for _ in answers)) for row in scores.means]
    return Table((*HEADINGS, *answers), tuple(lines))


def _cells(row: Score) -> tuple[object, ...]:
    return (row.name, *(round(value, 6) for value in row.shares), row.pictures)


def _text(found: "Evaluated", scores: Scores, preparation: str) -> str:
    rows = (*scores.classes, *scores.means)
    lines = tuple((r.name, *(round(v, 3) for v in r.shares), r.pictures) for r in rows)
    parts = [f"{scores.accuracy:.1%} of {scores.pictures:,} pictures right"]
    if found.in_order:
        parts.append("The folders are taken as the classes in their order: no name fits.")
    parts += ["", aligned(Table(HEADINGS, lines))]
    if len(scores.classes) <= MOST_SHOWN:
        parts += ["", "true class (rows), answer (columns)", aligned(_confusion(scores))]
    return "\n".join([*parts, "", f"prepared for {preparation}"])


def _confusion(scores: Scores) -> Table:
    names = [row.name for row in scores.classes]
    rows = zip(names, scores.confusion, strict=True)
    return Table(("", *names), tuple((name, *counts) for name, counts in rows))


def _source(loaded: "Loaded", weights: str) -> str:
    return f"{loaded.traced.config.title}, weights: {Path(weights).name}"


def _chart(path: str, scores: Scores, source: str) -> bytes:
    """The confusion matrix as a picture."""
    _check_count(len(scores.classes))
    from viz.charts.matplotlib import drawn
    from viz.charts.training import confusion_chart

    names = [row.name for row in scores.classes]
    made = confusion_chart(scores.confusion, names, "light")
    title = f"Confusion matrix: {scores.accuracy:.1%} of {scores.pictures:,} pictures right"
    return drawn(made, Path(path).suffix.lower()[1:], title=title, source=source)
