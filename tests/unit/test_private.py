"""Private names of Streamlit stand in one file, each with what would end its use."""

import ast
import re
from pathlib import Path

from viz.ui import private

ROOT = Path(__file__).parents[2]
UI = ROOT / "viz" / "ui"
PYTHON = sorted({*(ROOT / "viz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"})
SHEETS = sorted([*(UI / "assets").glob("*.css"), *(UI / "assets").glob("*.js")])
NAME = re.compile(r"\bst[A-Z]\w+|\bdata-tag\b|\breact-aria-\w+")


def private_imports(path: Path) -> set[str]:
    """What a file takes from modules of Streamlit below ``streamlit`` itself."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    taken = {
        f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    taken |= {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    return {name for name in taken if name.startswith("streamlit.")}


def test_only_one_file_imports_streamlits_own_modules():
    found = {path: names for path in PYTHON if (names := private_imports(path))}
    assert found == {UI / "private.py": set(private.PYTHON)}


def test_the_list_of_front_end_names_is_that_of_style_sheets_and_scripts():
    used = set().union(*(NAME.findall(path.read_text("utf-8")) for path in SHEETS))
    assert used == set(private.FRONT_END)


def test_addresses_of_streamlits_own_are_in_one_file():
    found = [path for path in PYTHON if "_stcore" in path.read_text("utf-8")]
    assert found == [UI / "private.py"]


def test_underscored_attributes_of_streamlit_are_not_used():
    for path in PYTHON:
        text = path.read_text("utf-8")
        assert not re.search(r"\b(?:st|ctx|context|page)\._[a-z]", text), path


def test_every_private_name_says_what_would_end_it():
    for reason in (*private.PYTHON.values(), *private.FRONT_END.values()):
        assert len(reason.split()) >= 3
