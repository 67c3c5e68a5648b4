"""What README, CONTRIBUTING and docs say is run, opened or looked up."""

import argparse
import ast
import os
import pydoc
import re
import shlex
import shutil
import subprocess
import sys
from urllib.parse import parse_qsl, urlsplit

import pytest
from snippets import PAGES, ROOT, TEXTS, Snippet, inline, prepare, snippets
from starlette.applications import Starlette
from starlette.testclient import TestClient

import viz
from benchmarks.__main__ import COMMANDS as BENCHMARKS
from benchmarks.__main__ import MEASUREMENTS
from pages import MENU, opened
from viz.cli.parser import parser
from viz.exports import EXPORTS
from viz.exports.lecture import TOPICS
from viz.net.config import NUMBERS, OPTIONS
from viz.net.design import FORMS
from viz.net.zoo import ZOO
from viz.ui.routes import ROUTES

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
# Those that run networks, download, or serve until they are ended.
LONG = {
    *("sample-data", "train", "predict", "evaluate", "time", "quantize", "weights", "app", "serve")
}
SECONDS = 300
CODE = [(name, text) for name, page in TEXTS.items() for text in inline(page)]
README = TEXTS["README.md"]


def where(snippet: Snippet) -> str:
    return snippet.where


@pytest.mark.parametrize("snippet", snippets("python"), ids=where)
def test_python_prints_what_its_comments_say(snippet, tmp_path):
    prepare(tmp_path, snippet.text)
    done = subprocess.run(
        [sys.executable, "-c", snippet.text],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=ENVIRONMENT,
    )
    said = re.findall(r"^ *print\(.*  # (.+)$|^# (.+)$", snippet.text, re.MULTILINE)
    assert done.stdout.splitlines() == ["".join(each) for each in said]


