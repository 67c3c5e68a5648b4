"""What the README says is run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from pages import opened
from viz.cli.parser import parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_first_python_block_runs_and_prints_what_it_says():
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block
    code = block.group(1)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    promised = re.findall(r"print\(.*#\s*(.+)", code)
    assert done.stdout.splitlines() == promised


COMMANDS = re.findall(r"^(?:\$ |torchrun .*)?(?:python )?-m viz (.+)$", README, re.MULTILINE)


def test_readme_shows_commands():
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_is_understood(command):
    parser().parse_args(shlex.split(command))  # raises UsageError


def test_every_picture_of_the_readme_exists():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path


def test_every_public_name_is_in_the_readme():
    for name in (
        "viz.ZOO",
        "viz.trace",
        "viz.build",
        "viz.diagram",
        "viz.design",
        "viz.identify",
        "viz.identify_error",
        "viz.load",
        "viz.read",
    ):
        assert name in README


LINKS = re.findall(r"\]\(/([a-z]*)\??([^)]*)\)", README)


def test_readme_places_every_figure():
    assert len(LINKS) > 20


@pytest.mark.parametrize(("page", "query"), LINKS)
def test_every_link_of_the_readme_opens(page, query):
    app = opened(page or "home", **dict(parse_qsl(query)))
    assert not app.warning
