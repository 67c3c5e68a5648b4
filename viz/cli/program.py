"""The command line's own name: ``atlas``, or ``python -m viz`` where that was typed."""

import sys
from pathlib import Path


def usage() -> str:
    """What the reader typed."""
    return "atlas" if _name() == "atlas" else "python -m viz"


def complain(sentence: object) -> None:
    """Say on standard error what stands against a command."""
    print(f"{_name()}: {sentence}", file=sys.stderr, flush=True)


def _name() -> str:
    return "atlas" if Path(sys.argv[0]).stem == "atlas" else "viz"
