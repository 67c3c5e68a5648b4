"""``story``: check a lecture that is a Markdown file."""

import argparse
import logging
from pathlib import Path

from viz.story.story import Problem, StoryError, View, problems, read, text_of


def check(options: argparse.Namespace) -> int:
    """Say each mistake with its line; 1 where there is one. Raises ``ConfigError``."""
    logging.disable(logging.WARNING)  # Streamlit's, of fields that are looked at without a page
    from viz.ui import links  # brings streamlit

    def wrong_in(view: View) -> list[str]:
        return links.problems(view.page, view.params)

    file = options.file
    try:
        story = read(text_of(Path(file)), file)
        found = problems(story, wrong_in)
    except StoryError as error:
        found = error.problems
    for problem in found:
        print(_sentence(file, problem))
    if not found:
        print(f"{file}: {len(story.steps)} steps, nothing wrong.")
    return 1 if found else 0


def _sentence(file: str, problem: Problem) -> str:
    return f"{file}, line {problem.line}: {problem.text}"
