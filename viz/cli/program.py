"""The command line's own name: ``atlas``, or ``python -m viz`` where that was typed."""

import re
import sys
import warnings
from pathlib import Path
from typing import TextIO

from viz.charts.drawable import FontWarning

_show = warnings.showwarning

LONGEST_WORD, LONGEST = 160, 1_500  # characters of what is said
WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


def usage() -> str:
    """What the reader typed."""
    return "atlas" if _name() == "atlas" else "python -m viz"


def complain(sentence: object) -> None:
    """Say on standard error what stands against a command."""
    print(f"{_name()}: {_brief(str(sentence))}", file=sys.stderr, flush=True)


def _brief(sentence: str) -> str:
    """Without the middle of what somebody has typed, pasted or named far too long."""
    words = WORD.sub(lambda word: _cut(word.group(), LONGEST_WORD), " ".join(sentence.split("\n")))
    return _cut(words, LONGEST)


def _cut(text: str, most: int) -> str:
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


def _name() -> str:
    return "atlas" if Path(sys.argv[0]).stem == "atlas" else "viz"


def say_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning of ours as a sentence, and others as Python does."""
    if issubclass(category, FontWarning):
        complain(message)
    else:
        _show(message, category, filename, lineno, file, line)