def commands(snippet: Snippet) -> list[tuple[str, str]]:
    """Each command of a block with the output that is shown below it."""
    if snippet.language == "sh":
        return [(line, "") for line in snippet.text.splitlines()]
    parts = re.split(r"^\$ (.+)\n", snippet.text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def arguments(command: str) -> list[str] | None:
    """What follows ``-m viz``; None for a command of another program."""
    _, found, rest = command.partition("-m viz ")
    return shlex.split(rest) if found else None


SHELL = snippets("sh", "console")
COMMANDS = [command for snippet in SHELL for command, _ in commands(snippet)]


def is_short(snippet: Snippet) -> bool:
    asked = [arguments(command) for command, _ in commands(snippet)]
    return all(words is not None and words[0] not in LONG for words in asked)


@pytest.mark.parametrize("snippet", filter(is_short, SHELL), ids=where)
def test_commands_write_what_is_shown(snippet, tmp_path):
    prepare(tmp_path, snippet.text)
    for command, shown in commands(snippet):
        done = subprocess.run(
            [sys.executable, "-m", "viz", *(arguments(command) or [])],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=ENVIRONMENT,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr.decode()
        if shown:
            pattern = re.escape(shown).replace(re.escape("...\n"), r"(?:.*\n)*?")
            assert re.fullmatch(pattern, done.stdout.decode()), done.stdout.decode()[:2000]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command):
    words = arguments(command)
    if words is not None:
        parser().parse_args(words)  # raises UsageError
        return
    for part in command.split("&&"):
        program, *rest = shlex.split(part)
        assert (ROOT / program).is_file() or shutil.which(program)
        for word in rest:
            assert not re.search(r"\.(py|txt|toml)$", word) or (ROOT / word).is_file()


def options() -> set[str]:
    """All options of all commands."""
    subparsers = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return {
        name
        for each in subparsers.choices.values()
        for action in each._actions
        for name in action.option_strings
    }


def test_options_in_the_text_exist():
    said = {text.split()[0] for name, text in CODE if text.startswith("--")}
    assert said <= options()


def test_measurements_in_the_text_exist():
    shown = [text.partition("-m benchmarks ")[2].split() for _, text in CODE if "-m bench" in text]
    measured = [words for words in shown if words and words[0] not in BENCHMARKS]
    assert {letter for words in measured for letter in words} == set(MEASUREMENTS)
    assert {words[0] for words in shown if words and words[0] in BENCHMARKS} == set(BENCHMARKS)


PATH = re.compile(r"(\.?\w+/)+[\w.-]*|\w+\.(py|md|toml|txt|yml)")
NAMED = {word for _, text in CODE for word in text.split() if PATH.fullmatch(word)}
OURS = {path.name for path in ROOT.iterdir()}


def is_ours(path: str) -> bool:
    """Whether it would be here; NAME in capitals stands for the reader's own."""
    return path.split("/")[0] in OURS and not re.search(r"[A-Z]{4}\b.*[/.]", path)


@pytest.mark.parametrize("path", sorted(filter(is_ours, NAMED)))
def test_files_and_folders_in_the_text_exist(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "name", sorted({t for _, t in CODE if re.fullmatch(r"viz(\.\w+)+", t)}), ids=str
)
def test_names_of_the_library_in_the_text_exist(name):
    assert pydoc.locate(name) is not None


def test_every_public_name_is_explained():
    assert {f"viz.{name}" for name in viz.__all__} <= set(inline(TEXTS["docs/python.md"]))


def test_every_choice_is_explained():
    said = set(inline(TEXTS["docs/networks.md"]))
    assert {*NUMBERS, *OPTIONS, *FORMS, "width_rule", "depth"} <= said
    assert set(inline(TEXTS["docs/exporting.md"])) >= {*EXPORTS, *TOPICS}


def test_every_environment_variable_is_explained():
    sources = [path.read_text("utf-8") for path in (ROOT / "viz").rglob("*.py")]
    read = {name for text in sources for name in re.findall(r'"(ATLAS_\w+)"', text)}
    assert read
    assert read == set(re.findall(r"`(ATLAS_\w+)`", TEXTS["docs/running.md"]))


ADDRESSES = [text for _, text in CODE if re.match(r"/(figure|table)/[^A-Z]+$", text)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers(address):
    assert TestClient(Starlette(routes=ROUTES)).get(address).status_code == 200


LINKS = sorted({link for text in TEXTS.values() for link in re.findall(r"\]\(([^)]+)\)", text)})
APP = "http://localhost:8501"


@pytest.mark.parametrize("link", [link for link in LINKS if link.startswith(APP)])
def test_every_link_into_the_app_opens(link):
    parts = urlsplit(link)
    app = opened(parts.path.strip("/") or "home", **dict(parse_qsl(parts.query)))
    assert not app.warning


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_other_link_and_picture_is_a_file(page):
    for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        if not link.startswith(("http", "atlas:")):
            assert (page.parent / link).is_file(), link


def test_every_picture_in_the_folder_is_shown():
    shown = {link.rpartition("/")[2] for link in LINKS if link.endswith(".png")}
    assert {path.name for path in (ROOT / "docs").glob("*.png")} == shown


def test_the_readme_lists_the_pages_of_the_app_in_their_order():
    titles = [title for _section, title in MENU.values()]
    table = re.findall(r"^\| (?!page|\*|-)([^|]+) \|", README, re.MULTILINE)
    assert table == titles


def test_the_readme_is_read_in_some_minutes():
    assert len(README.split()) <= 1_200


def ranks() -> dict[str, int]:
    """The row of each room in the list that the imports are tested against."""
    (source,) = (ROOT / "tests").rglob("test_structure.py")
    (rows,) = re.findall(r"^ROWS = (\[.*?^\])", source.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {room: rank for rank, row in enumerate(ast.literal_eval(rows)) for room in row}


@pytest.mark.parametrize("page", ["docs/code.md", "CONTRIBUTING.md"])
def test_the_maps_have_every_room_in_the_order_of_imports(page):
    chapter = TEXTS[page].partition("## The map\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^(?:\| )?`?viz/(\w+)/", chapter, re.MULTILINE)
    named = set(re.findall(r"viz/(\w+)/", chapter))
    assert named == {path.parent.name for path in (ROOT / "viz").glob("*/__init__.py")}
    order = [ranks()[room] for room in lines]
    assert order == sorted(order)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    subprocess.run(command, check=True, cwd=ROOT)
    return folder


def test_the_site_asks_no_other_host(site):
    files = [path for kind in ("html", "css") for path in site.rglob(f"*.{kind}")]
    fetched = "|".join(
        (
            r"<(?:script|img|iframe|source|link)[^>]*(?:src|href)=[\"']?(?:https?:|//)",
            r"url\([\"']?(?:https?:|//)",
            "@import",
        )
    )
    for path in files:
        text = path.read_text("utf-8")
        assert not re.search(fetched, text), path.name
    assert len([path for path in files if path.suffix == ".html"]) >= len(PAGES) - 2


def test_the_site_has_the_tables_of_the_program(site):
    networks = (site / "networks.html").read_text("utf-8")
    for network in ZOO.values():
        assert f"<td>{network.name}</td>" in networks
        assert f"{viz.trace(network.key).params:,}" in networks
    published = (site / "published.html").read_text("utf-8")
    for claim in (claim for network in ZOO.values() for claim in network.claims):
        assert f"<td>{claim.citation}</td>" in published
    assert not [path for path in site.glob("*.html") if "<!-- table" in path.read_text("utf-8")]


def test_a_table_that_is_not_there_stops_the_build():
    code = (
        "from docs import tables; tables.on_page_markdown('<!-- table: nothing -->\\n<!-- end -->')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "KeyError: 'nothing'" in done.stderr
