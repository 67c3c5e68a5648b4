"""``story``: check a lecture that is a Markdown file, or write it as slides."""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from viz.cli.output import format_wanted, write_file
from viz.cli.parser import UsageError
from viz.story.story import Problem, Story, StoryError, View, problems, read, text_of


def run(options: argparse.Namespace) -> int:
    """Say each mistake with its line; 1 where there is one, and then no slides are written.

    Raises ``ConfigError`` and ``UsageError``.
    """
    story: Story | None = None
    try:
        story = read(text_of(Path(options.file)), options.file)
        found = _problems(story)
    except StoryError as error:
        found = error.problems
    for problem in found:
        print(f"{options.file}, line {problem.line}: {problem.text}")
    if found or story is None:
        return 1
    if options.action == "check":
        print(f"{options.file}: {len(story.steps)} steps, nothing wrong.")
    else:
        _write(story, options)
    return 0


def _problems(story: Story) -> list[Problem]:
    with _quiet():
        from viz.ui import links  # brings streamlit

        def wrong_in(view: View) -> list[str]:
            return links.problems(view.page, view.params)

        return problems(story, wrong_in)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Streamlit's warnings about fields that are looked at without a page."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _write(story: Story, options: argparse.Namespace) -> None:
    """PowerPoint with notes, or PDF."""
    from viz.exports.deck import DECKS
    from viz.exports.lecture import DEFAULT_ADDRESS
    from viz.exports.story import StoryLecture

    if options.output is None and sys.stdout.isatty():
        raise UsageError("--output is missing: name the file, such as lecture.pptx.")
    kind = format_wanted(options, {name: name for name in DECKS})
    lecture = StoryLecture(story, options.address or DEFAULT_ADDRESS)
    write_file(DECKS[kind](lecture, lambda _done, _all: None), options.output, force=options.force)
