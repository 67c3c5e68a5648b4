"""Rules of the house, as tests: which way imports point, and what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import viz

ROOT = Path(__file__).parents[1]
# Lowest first: a module may import from its own row and from those above it in this list.
ROWS = [
    ["theme", "text", "activations", "dialect"],
    ["channels", "operations"],
    ["cost", "units"],
    ["blocks"],
    ["zoo"],
    ["config"],
    ["trace"],
    ["tree", "tables", "compare", "sweep", "checks", "lessons"],
    ["drawing"],
    ["diagrams", "charts", "lesson_charts", "squeeze_charts", "slide_charts"],
    ["modules", "forward", "summary"],
    ["claims", "exports"],
    ["worker", "commands", "__main__"],
    ["ui"],
]
RANK = {name: rank for rank, row in enumerate(ROWS) for name in row}
SOURCES = sorted((ROOT / "viz").rglob("*.py"))
TORCH_FILES = {"modules.py", "forward.py", "summary.py", "worker.py", "models.py"}


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "viz").parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    if layer(path) == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "viz" and parts[1] in RANK:
            assert RANK[parts[1]] <= RANK[layer(path)], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_torch_and_streamlit_stay_in_their_files(path):
    roots = {name.split(".")[0] for name in imported(path)}
    assert "streamlit" not in roots or layer(path) == "ui"
    assert not roots & {"torch", "torchvision", "torchinfo"} or path.name in TORCH_FILES | {
        "__init__.py"
    }


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_pages_compute_nothing(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    arithmetic = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
    assert not [
        n for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, arithmetic)
    ]


def test_importing_viz_loads_neither_torch_nor_streamlit():
    code = "import sys, viz; viz.trace('v2').params; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"torch", "streamlit", "pandas", "plotly", "numpy"} & set(done.stdout.split())


def test_public_names_exist_and_are_documented():
    for name in viz.__all__:
        value = getattr(viz, name)
        assert name == "ZOO" or value.__doc__


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
