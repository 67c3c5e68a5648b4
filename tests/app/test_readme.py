"""What the README says is run."""

import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

import viz
from pages import opened
from viz.claims import CLAIMS
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


TEXTS = [README, *(page.read_text("utf-8") for page in sorted((ROOT / "docs").rglob("*.md")))]


def test_every_public_function_is_shown_and_no_name_that_is_not_public():
    shown = {name for text in TEXTS for name in re.findall(r"\bviz\.(\w+)\(", text)}
    functions = {name for name in viz.__all__ if inspect.isfunction(getattr(viz, name))}
    assert functions <= shown <= set(viz.__all__)


LINKS = [link for text in TEXTS for link in re.findall(r"\]\(/([a-z]*)\??([^)]*)\)", text)]


def test_every_page_that_checks_a_statement_of_the_posts_is_linked():
    assert {claim.page for claim in CLAIMS.values()} <= {page or "home" for page, _query in LINKS}


@pytest.mark.parametrize(("page", "query"), LINKS)
def test_every_link_of_the_readme_opens(page, query):
    app = opened(page or "home", **dict(parse_qsl(query)))
    assert not app.warning
